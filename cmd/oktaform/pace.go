package main

import (
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/crash"
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// pace are the flags that say how fast to speak to an org, and what to tell of
// it.
type pace struct {
	parallelism int
	share       int // percent
	trace       string
	stats       bool
}

func (p *pace) add(cmd *cobra.Command) {
	cmd.Flags().IntVar(&p.parallelism, "parallelism", 0, "at most `N` requests and changes at once (default: as many as the org's limits allow)")
	cmd.Flags().IntVar(&p.share, "rate-limit-share", 100*okta.DefaultShare, "use at most `PERCENT` of each of the org's rate limits")
	cmd.Flags().StringVar(&p.trace, "trace-http", "", "write one JSON line for each request to `FILE`; it holds no secrets")
	cmd.Flags().BoolVar(&p.stats, "stats", false, "show the number of requests by rate-limit bucket at the end")
}

// changesAtOnce is how many objects are changed beside each other where nobody
// says otherwise. The org's limits let fewer requests through.
const changesAtOnce = 16

// longJob is the time from which on a job is announced and shown as it goes on.
const longJob = 10 * time.Second

// options turns the flags into the client's. close ends the trace.
func (p *pace) options(s *session) (okta.Options, error) {
	options := okta.Options{UserAgent: "oktaform/" + version(), Parallelism: p.parallelism, Share: float64(p.share) / 100}
	if p.share < 1 || p.share > 100 {
		return options, fmt.Errorf("--rate-limit-share: %d is not a number of percent from 1 to 100", p.share)
	}
	if p.parallelism < 0 {
		return options, fmt.Errorf("--parallelism: %d is negative", p.parallelism)
	}
	if p.trace != "" {
		file, err := s.trees.Overwrite(p.trace, 0o600)
		if err == nil {
			err = file.Chmod(0o600) // it may have been there
		}
		if err != nil {
			return options, fmt.Errorf("--trace-http: %w", err)
		}
		s.trace, options.Trace = file, file
	}
	options.Watch = okta.Watch{Forecast: s.forecast, Waiting: s.waiting}
	return options, nil
}

// forecast announces a job that will take long.
func (s *session) forecast(f schema.Forecast) {
	s.endJob()
	if f.Time < longJob {
		return
	}
	if s.app.json {
		s.app.stream().Forecast(f)
		return
	}
	s.app.note(view.Forecast(f))
	if width := s.app.env.width; width > 0 {
		s.app.bar.start(s.app.raw.stderr, func() string { return view.Bar(s.client.Progress(), s.app.env.clock.LocalNow(), width) })
	}
}

// waiting tells that requests are held back, where no bar shows it.
func (s *session) waiting(w schema.Wait) {
	now := s.app.env.clock.LocalNow()
	switch {
	case w.Until.Sub(now) < 2*time.Second || s.app.bar.running():
	case s.app.json:
		s.app.stream().Waiting(s.client.Progress(), w)
	default:
		s.app.note(view.Pace(s.client.Progress(), w, now))
	}
}

// endJob takes the bar away.
func (s *session) endJob() { s.app.bar.end() }

// expect announces the changes of a plan.
func (s *session) expect(p *plan.Plan) {
	var changes []org.Intent
	for i := range p.Changes {
		if c := &p.Changes[i]; c.Action != plan.NoOp {
			changes = append(changes, org.Intent{Kind: c.Kind, Prior: c.Prior, After: c.After})
		}
	}
	s.client.Expect(changes)
}

// endPace shows the totals, if asked for, and ends the trace.
func (s *session) endPace() {
	s.endJob()
	if s.client == nil {
		return
	}
	if s.pace.stats {
		s.stats()
	}
	if s.trace == nil {
		return
	}
	if err := errors.Join(s.client.TraceError(), s.trace.Close()); err != nil {
		s.app.showDiagnostics(hcl.Diagnostics{{Severity: hcl.DiagWarning, Summary: "The trace is not complete", Detail: "--trace-http: " + err.Error()}}, nil)
	}
}

// stats shows the totals of the requests.
func (s *session) stats() {
	if s.app.json {
		s.app.stream().Stats(s.client.Stats())
	} else {
		s.app.note(view.Stats(s.client.Stats(), s.app.errStyle()))
	}
}

// note writes to stderr, around a bar.
func (a *app) note(text string) { a.bar.around(func() { fmt.Fprint(a.env.stderr, text) }) }

// bar is a line at the end of a terminal that changes as a job goes on.
type bar struct {
	mu   sync.Mutex
	w    io.Writer
	line func() string
	stop chan struct{} // nil: not shown
}

const clearLine = "\r\x1b[K"

func (b *bar) start(w io.Writer, line func() string) {
	stop := make(chan struct{})
	b.mu.Lock()
	b.w, b.line, b.stop = w, line, stop
	b.mu.Unlock()
	crash.Go(func() {
		tick := time.NewTicker(250 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				return
			case <-tick.C:
				b.around(func() {})
			}
		}
	})
}

func (b *bar) running() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.stop != nil
}

// around writes something else above the bar.
func (b *bar) around(write func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.stop == nil {
		write()
		return
	}
	fmt.Fprint(b.w, clearLine)
	write()
	fmt.Fprint(b.w, b.line())
}

func (b *bar) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.stop != nil {
		close(b.stop)
		b.stop = nil
		fmt.Fprint(b.w, clearLine)
	}
}
