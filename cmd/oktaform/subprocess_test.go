package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// starts are the ways in which Go code starts another program, or runs code that isn't
// compiled into it.
var starts = []string{
	"\"os/exec\"\n", "\"plugin\"\n", "golang.org/x/sys/execabs", "\"github.com/cli/browser\"", "\"github.com/cli/safeexec\"", "import \"C\"",
	"os.StartProcess(", "syscall.StartProcess(", "syscall.Exec(", "syscall.ForkExec(", "unix.Exec(", "SYS_EXECVE", "windows.CreateProcess", "syscall.CreateProcess", "windows.ShellExecute(",
}

// onlyNames are packages that give the calls of systems names, and make none.
var onlyNames = []string{"golang.org/x/sys/unix", "golang.org/x/sys/windows"}

// TestProgramsStarted finds all packages, of the program and of ours that only tests use,
// that could start another program, on each system, and holds them against SECURITY.md.
func TestProgramsStarted(t *testing.T) {
	found, seen := map[string]bool{}, map[string]bool{}
	for _, system := range []string{"linux", "darwin", "windows"} {
		for _, pkg := range packages(t, system) {
			if pkg.Standard || slices.Contains(onlyNames, pkg.ImportPath) {
				continue
			}
			for _, name := range slices.Concat(pkg.GoFiles, pkg.CgoFiles, pkg.SFiles) {
				file := filepath.Join(pkg.Dir, name)
				if seen[file] {
					continue
				}
				seen[file] = true
				if ways := startsOf(t, file); len(ways) > 0 {
					found[strings.TrimPrefix(pkg.ImportPath, module)] = true
				}
			}
		}
	}
	// Of our own, one file calls what opens the browser.
	delete(found, "internal/browser")
	files, err := filepath.Glob("../../internal/browser/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		ways := startsOf(t, file)
		if strings.HasSuffix(file, "_test.go") || filepath.Base(file) == "signin.go" && slices.Equal(ways, []string{"\"github.com/cli/browser\""}) {
			continue
		}
		if len(ways) > 0 {
			t.Errorf("%s starts a program by %q", file, ways)
		}
	}
	page := read(t, "../../SECURITY.md")
	_, table, _ := strings.Cut(page, "#### Programs that oktaform starts\n")
	table, _, _ = strings.Cut(table, "\n#")
	listed := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([^`]+)` \\|").FindAllStringSubmatch(table, -1) {
		listed[m[1]] = true
	}
	if !maps.Equal(found, listed) {
		t.Errorf("packages that can start programs: %q; SECURITY.md lists %q", slices.Sorted(maps.Keys(found)), slices.Sorted(maps.Keys(listed)))
	}
}

type goPackage struct {
	ImportPath, Dir           string
	Standard                  bool
	GoFiles, CgoFiles, SFiles []string
}

// packages are all that the program consists of on a system, and all of ours.
func packages(t *testing.T, system string) (list []goPackage) {
	t.Helper()
	cmd := exec.Command("go", "list", "-deps", "-json=ImportPath,Dir,Standard,GoFiles,CgoFiles,SFiles", "./cmd/oktaform", "./internal/...", "./sandbox/...", "./schema/...", "./plan/...", "./apply/...")
	cmd.Dir, cmd.Env = "../..", append(os.Environ(), "GOOS="+system, "CGO_ENABLED=0")
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var pkg goPackage
		if err := dec.Decode(&pkg); errors.Is(err, io.EOF) {
			return list
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, pkg)
	}
}

// startsOf lists the ways to start a program that a file has.
func startsOf(t *testing.T, file string) (ways []string) {
	t.Helper()
	text := []byte(read(t, file))
	for _, way := range starts {
		if bytes.Contains(text, []byte(way)) {
			ways = append(ways, way)
		}
	}
	return ways
}
