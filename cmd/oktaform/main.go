// Command oktaform declares an Okta org's API access in HCL, shows what would
// change, changes it, and proves with real tokens that it works.
package main

import (
	"context"
	"os"
	"runtime/debug"

	"github.com/oktaform/oktaform/internal/cli"
)

func main() {
	if os.Getenv("GOGC") == "" && !(len(os.Args) > 1 && os.Args[1] == "sandbox") {
		// A plan keeps thousands of objects until it ends. Collecting garbage a little less often
		// than by default saves five percent of processor time and uses a sixth more memory. The
		// sandbox runs for days and keeps the default.
		debug.SetGCPercent(150)
	}
	os.Exit(run(context.Background(), os.Args[1:], cli.System()))
}
