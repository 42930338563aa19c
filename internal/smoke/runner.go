package smoke

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/oktaform/oktaform/internal/crash"
	"github.com/oktaform/oktaform/schema"
)

// Runner runs smoke tests against one org.
type Runner struct {
	URL string // of the org, without a trailing slash
	// Client sends the requests. It must add no credentials: each test has its own. Nil means
	// http.DefaultClient.
	Client *http.Client
	// Secret reads the client secret of an app by its id. It is called only for apps that
	// authenticate with a secret.
	Secret func(ctx context.Context, appID string) (schema.Secret, error)
	// ReadFile reads a private key file.
	ReadFile func(name string) ([]byte, error)
	// Policy returns the name of an app's authentication policy by the app's id, for messages. It
	// may be nil.
	Policy func(ctx context.Context, appID string) (string, error)
	// Browser lets a person sign in. If it is nil, tests that need it are skipped.
	Browser Browser
	// Clock returns this machine's time, for durations. Nil means time.Now.
	Clock func() time.Time
	// OrgTime returns the org's time, for assertions, proofs and tokens. Nil means Clock.
	OrgTime func() time.Time
	// Sleep waits between attempts, and returns early with the context's error. Nil means real
	// time.
	Sleep func(ctx context.Context, d time.Duration) error
	// Immediate means that the org shows each change at once, so that nothing is tried again.
	Immediate bool
	// Parallelism is the number of tests that run concurrently. Zero means 4.
	Parallelism int
}

const defaultParallelism = 4

// consistency returns how long a change may stay invisible.
func (r *Runner) consistency() time.Duration {
	if r.Immediate {
		return 0
	}
	return defaultConsistency
}

// Run runs the tests concurrently. If the context ends, unfinished tests fail.
func (r *Runner) Run(ctx context.Context, tests []schema.SmokeTest) Report {
	org := r.prepared()
	tests = expand(tests)
	report := Report{Tests: make([]Result, len(tests))}
	var all sync.WaitGroup
	slots := make(chan struct{}, org.Parallelism)
	for i := range tests {
		slots <- struct{}{}
		all.Go(crash.Fatal(func() {
			report.Tests[i] = runTest(ctx, org, &tests[i])
			<-slots
		}))
	}
	all.Wait()
	report.count()
	return report
}

// prepared returns the runner with its defaults filled in.
func (r *Runner) prepared() *Runner {
	org := *r
	if org.Client == nil {
		org.Client = http.DefaultClient
	}
	client := *org.Client
	// Redirects carry the authorization code and are never followed. Cookies would let one test use
	// the session of another.
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	client.Jar = nil
	org.Client = &client
	if org.Clock == nil {
		org.Clock = time.Now
	}
	if org.OrgTime == nil {
		org.OrgTime = org.Clock
	}
	if org.Sleep == nil {
		org.Sleep = sleep
	}
	if org.Parallelism < 1 {
		org.Parallelism = defaultParallelism
	}
	return &org
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
