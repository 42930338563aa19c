package lsp

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// app is the block of one app, with a group that it refers to.
func app(i int) string {
	return fmt.Sprintf("group \"g%d\" {\n  name = \"Group %d\"\n}\n\nservice_app \"a%d\" {\n  label           = \"App %d\"\n  jwks_uri        = \"https://example.com/%d\"\n  okta_api_scopes = local.scopes\n\n  admin_role \"HELP_DESK_ADMIN\" {\n    target_groups = [group.g%d]\n  }\n}\n\n", i, i, i, i, i, i)
}

const benchOrg = "org {\n  owner = \"bench\"\n}\n\nlocals {\n  scopes = [\"okta.users.read\"]\n}\n\n"

// BenchmarkKeystroke types letters into configurations of so many apps, in one file or in a file
// for each app, and waits for the diagnostics. heap-MB is what is in use after a collection, sys-MB
// what the program took from the system.
func BenchmarkKeystroke(b *testing.B) {
	LimitMemory()
	for _, layout := range []string{"one file", "a file for each app"} {
		for _, n := range []int{10, 100, 1000} {
			b.Run(fmt.Sprintf("%s/%d", layout, n), func(b *testing.B) {
				dir := b.TempDir()
				files, edited := map[string]string{"main.hcl": benchOrg}, "main.hcl"
				for i := range n {
					if layout == "one file" {
						files["main.hcl"] += app(i)
					} else {
						files[fmt.Sprintf("app%d.hcl", i)], edited = app(i), "app0.hcl"
					}
				}
				writeFiles(b, dir, files)
				c := newClient(b).start(dir)
				text := files[edited]
				uri := c.open(filepath.Join(dir, edited), text)
				for len(c.checked(uri)) == 0 { // until the findings of the review are there
				}
				line := uint32(strings.Count(text[:strings.Index(text, "\"App 0")], "\n"))
				at := Position{Line: line, Character: 21}
				var worst time.Duration
				for b.Loop() {
					began := time.Now()
					c.version[uri]++
					c.notify("textDocument/didChange", map[string]any{"textDocument": map[string]any{"uri": uri, "version": c.version[uri]},
						"contentChanges": []map[string]any{{"range": Range{at, at}, "text": "x"}}})
					for _, d := range c.checked(uri) {
						if d.Severity != severityHint {
							b.Fatal(d)
						}
					}
					worst = max(worst, time.Since(began))
				}
				b.StopTimer()
				b.ReportMetric(float64(worst.Milliseconds()), "worst-ms")
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				b.ReportMetric(float64(m.HeapAlloc)/(1<<20), "peak-MB")
				b.ReportMetric(float64(m.Sys)/(1<<20), "sys-MB")
				runtime.GC()
				runtime.ReadMemStats(&m)
				b.ReportMetric(float64(m.HeapAlloc)/(1<<20), "heap-MB")
			})
		}
	}
}

// BenchmarkEditing asks for the code actions of an app, and renames its group, in a configuration
// of 1,000 apps in one file.
func BenchmarkEditing(b *testing.B) {
	files := "-- main.hcl --\n" + benchOrg
	for i := range 1000 {
		files += app(i)
	}
	w := newWorkspace(b, strings.Replace(files, "service_app \"a500", "service_app \""+cursor+"a500", 1))
	w.analyze()
	d, err := w.document(w.cursor.TextDocument.URI)
	if err != nil {
		b.Fatal(err)
	}
	w.open[d.URI] = d
	b.Run("code actions", func(b *testing.B) {
		for b.Loop() {
			w.actions()
		}
	})
	b.Run("rename", func(b *testing.B) {
		for b.Loop() {
			clear(w.read)
			if _, err := w.rename(context.Background(), RenameParams{w.cursor, "renamed"}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
