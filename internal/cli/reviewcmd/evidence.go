package reviewcmd

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/checkout"
	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/revision"
)

// reviewed returns the repository of a folder, as the CI system names it or else by the name of its
// folder, and the commit that is checked out. What is not known is "".
func reviewed(a *cli.App, dir string) (repository, commit string) {
	c, err := checkout.Find(dir, a.Checkouts())
	if err != nil || c.GitDir == "" {
		return "", ""
	}
	repository = filepath.Base(c.Root)
	for _, variables := range [][]string{{"GITHUB_SERVER_URL", "GITHUB_REPOSITORY"}, {"CI_PROJECT_URL"}} {
		var parts []string
		for _, name := range variables {
			if value := a.Env.Get(name); value != "" {
				parts = append(parts, value)
			}
		}
		if len(parts) == len(variables) {
			repository = strings.Join(parts, "/")
			break
		}
	}
	r, err := revision.Open(c.GitDir, c.CommonDir)
	if err != nil {
		return repository, ""
	}
	defer func() { _ = r.Close() }()
	if head, err := r.Resolve("HEAD"); err == nil {
		commit = head.String()
	}
	return repository, commit
}

// digestOf returns the SHA-256 of the names and contents of a configuration's files. Names are
// relative to the configuration's folder.
func digestOf(c *config.Config) string {
	sum := sha256.New()
	files := c.Files()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		short := name
		if rel, err := filepath.Rel(c.Dir, name); err == nil {
			short = filepath.ToSlash(rel)
		}
		fmt.Fprintf(sum, "%s\x00%d\x00", short, len(files[name].Bytes))
		sum.Write(files[name].Bytes)
	}
	return hex.EncodeToString(sum.Sum(nil))
}
