package main

import (
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

var (
	fence      = regexp.MustCompile("(?ms)^ *(```+|~~~+).*?^ *(?:```+|~~~+) *$")
	inlineCode = regexp.MustCompile("`[^`\n]*`")
	link       = regexp.MustCompile(`!?\[(?:[^\]\[]|\[[^\]]*\])*\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)`)
	heading    = regexp.MustCompile(`(?m)^#{1,6} +(.*?) *#*$`)
	anchor     = regexp.MustCompile(`<a (?:id|name)="([^"]+)"`)
)

// TestDocumentationLinks follows each link in each Markdown file of the repository: the file
// exists, and so does the heading that the link names.
func TestDocumentationLinks(t *testing.T) {
	t.Parallel()
	anchors := map[string]map[string]bool{}
	links, files := 0, 0
	err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "testdata" || entry.Name() == "node_modules" || entry.Name() == ".git"):
			return filepath.SkipDir
		case filepath.Ext(path) != ".md":
			return nil
		}
		files++
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		text := inlineCode.ReplaceAllString(fence.ReplaceAllString(string(data), ""), "code")
		for _, m := range link.FindAllStringSubmatch(text, -1) {
			target, err := url.Parse(m[1])
			if err != nil {
				t.Errorf("%s: %s: %v", path, m[1], err)
				continue
			}
			if target.IsAbs() || target.Host != "" {
				continue
			}
			links++
			to := path
			if target.Path != "" {
				to = filepath.Join(filepath.Dir(path), filepath.FromSlash(target.Path))
			}
			if _, err := os.Stat(to); err != nil {
				t.Errorf("%s links to %s, which doesn't exist", path, m[1])
				continue
			}
			if target.Fragment == "" || filepath.Ext(to) != ".md" {
				continue
			}
			if anchors[to] == nil {
				anchors[to] = headingsOf(t, to)
			}
			if !anchors[to][target.Fragment] {
				t.Errorf("%s links to %s, and %s has no such heading", path, m[1], to)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files < 30 || links < 100 {
		t.Errorf("only %d links in %d files were found", links, files)
	}
}

// headingsOf returns the anchors of a Markdown file, as GitHub makes them.
func headingsOf(t *testing.T, path string) map[string]bool {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	text := fence.ReplaceAllString(string(data), "")
	for _, m := range anchor.FindAllStringSubmatch(text, -1) {
		found[m[1]] = true
	}
	for _, m := range heading.FindAllStringSubmatch(text, -1) {
		title := link.ReplaceAllStringFunc(m[1], func(s string) string { return s[1:strings.Index(s, "](")] })
		slug := slugOf(title)
		if found[slug] {
			for i := 1; ; i++ {
				if next := slug + "-" + strconv.Itoa(i); !found[next] {
					slug = next
					break
				}
			}
		}
		found[slug] = true
	}
	return found
}

func slugOf(title string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '-':
			return '-'
		case r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, title)
}

// TestEveryPageIsInTheIndex: docs/README.md links to every page of the documentation, so that none
// is found by chance only.
func TestEveryPageIsInTheIndex(t *testing.T) {
	t.Parallel()
	index, err := os.ReadFile("../../docs/README.md")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages {
		if name := filepath.Base(page); name != "README.md" && !strings.Contains(string(index), "]("+name) {
			t.Errorf("docs/README.md has no link to %s", name)
		}
	}
}
