package cli

import (
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/schema"
)

// Requests holds the flags that limit and report the requests to an org.
type Requests struct {
	parallelism int
	share       int // percent
	trace       string
	stats       bool
}

// Add adds the flags to a command.
func (p *Requests) Add(cmd *cobra.Command) {
	cmd.Flags().IntVar(&p.parallelism, "parallelism", 0, "at most `N` concurrent requests and changes (default: as many as the org's limits allow)")
	cmd.Flags().IntVar(&p.share, "rate-limit-share", 100*okta.DefaultShare, "use at most `PERCENT` of each of the org's rate limits")
	cmd.Flags().StringVar(&p.trace, "trace-http", "", "write one JSON line for each request to `FILE`; it holds no secrets")
	cmd.Flags().BoolVar(&p.stats, "stats", false, "show the number of requests by rate-limit bucket at the end")
}

// longJob is the duration from which a job is announced and its progress shown.
const longJob = 10 * time.Second

// options converts the flags to the client's options.
func (p *Requests) options(s *Session) (okta.Options, error) {
	options := okta.Options{UserAgent: "oktaform/" + Version(), Parallelism: p.parallelism, Share: float64(p.share) / 100}
	if p.share < 1 || p.share > 100 {
		return options, fmt.Errorf("--rate-limit-share: %d is not a percentage from 1 to 100", p.share)
	}
	if p.parallelism < 0 {
		return options, fmt.Errorf("--parallelism: %d is negative", p.parallelism)
	}
	if p.trace != "" {
		file, err := s.Trees.Overwrite(p.trace, 0o600)
		if err == nil {
			err = file.Chmod(0o600) // the file may have existed
		}
		if err != nil {
			return options, fmt.Errorf("--trace-http: %w", err)
		}
		s.trace, options.Trace = file, file
	}
	options.Watch = okta.Watch{Forecast: s.forecast, Waiting: s.waiting}
	return options, nil
}

// forecast announces a long job.
func (s *Session) forecast(f schema.Forecast) {
	s.EndJob()
	if f.Time < longJob {
		return
	}
	if s.App.JSON {
		s.App.Stream().Forecast(f)
		return
	}
	s.App.printAround(view.Forecast(f, s.App.errStyle()))
	if env := s.App.Env; env.Columns() > 0 {
		s.App.bar.start(s.App.raw.Stderr, env.Columns, func(width int) string { return view.Bar(s.Client.Progress(), env.Clock.LocalNow(), width) })
	}
}

// waiting reports that requests are held back, if no bar shows it.
func (s *Session) waiting(w schema.Wait) {
	now := s.App.Env.Clock.LocalNow()
	switch {
	case w.Until.Sub(now) < 2*time.Second || s.App.bar.running():
	case s.App.JSON:
		s.App.Stream().Waiting(s.Client.Progress(), w)
	default:
		s.App.printAround(view.WaitLine(s.Client.Progress(), w, now))
	}
}

// EndJob removes the bar.
func (s *Session) EndJob() { s.App.bar.end() }

// endRequests shows the totals, if requested, and ends the trace.
func (s *Session) endRequests() {
	s.EndJob()
	if s.Client == nil {
		return
	}
	if s.requests.stats {
		s.stats()
	}
	if s.trace == nil {
		return
	}
	if err := errors.Join(s.Client.TraceError(), s.trace.Close()); err != nil {
		s.App.ShowDiagnostics(hcl.Diagnostics{{Severity: hcl.DiagWarning, Summary: "The trace is not complete", Detail: "--trace-http: " + err.Error()}}, nil)
	}
}

// stats shows the totals of the requests.
func (s *Session) stats() {
	if s.App.JSON {
		s.App.Stream().Stats(s.Client.Stats())
	} else {
		s.App.printAround(view.Stats(s.Client.Stats(), s.App.errStyle()))
	}
}
