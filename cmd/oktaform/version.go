package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/view"
)

func versionText() string {
	return fmt.Sprintf("oktaform %s\non %s_%s\n", cli.Version(), runtime.GOOS, runtime.GOARCH)
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
		return view.JSON(a.Env.Stdout, map[string]string{"version": cli.Version(), "go": runtime.Version(), "platform": runtime.GOOS + "_" + runtime.GOARCH})
	}
	a.Print(versionText())
	return nil
}
