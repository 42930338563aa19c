package cli

import (
	"runtime/debug"
	"strings"
	"time"

	"golang.org/x/mod/module"
)

// released is set by the linker for releases.
var released string

// Build says what the program was built from. A member is empty if it is not known.
type Build struct {
	Version  string `json:"version"`
	Commit   string `json:"commit,omitempty"`
	Date     string `json:"date,omitempty"` // of the commit, so that the same commit gives the same program
	Modified bool   `json:"modified,omitempty"`
}

// Version returns the version of the program: see Build.
func Version() string { return ReadBuild().Version }

// ReadBuild returns what this program was built from.
func ReadBuild() Build {
	info, _ := debug.ReadBuildInfo()
	return buildOf(released, info)
}

// buildOf returns the version of a release, or else that of the module, which go install and go
// build write into the program, or else the commit. Without any of them it is "dev". The commit and
// its date come from the checkout, or else from a module's version that names them.
func buildOf(release string, info *debug.BuildInfo) Build {
	b := Build{Version: release}
	if info == nil {
		info = &debug.BuildInfo{}
	}
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			b.Commit = s.Value
		case "vcs.time":
			b.Date = s.Value
		case "vcs.modified":
			b.Modified = s.Value == "true"
		}
	}
	v := info.Main.Version
	if v == "(devel)" {
		v = ""
	}
	if b.Commit == "" && module.IsPseudoVersion(v) {
		b.Commit, _ = module.PseudoVersionRev(v)
		if at, err := module.PseudoVersionTime(v); err == nil {
			b.Date = at.UTC().Format(time.RFC3339)
		}
	}
	switch {
	case b.Version != "":
	case v != "":
		b.Version = strings.TrimPrefix(v, "v")
	case b.Commit != "":
		b.Version = "dev-" + b.Commit[:min(12, len(b.Commit))]
	default:
		b.Version = "dev"
	}
	return b
}
