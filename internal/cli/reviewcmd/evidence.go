package reviewcmd

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/checkout"
	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/revision"
	"github.com/oktaform/oktaform/internal/view/accessview"
)

// reviewed records the configuration's files, its repository, as the CI system names it or else by
// the name of its folder, and the commit that is checked out. What is not known is "".
func reviewed(a *cli.App, dir string, c *config.Config, evidence *accessview.ReviewEvidence) {
	evidence.Digest = digestOf(c)
	at, err := checkout.Find(dir, a.Checkouts())
	if err != nil || at.GitDir == "" {
		return
	}
	evidence.Repository = filepath.Base(at.Root)
	for _, variables := range [][]string{{"GITHUB_SERVER_URL", "GITHUB_REPOSITORY"}, {"CI_PROJECT_URL"}} {
		var parts []string
		for _, name := range variables {
			if value := a.Env.Get(name); value != "" {
				parts = append(parts, value)
			}
		}
		if len(parts) == len(variables) {
			evidence.Repository = strings.Join(parts, "/")
			break
		}
	}
	r, err := revision.Open(at.GitDir, at.CommonDir)
	if err != nil {
		return
	}
	defer func() { _ = r.Close() }()
	head, err := r.Resolve("HEAD")
	if err != nil {
		return
	}
	evidence.Commit = head.String()
	contents, converted := map[string][]byte{}, revision.Converted(at, config.IsSourceFile)
	for name, file := range c.Files() {
		below, err := filepath.Rel(c.Dir, name)
		inside := path.Join(at.Prefix, filepath.ToSlash(below))
		if err != nil || !config.IsSourceFile(filepath.Base(name)) || !filepath.IsLocal(inside) {
			continue
		}
		contents[inside] = file.Bytes
		if slices.Contains(converted, inside) {
			contents[inside] = nil
		}
	}
	evidence.Uncommitted, _ = r.Edited(head, contents, config.IsSourceFile)
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
