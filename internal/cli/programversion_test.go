package cli

import (
	"runtime/debug"
	"testing"
)

// TestBuildOf shows what the version, the commit and its date are for each way of building.
func TestBuildOf(t *testing.T) {
	const commit, date = "0123456789abcdef0123456789abcdef01234567", "2026-11-29T08:15:30Z"
	checkout := []debug.BuildSetting{{Key: "vcs", Value: "git"}, {Key: "vcs.revision", Value: commit}, {Key: "vcs.time", Value: date}, {Key: "vcs.modified", Value: "false"}}
	edited := append(checkout[:3:3], debug.BuildSetting{Key: "vcs.modified", Value: "true"})
	info := func(version string, settings []debug.BuildSetting) *debug.BuildInfo {
		return &debug.BuildInfo{Main: debug.Module{Version: version}, Settings: settings}
	}
	for name, row := range map[string]struct {
		release string
		info    *debug.BuildInfo
		want    Build
	}{
		"a release":                       {"1.2.3", info("v1.2.3", checkout), Build{"1.2.3", commit, date, false}},
		"a snapshot of goreleaser":        {"1.2.4-SNAPSHOT-0123456", info("v1.2.4-0.20261129081530-0123456789ab", checkout), Build{"1.2.4-SNAPSHOT-0123456", commit, date, false}},
		"go install @v1.2.3":              {"", info("v1.2.3", nil), Build{"1.2.3", "", "", false}},
		"go install @main":                {"", info("v1.2.4-0.20261129081530-0123456789ab", nil), Build{"1.2.4-0.20261129081530-0123456789ab", "0123456789ab", date, false}},
		"go install @main, without a tag": {"", info("v0.0.0-20261129081530-0123456789ab", nil), Build{"0.0.0-20261129081530-0123456789ab", "0123456789ab", date, false}},
		"go build in a checkout":          {"", info("v0.0.0-20261129081530-0123456789ab", checkout), Build{"0.0.0-20261129081530-0123456789ab", commit, date, false}},
		"go build after an edit":          {"", info("v0.0.0-20261129081530-0123456789ab+dirty", edited), Build{"0.0.0-20261129081530-0123456789ab+dirty", commit, date, true}},
		"a checkout without a version":    {"", info("(devel)", checkout), Build{"dev-0123456789ab", commit, date, false}},
		"a short revision":                {"", info("", []debug.BuildSetting{{Key: "vcs.revision", Value: "7"}}), Build{"dev-7", "7", "", false}},
		"a fork replaced by its folder":   {"", info("v1.2.3-fork", nil), Build{"1.2.3-fork", "", "", false}},
		"go run":                          {"", info("(devel)", nil), Build{Version: "dev"}},
		"no build information":            {"", nil, Build{Version: "dev"}},
		"a release without it":            {"1.2.3", nil, Build{Version: "1.2.3"}},
	} {
		if got := buildOf(row.release, row.info); got != row.want {
			t.Errorf("%s: %+v, want %+v", name, got, row.want)
		}
	}
}
