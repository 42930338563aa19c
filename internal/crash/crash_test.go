package crash

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"testing"
)

func TestSafeReturnsThePanic(t *testing.T) {
	err := Safe(func() error { panic("s3cret") })()
	if e, ok := errors.AsType[*Error](err); !ok || strings.Contains(e.Error(), "s3cret") || !strings.Contains(e.Error(), "crash.TestSafeReturnsThePanic") || !strings.Contains(e.Error(), "report") {
		t.Errorf("%v", err)
	}
	t.Setenv("OKTAFORM_DEBUG", "1")
	if !strings.Contains(err.Error(), "s3cret") || !strings.Contains(err.Error(), "goroutine") {
		t.Errorf("no trace: %v", err)
	}
}

// A goroutine that panics ends the program with status 1, and not with Go's 2.
func TestGoEndsWithStatus1(t *testing.T) {
	if os.Getenv("CRASH_NOW") != "" {
		Go(func() { panic("s3cret") })
		select {}
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestGoEndsWithStatus1$")
	cmd.Env = append(os.Environ(), "CRASH_NOW=1")
	out, err := cmd.CombinedOutput()
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok || exit.ExitCode() != 1 || strings.Contains(string(out), "s3cret") || !strings.Contains(string(out), "failed by a fault of its own") {
		t.Errorf("%v\n%s", err, out)
	}
}
