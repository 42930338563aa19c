package clock_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/oktaform/oktaform/internal/clock"
)

func date(t time.Time) http.Header {
	return http.Header{"Date": {t.UTC().Format(http.TimeFormat)}}
}

// The org's clock is known from whole seconds, and never ahead of it.
func TestOrgIsNeverAhead(t *testing.T) {
	c := clock.NewOrg(clock.System{}, nil)
	ours := time.Unix(1_800_000_000, 0)
	theirs := ours.Add(90*time.Second + 300*time.Millisecond)
	for i := range 20 {
		passed := time.Duration(i) * 130 * time.Millisecond
		c.Observe(date(theirs.Add(passed).Truncate(time.Second)), ours.Add(passed))
		if late := theirs.Add(passed).Sub(c.At(ours.Add(passed))); late < 0 || late > time.Second {
			t.Errorf("after %v: %v late", passed, late)
		}
	}
	if late := theirs.Sub(c.At(ours)); late > 150*time.Millisecond {
		t.Errorf("%v late at the end", late)
	}
	c.Observe(date(ours.Add(-time.Hour)), ours)
	if ahead := c.At(ours).Sub(ours); ahead != -time.Hour {
		t.Errorf("a clock that was set back is %v ahead", ahead)
	}
}

// An answer that a cache has kept tells when it was made, not what time it is.
func TestCachedAnswerTellsNoTime(t *testing.T) {
	c := clock.NewOrg(clock.System{}, nil)
	ours := time.Unix(1_800_000_000, 0)
	c.Observe(date(ours), ours)
	old := date(ours.Add(-time.Hour))
	old.Set("Age", "3600")
	c.Observe(old, ours)
	if ahead := c.At(ours).Sub(ours); ahead != 0 {
		t.Errorf("%v ahead", ahead)
	}
}

func TestNowAsksTheOrg(t *testing.T) {
	asked, silent := 0, false
	var c *clock.Org
	c = clock.NewOrg(clock.System{}, func(context.Context) error {
		asked++
		if !silent {
			c.Observe(date(time.Now().Add(time.Hour)), time.Now())
		}
		return nil
	})
	silent = true
	if _, err := c.Now(t.Context()); !errors.Is(err, clock.ErrUntold) {
		t.Errorf("an org without Date: %v", err)
	}
	silent = false
	for range 2 {
		now, err := c.Now(t.Context())
		if ahead := time.Until(now); err != nil || ahead < 59*time.Minute || ahead > 61*time.Minute {
			t.Errorf("%v ahead, %v", ahead, err)
		}
	}
	if asked != 2 {
		t.Errorf("asked %d times", asked)
	}
}
