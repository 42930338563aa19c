// Package crash converts panics to errors. A Go program that panics exits with status 2 and a stack
// trace: CI reads that status as "there are changes", and the trace may quote a secret.
package crash

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
)

// Error is a panic as an error. It says where the program failed, but not the panic's message,
// which may quote a secret.
type Error struct {
	value any
	stack []byte
	at    string
}

func (e *Error) Error() string {
	text := fmt.Sprintf("oktaform failed by a fault of its own, at %s. Nothing more was done. Please report it at https://github.com/oktaform/oktaform/issues, "+
		"with this line, the version (oktaform version) and the command, and without any secret", e.at)
	if os.Getenv("OKTAFORM_DEBUG") == "" {
		return text + ". With OKTAFORM_DEBUG=1 the same command shows the trace; look through it for secrets before you pass it on"
	}
	return fmt.Sprintf("%s\n\npanic: %v\n\n%s", text, e.value, e.stack)
}

// Recovered returns the error for a result of recover.
func Recovered(value any) *Error { return &Error{value, debug.Stack(), place()} }

// place returns where the panic happened: the innermost function of the program.
func place() string {
	var counters [64]uintptr
	frames := runtime.CallersFrames(counters[:runtime.Callers(0, counters[:])])
	panicked := false
	for {
		frame, more := frames.Next()
		if panicked && !strings.HasPrefix(frame.Function, "runtime.") {
			return fmt.Sprintf("%s:%d", frame.Function, frame.Line)
		}
		panicked = panicked || frame.Function == "runtime.gopanic"
		if !more {
			return "an unknown place"
		}
	}
}

// Safe returns f with panics returned as errors.
func Safe(f func() error) func() error {
	return func() (err error) {
		defer func() {
			if value := recover(); value != nil {
				err = Recovered(value)
			}
		}()
		return f()
	}
}

// Go starts a goroutine. If f panics, the program says so and ends with status 1.
func Go(f func()) { go Fatal(f)() }

// Fatal returns f with panics ending the program with status 1, for goroutines whose errors nobody
// waits for.
func Fatal(f func()) func() {
	return func() {
		defer func() {
			if value := recover(); value != nil {
				end(os.Stderr, Recovered(value))
			}
		}()
		f()
	}
}

func end(w io.Writer, err error) {
	fmt.Fprintf(w, "\nError: %s.\n", err)
	os.Exit(1)
}
