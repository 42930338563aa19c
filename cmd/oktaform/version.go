package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/view"
)

func versionText() string {
	b := cli.ReadBuild()
	text := fmt.Sprintf("oktaform %s\n", b.Version)
	if b.Commit != "" {
		text += "commit " + b.Commit
		if b.Date != "" {
			text += " of " + b.Date
		}
		if b.Modified {
			text += ", with uncommitted changes"
		}
		text += "\n"
	}
	return text + fmt.Sprintf("built with %s for %s_%s\n", runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// versionLine is the version, and what it was built with and for, in one line.
func versionLine() string {
	return fmt.Sprintf("oktaform %s (%s, %s_%s)", cli.Version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

func newVersion(a *cli.App) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Show the version",
		Args:  cobra.NoArgs,
		RunE:  func(*cobra.Command, []string) error { return runVersion(a) },
	}
}

func runVersion(a *cli.App) error {
	if a.JSON {
		return view.JSON(a.Env.Stdout, struct {
			cli.Build
			Go       string `json:"go"`
			Platform string `json:"platform"`
		}{cli.ReadBuild(), runtime.Version(), runtime.GOOS + "_" + runtime.GOARCH})
	}
	a.Print(versionText())
	return nil
}
