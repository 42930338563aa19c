// Command oktaform declares an Okta org's API access in HCL, shows what would
// change, changes it, and proves with real tokens that it works.
package main

import (
	"context"
	"os"

	"github.com/oktaform/oktaform/internal/cli"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], cli.System()))
}
