package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

// outside are the places beside cmd/oktaform, internal/cli and the packages below it that read
// flags, the environment or a terminal, each with the reason.
var outside = map[string]string{
	"internal/crash/crash.go os.Getenv":                "a panic is reported with its stack where OKTAFORM_DEBUG is set",
	"internal/crash/crash.go os.Stderr":                "a panic of a goroutine ends the program, and is the last that it says",
	"internal/functions/files.go os.UserHomeDir":       "pathexpand replaces ~",
	"internal/help/manpage.go github.com/spf13/cobra":  "describes the commands, and reads no flag",
	"internal/help/markdown.go github.com/spf13/cobra": "describes the commands, and reads no flag",
	"internal/help/text.go github.com/spf13/cobra":     "describes the commands, and reads no flag",
	"internal/help/text.go github.com/spf13/pflag":     "describes the commands, and reads no flag",
	"internal/help/topics.go github.com/spf13/cobra":   "describes the commands, and reads no flag",
	"internal/skip/skip.go os.Getenv":                  "for tests",
	"sandbox/e2e/terraform/standin/main.go os.Getenv":  "for tests with Terraform",
	"internal/catalog/gen/main.go flag":                "a generator, for maintainers",
	"internal/catalog/gen/main.go os.Stderr":           "a generator, for maintainers",
}

// outsideFuncs and outsideImports are how Go code takes something from the command line,
// the environment or the terminal.
var (
	outsideFuncs   = []string{"Args", "Environ", "ExpandEnv", "Getenv", "LookupEnv", "Stderr", "Stdin", "Stdout", "UserCacheDir", "UserConfigDir", "UserHomeDir"}
	outsideImports = []string{"flag", "github.com/spf13/cobra", "github.com/spf13/pflag", "golang.org/x/term", "os/signal"}
)

// TestOutsideIsReadInTwoPlaces finds every use of flags, environment and terminal.
func TestOutsideIsReadInTwoPlaces(t *testing.T) {
	used := map[string]bool{}
	for _, name := range tracked(t) {
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, "cmd/oktaform/") || strings.HasPrefix(name, "internal/cli/") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", "..", name), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			if path, _ := strconv.Unquote(spec.Path.Value); slices.Contains(outsideImports, path) {
				used[name+" "+path] = true
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if pkg, _ := s.X.(*ast.Ident); pkg != nil && pkg.Name == "os" && slices.Contains(outsideFuncs, s.Sel.Name) {
					used[name+" os."+s.Sel.Name] = true
				}
			}
			return true
		})
	}
	for place := range used {
		if outside[place] == "" {
			t.Errorf("%s: only cmd/oktaform and internal/cli read flags, the environment and the terminal", place)
		}
	}
	for place := range outside {
		if !used[place] {
			t.Errorf("%q is listed and not used", place)
		}
	}
}

// TestFoldersAreExplained holds the folders of ARCHITECTURE.md against those that exist: each
// folder with Go code, and each at the top, has a line.
func TestFoldersAreExplained(t *testing.T) {
	_, table, _ := strings.Cut(read(t, "../../ARCHITECTURE.md"), "\n## The folders\n")
	table, _, _ = strings.Cut(table, "\n## ")
	listed := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| (`[^|]*) \\|").FindAllStringSubmatch(table, -1) {
		for _, name := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(row[1], -1) {
			listed[strings.TrimSuffix(name[1], "/")] = true
		}
	}
	there := map[string]bool{}
	for _, name := range tracked(t) {
		top, _, below := strings.Cut(name, "/")
		if below && !strings.HasPrefix(top, ".") && top != "internal" && top != "cmd" {
			there[top] = true
		}
		if strings.HasSuffix(name, ".go") && below && top != "examples" && !strings.Contains(name, "/testdata/") {
			there[path.Dir(name)] = true
		}
	}
	for _, folder := range slices.Sorted(maps.Keys(there)) {
		if !listed[folder] {
			t.Errorf("%s has no line in the folders of ARCHITECTURE.md", folder)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(listed)) {
		if _, err := os.Stat(filepath.Join("..", "..", name)); err != nil {
			t.Errorf("ARCHITECTURE.md explains %s, which doesn't exist", name)
		}
	}
}

// mostFiles is how many program files a folder may hold before it needs rooms of its own.
const mostFiles = 33

// crowded are the folders that hold more, each with the reason.
var crowded = map[string]string{
	"internal/config": "one language: a file for each of its parts",
}

// TestFoldersAreOfASize counts the program files of each folder, generated tables aside.
func TestFoldersAreOfASize(t *testing.T) {
	files := map[string]int{}
	for _, name := range tracked(t) {
		if strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			files[path.Dir(name)]++
		}
	}
	for folder, n := range files {
		if n > mostFiles && crowded[folder] == "" {
			t.Errorf("%s holds %d program files: give it rooms, or say here why not", folder, n)
		}
	}
}

// prose is a line of a comment that is neither a directive nor an example.
var prose = regexp.MustCompile(`^\t*// `)

// TestCommentsFit holds the lines of comments within 100 columns, a tab being four.
func TestCommentsFit(t *testing.T) {
	for _, name := range tracked(t) {
		text := ""
		if strings.HasSuffix(name, ".go") && !strings.Contains(name, "/testdata/") {
			text = read(t, filepath.Join("..", "..", name))
		}
		for i, line := range strings.Split(text, "\n") {
			if n := utf8.RuneCountInString(strings.ReplaceAll(line, "\t", "    ")); n > 100 && prose.MatchString(line) && !strings.Contains(line, "://") {
				t.Errorf("%s:%d: a comment of %d columns", name, i+1, n)
			}
		}
	}
}

// tracked lists the files of the repository, those that aren't added yet included.
func tracked(t *testing.T) []string {
	t.Helper()
	out, err := exec.Command("git", "-C", "../..", "ls-files", "-co", "--exclude-standard", "--deduplicate").Output()
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(strings.Split(strings.TrimSpace(string(out)), "\n"), func(name string) bool {
		_, err := os.Lstat(filepath.Join("..", "..", name))
		return err != nil // deleted, and not yet committed
	})
}
