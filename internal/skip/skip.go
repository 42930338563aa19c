// Package skip lists the reasons for which a test may be skipped. Tests skip only through it: a
// test of this package fails for any other skip in the module. Only tests import it.
package skip

import (
	"os"
	"os/exec"
	"testing"
)

// Reason says why a test may be skipped.
type Reason string

// All reasons. A reason that no test uses fails a test of this package.
const (
	NoTool    Reason = "needs a program that isn't installed (.ci/run installs it)"
	NotRoot   Reason = "only the system's administrator may give files away"
	NoLinks   Reason = "the file system has no symbolic links"
	Short     Reason = "takes long, and -short was given"
	Benchmark Reason = "measures for minutes: run with -full"
)

// Test skips the test for a reason.
func Test(t testing.TB, reason Reason) {
	t.Helper()
	t.Skip(string(reason))
}

// ToolsRequired reports whether a missing program is a failure: OKTAFORM_TEST_TOOLS is
// "required", as .ci/run sets it.
func ToolsRequired() bool { return os.Getenv("OKTAFORM_TEST_TOOLS") == "required" }

// WithoutTool skips the test if a program is not installed and not required.
func WithoutTool(t testing.TB, programs ...string) {
	t.Helper()
	for _, program := range programs {
		if _, err := exec.LookPath(program); err == nil {
			continue
		}
		if ToolsRequired() {
			t.Fatalf("%s isn't installed, and OKTAFORM_TEST_TOOLS requires it", program)
		}
		t.Skipf("%s: %s", program, NoTool)
	}
}
