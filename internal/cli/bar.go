package cli

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/oktaform/oktaform/internal/crash"
	"github.com/oktaform/oktaform/internal/terminal"
)

// printAround writes to stderr, above the bar.
func (a *App) printAround(text string) { a.bar.around(func() { fmt.Fprint(a.Env.Stderr, text) }) }

// bar is a progress line at the bottom of a terminal.
type bar struct {
	mu   sync.Mutex
	w    io.Writer
	line func(width int) string
	// columns returns the terminal's width, which changes when a person resizes the window.
	columns func() int
	drawn   int           // columns of the line on the terminal
	stop    chan struct{} // nil: not visible
}

func (b *bar) start(w io.Writer, columns func() int, line func(width int) string) {
	stop := make(chan struct{})
	b.mu.Lock()
	b.w, b.columns, b.line, b.drawn, b.stop = w, columns, line, 0, stop
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
	b.clear()
	write()
	line := b.line(b.columns())
	b.drawn = terminal.Columns(line)
	fmt.Fprint(b.w, line)
}

// clear removes the line. In a window that was made narrower, it takes several rows.
func (b *bar) clear() {
	clear := "\r\x1b[K"
	if width := b.columns(); width > 0 && b.drawn > width {
		clear = fmt.Sprintf("\r\x1b[%dA\x1b[J", (b.drawn-1)/width)
	}
	fmt.Fprint(b.w, clear)
}

func (b *bar) end() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.stop != nil {
		close(b.stop)
		b.stop = nil
		b.clear()
	}
}
