package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/view"
)

// released is set by the linker for releases.
var released string

// version is the release, else the module's version or the commit it was built
// from.
func version() string {
	if released != "" {
		return released
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return "dev-" + s.Value[:min(12, len(s.Value))]
		}
	}
	return "dev"
}

func versionText() string {
	return fmt.Sprintf("oktaform %s\non %s_%s\n", version(), runtime.GOOS, runtime.GOARCH)
}

func newVersion(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Show the version",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if a.json {
				return view.JSON(a.env.stdout, map[string]string{"version": version(), "go": runtime.Version(), "platform": runtime.GOOS + "_" + runtime.GOARCH})
			}
			a.print(versionText())
			return nil
		},
	}
}
