package cli

import (
	"context"
	"os"
	"os/signal"
	"slices"
	"sync"
	"syscall"

	"github.com/oktaform/oktaform/apply"
	"github.com/oktaform/oktaform/internal/crash"
	"github.com/oktaform/oktaform/internal/view"
)

// stoppedAtOnce is the error of what the second interrupt stopped.
type stoppedAtOnce struct{}

func (stoppedAtOnce) Error() string {
	return "stopped by the second interrupt. The next plan shows whether the org still did it"
}

func (stoppedAtOnce) Is(target error) bool { return target == context.Canceled }

// interruptible returns a context that the second interrupt cancels, and a channel that the first
// one closes. waitsFor says what the run then waits for. Further interrupts change nothing, also
// after done: what the run has done is still to be shown.
func (a *App) interruptible(parent context.Context, waitsFor func() string) (ctx context.Context, stop <-chan struct{}, done func()) {
	ctx, cancel := context.WithCancelCause(parent)
	stopped := make(chan struct{})
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	crash.Go(func() {
		for n := 0; ; n++ {
			select {
			case <-signals:
			case <-ctx.Done():
				return
			}
			if n > 0 {
				cancel(stoppedAtOnce{})
				return
			}
			close(stopped)
			a.printAround(waitsFor())
		}
	})
	return ctx, stopped, func() {
		if ctx.Err() == nil {
			signal.Stop(signals)
		}
		cancel(nil)
	}
}

// inFlight knows which changes of a run have begun and not ended, and which were not started.
type inFlight struct {
	mu      sync.Mutex
	running []string
	skipped []string
}

func (f *inFlight) event(e apply.Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	addr := e.Change.Addr.String()
	switch e.Step {
	case apply.Started:
		f.running = append(f.running, addr)
	case apply.Skipped:
		f.skipped = append(f.skipped, addr)
	case apply.Waiting, apply.Completed, apply.Failed, apply.Withheld:
		if i := slices.Index(f.running, addr); i >= 0 {
			f.running = slices.Delete(f.running, i, i+1)
		}
	}
}

// waitsFor returns the function that says what an interrupted run waits for.
func (s *Session) waitsFor(f *inFlight) func() string {
	return func() string {
		f.mu.Lock()
		running := slices.Clone(f.running)
		f.mu.Unlock()
		wait := ""
		if w := s.Client.Progress().Wait; w != nil {
			wait = view.Waiting(*w, s.App.Env.Clock.LocalNow())
		}
		return view.Interrupted(running, wait, s.App.errStyle())
	}
}
