package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestSecurityRowsAreShown: whatever SECURITY.md names as showing a promise exists: a
// story, a test function, or scenarios of the review.
func TestSecurityRowsAreShown(t *testing.T) {
	text, err := os.ReadFile("../../SECURITY.md")
	if err != nil {
		t.Fatal(err)
	}
	_, promises, _ := strings.Cut(string(text), "## What is promised")
	functions := testFunctions(t)
	rows, heading := 0, ""
	for line := range strings.Lines(promises) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		switch {
		case !strings.HasPrefix(line, "| "):
			heading = ""
		case heading == "":
			heading = strings.TrimSpace(cells[len(cells)-1])
		case heading == "Shown by" && !strings.HasPrefix(line, "| ---"):
			rows++
			if err := shown(cells[len(cells)-1], functions); err != nil {
				t.Errorf("%s: %v", cells[0], err)
			}
		}
	}
	if rows < 50 {
		t.Errorf("%d promises were found", rows)
	}
}

var (
	number    = regexp.MustCompile(`\d+`)
	scenarios = regexp.MustCompile(`scenarios? [\d, toand]+\d`)
)

// shown returns an error unless all that a cell names exists.
func shown(cell string, functions map[string]bool) error {
	for _, list := range scenarios.FindAllString(cell, -1) {
		for _, text := range number.FindAllString(list, -1) {
			n, _ := strconv.Atoi(text)
			if found, _ := filepath.Glob(fmt.Sprintf("../../internal/review/testdata/scenarios/%02d-*", n)); len(found) == 0 {
				return fmt.Errorf("there is no scenario %d", n)
			}
		}
		cell = strings.Replace(cell, list, "", 1)
	}
	cell = strings.NewReplacer("of `internal/review/testdata/scenarios`", "", "`", "", "story ", "").Replace(cell)
	for name := range strings.SplitSeq(cell, ",") {
		name = strings.TrimSpace(name)
		if name == "" || functions[name] {
			continue
		}
		if _, err := os.Stat(filepath.Join("testdata", "script", name+".txtar")); err != nil {
			return fmt.Errorf("there is no story or test %q", name)
		}
	}
	return nil
}

// testFunctions are the names of all tests and fuzz targets of the module.
func testFunctions(t *testing.T) map[string]bool {
	names := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w*)\(`)
	err := filepath.WalkDir("../..", func(path string, _ os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range declared.FindAllStringSubmatch(string(text), -1) {
			names[m[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}
