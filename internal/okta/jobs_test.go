package okta

import (
	"context"
	"errors"
	"testing"
)

// A job that a canceled run no longer starts fails with the reason, not with "context canceled".
func TestRunJobsCanceled(t *testing.T) {
	why := errors.New("stopped by the user")
	ctx, cancel := context.WithCancelCause(t.Context())
	jobs := []Job{
		{Bucket: "a", Run: func(context.Context) error { cancel(why); return nil }},
		{Bucket: "b", Run: func(ctx context.Context) error { <-ctx.Done(); return nil }},
	}
	if err := RunJobs(ctx, jobs); !errors.Is(err, why) {
		t.Errorf("the error is %v", err)
	}
}
