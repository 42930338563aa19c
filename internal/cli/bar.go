package cli

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/oktaform/oktaform/internal/crash"
)

// printAround writes to stderr, above the bar.
func (a *App) printAround(text string) { a.bar.around(func() { fmt.Fprint(a.Env.Stderr, text) }) }

// bar is a progress line at the bottom of a terminal.
type bar struct {
	mu   sync.Mutex
	w    io.Writer
	line func() string
	stop chan struct{} // nil: not visible
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
