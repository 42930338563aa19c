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
		// A plan holds thousands of objects to its end. Looking for garbage a little less
		// often than Go does by itself takes a twentieth less time of the processor, and a
		// sixth more room. The sandbox runs for days, and stays as it is.
		debug.SetGCPercent(150)
	}
	os.Exit(run(context.Background(), os.Args[1:], cli.System()))
}
