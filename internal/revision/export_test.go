package revision

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestExport(t *testing.T) {
	library := newRepository(t)
	library.write("main.hcl", "library")
	library.write("deep/file", "deep")
	inLibrary := library.commit("one")

	r := newRepository(t)
	r.write("access/main.hcl", "main")
	r.write("access/keys/key.pem", "key")
	r.write("modules/team/main.hcl", "team")
	r.write("modules/team/text/mail", "mail")
	r.write("other/file", "not wanted")
	r.write("top", "not wanted")
	r.write(".gitattributes", "* export-ignore ident eol=crlf\n")
	r.git("submodule", "--quiet", "add", library.dir, "vendor/library")
	if err := os.Symlink("/etc/passwd", filepath.Join(r.dir, "access/link.hcl")); err != nil {
		t.Fatal(err)
	}
	id := r.commit("all")
	want := []string{"access/keys/key.pem: key", "access/link.hcl -> /etc/passwd", "access/main.hcl: main", "modules/team/main.hcl: team", "modules/team/text/mail: mail", "vendor/library/deep/file: deep", "vendor/library/main.hcl: library"}
	for _, packed := range []bool{false, true} {
		if packed {
			r.git("gc", "-q", "--prune=now")
		}
		list, absent, err := r.exported(id, "access")
		if err != nil || !slices.Equal(list, want) || len(absent) > 0 {
			t.Errorf("packed %v: %q, %q, %v", packed, list, absent, err)
		}
	}
	if list, _, err := r.exported(id, "vendor/library/deep"); err != nil || !slices.Contains(list, "vendor/library/deep/file: deep") {
		t.Errorf("below a submodule: %q, %v", list, err)
	}
	if list, _, err := r.exported(id, "."); err != nil || !slices.Contains(list, "top: not wanted") {
		t.Errorf("the whole repository: %q, %v", list, err)
	}
	found, _, err := r.open().Export(ParseID(id), "nothing", isSource, t.TempDir())
	if err != nil || found {
		t.Errorf("a folder that isn't there: %v, %v", found, err)
	}
	if err := os.RemoveAll(filepath.Join(r.gitDir(), "modules")); err != nil {
		t.Fatal(err)
	}
	if _, absent, err := r.exported(id, "access"); err != nil || !slices.Equal(absent, []string{"vendor/library"}) {
		t.Errorf("without the submodule's objects %s: %q, %v", inLibrary, absent, err)
	}
}

// TestExportFollowsLinks: a version holds what its links lead to in it.
func TestExportFollowsLinks(t *testing.T) {
	r := newRepository(t)
	r.write("access/main.hcl", "main")
	r.write("values/prod", "values")
	r.write("modules/team/text/mail", "mail")
	r.write("not/wanted", "no")
	for name, target := range map[string]string{
		"access/oktaform.tfvars": "../values/current", "values/current": "prod", "access/team": "../modules/team", "folder": "access", "deep": ".",
		"access/round": "circle", "access/circle": "round", "access/out": "../../../etc/passwd", "access/nothing": "../nothing", "access/itself": ".",
	} {
		r.link(name, target)
	}
	id := ParseID(r.commit("links"))
	for _, prefix := range []string{"access", "folder", "deep/deep/folder"} {
		folder := t.TempDir()
		found, _, err := r.open().Export(id, prefix, isSource, folder)
		if err != nil || !found {
			t.Fatalf("%s: %v, %v", prefix, found, err)
		}
		for name, want := range map[string]string{prefix + "/main.hcl": "main", prefix + "/oktaform.tfvars": "values", prefix + "/team/text/mail": "mail", prefix + "/itself/main.hcl": "main"} {
			if text, err := os.ReadFile(filepath.Join(folder, name)); err != nil || string(text) != want {
				t.Errorf("%s: %q, %v", name, text, err)
			}
		}
		if _, err := os.Stat(filepath.Join(folder, "not")); err == nil && prefix != "deep/deep/folder" {
			t.Errorf("%s: a folder that nothing leads to is written", prefix)
		}
	}
	for prefix, lost := range map[string]bool{"access/round": true, "access/out": true, "access/nothing": true, "access/nothing/below": true, "access/main.hcl": false, "access/none": false} {
		found, _, err := r.open().Export(id, prefix, isSource, t.TempDir())
		if _, isLost := errors.AsType[*LostError](err); found || isLost != lost || err != nil && !isLost {
			t.Errorf("%s: %v, %v", prefix, found, err)
		}
	}
	many := newRepository(t)
	many.write("main.hcl", "main")
	for i := range mostFollowed + 1 {
		many.link(fmt.Sprint("links/", i), "../main.hcl")
	}
	if _, _, err := many.open().Export(ParseID(many.commit("links")), "links", isSource, t.TempDir()); err == nil || !strings.Contains(err.Error(), "links") {
		t.Errorf("many links: %v", err)
	}
}

// TestExportIsBounded: what the author of a version may have made of it.
func TestExportIsBounded(t *testing.T) {
	r := newRepository(t)
	commit := func(tree string) string { return r.git("commit-tree", "-m", "m", tree) }
	tree := func(lines ...string) string {
		return r.gitAt("@0 +0000", strings.Join(lines, "\n")+"\n", "mktree")
	}
	blob := r.gitAt("@0 +0000", "x", "hash-object", "-w", "--stdin")

	// 30 folders in each of 30 folders, twelve levels deep, of some hundred bytes.
	bomb := tree("100644 blob " + blob + "\tmain.hcl")
	for range 12 {
		var lines []string
		for i := range 30 {
			lines = append(lines, fmt.Sprintf("040000 tree %s\t%02d", bomb, i))
		}
		bomb = tree(lines...)
	}
	start := time.Now()
	if _, _, err := r.open().Export(ParseID(commit(bomb)), "none", func(string) bool { return false }, t.TempDir()); err == nil || !strings.Contains(err.Error(), "more than") {
		t.Errorf("many folders: %v", err)
	}
	if took := time.Since(start); took > time.Minute {
		t.Errorf("many folders took %s", took)
	}

	deep := tree("100644 blob " + blob + "\tmain.hcl")
	for range 300 {
		deep = tree("040000 tree " + deep + "\ta")
	}
	if _, _, err := r.exported(commit(deep), "none"); err == nil || !strings.Contains(err.Error(), "nested") {
		t.Errorf("deep folders: %v", err)
	}

	big := r.gitAt("@0 +0000", strings.Repeat("0", largestBlob+1), "hash-object", "-w", "--stdin")
	list, _, err := r.exported(commit(tree("100644 blob "+big+"\tbig", "100644 blob "+blob+"\tmain.hcl")), ".")
	if err != nil || !slices.Equal(list, []string{"main.hcl: x"}) {
		t.Errorf("a large file: %q, %v", list, err)
	}
	for _, name := range []string{"big.hcl", "big.auto.tfvars"} {
		if _, _, err := r.exported(commit(tree("100644 blob "+big+"\t"+name)), "."); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("a large %s: %v", name, err)
		}
	}

	// Trees that git itself refuses to make.
	raw := func(id string) string {
		var bytes strings.Builder
		for i := 0; i < len(id); i += 2 {
			var b byte
			_, _ = fmt.Sscanf(id[i:i+2], "%02x", &b)
			bytes.WriteByte(b)
		}
		return bytes.String()
	}
	inner := tree("100644 blob " + blob + "\tmain.hcl")
	for _, name := range []string{"..", ".", "", ".git", ".GIT", ".git.", ".Git ", "git~1", "GIT~1", "../../escaped", "/tmp/escaped", "a/b"} {
		for _, mode := range []string{"100644", "40000"} {
			id := map[string]string{"100644": blob, "40000": inner}[mode]
			odd := r.gitAt("@0 +0000", mode+" "+name+"\x00"+raw(id)+"100644 main.hcl\x00"+raw(blob), "hash-object", "-w", "-t", "tree", "--literally", "--stdin")
			list, _, err := r.exported(commit(odd), ".")
			if err != nil || !slices.Equal(list, []string{"main.hcl: x"}) {
				t.Errorf("%s %q: %q, %v", mode, name, list, err)
			}
		}
	}
	// Files and folders of permissions that git ignores.
	permissions := r.gitAt("@0 +0000", "100600 a.hcl\x00"+raw(blob)+"100777 b.hcl\x00"+raw(blob)+"40755 c\x00"+raw(inner), "hash-object", "-w", "-t", "tree", "--literally", "--stdin")
	if list, _, err := r.exported(commit(permissions), "."); err != nil || !slices.Equal(list, []string{"a.hcl: x", "b.hcl: x", "c/main.hcl: x"}) {
		t.Errorf("other permissions: %q, %v", list, err)
	}
	// A link and a folder of one name.
	both := r.gitAt("@0 +0000", "120000 a\x00"+raw(blob)+"40000 a\x00"+raw(inner), "hash-object", "-w", "-t", "tree", "--literally", "--stdin")
	if list, _, err := r.exported(commit(both), "."); err != nil || !slices.Equal(list, []string{"a/main.hcl: x"}) {
		t.Errorf("a link and a folder of one name: %q, %v", list, err)
	}
}

// TestExportOfSharedTrees: few objects stand for 2^30 paths, wherever they lie.
func TestExportOfSharedTrees(t *testing.T) {
	r := newRepository(t)
	commit := func(tree string) string { return r.git("commit-tree", "-m", "m", tree) }
	tree := func(lines ...string) string {
		return r.gitAt("@0 +0000", strings.Join(lines, "\n")+"\n", "mktree")
	}
	blob := r.gitAt("@0 +0000", "x", "hash-object", "-w", "--stdin")
	// Two folders in each of two folders, thirty levels deep, in that of a configuration.
	twice := tree("100644 blob " + blob + "\tm.hcl")
	for range 30 {
		twice = tree("040000 tree "+twice+"\ta", "040000 tree "+twice+"\tb")
	}
	whole := tree("040000 tree "+twice+"\ta", "100644 blob "+blob+"\tmain.hcl")
	for _, wanted := range []string{".", "none"} {
		start := time.Now()
		if _, _, err := r.open().Export(ParseID(commit(whole)), wanted, isSource, t.TempDir()); err == nil || !strings.Contains(err.Error(), "more than") {
			t.Errorf("two folders in each of two: %v", err)
		}
		if took := time.Since(start); took > time.Minute {
			t.Errorf("two folders in each of two took %s", took)
		}
	}
	nothing := r.gitAt("@0 +0000", "", "mktree")
	for range 30 {
		nothing = tree("040000 tree "+nothing+"\ta", "040000 tree "+nothing+"\tb")
	}
	if _, _, err := r.open().Export(ParseID(commit(nothing)), ".", isSource, t.TempDir()); err == nil || !strings.Contains(err.Error(), "more than") {
		t.Errorf("folders with nothing in them: %v", err)
	}
}

// TestHostileFolder: nothing in a .git folder is waited for, followed out of it, or
// read without end.
func TestHostileFolder(t *testing.T) {
	elsewhere := newRepository(t)
	secret := elsewhere.commit("secret")
	for name, change := range map[string]func(*repository){
		"HEAD is a pipe":        func(r *repository) { r.replace("HEAD", pipe) },
		"HEAD is endless":       func(r *repository) { r.replace("HEAD", link("/dev/zero")) },
		"config is endless":     func(r *repository) { r.replace("config", link("/dev/zero")) },
		"config is a pipe":      func(r *repository) { r.replace("config", pipe) },
		"packed-refs is a pipe": func(r *repository) { r.git("pack-refs", "--all"); r.replace("packed-refs", pipe) },
		"a branch is a pipe":    func(r *repository) { r.replace("refs/heads/main", pipe) },
		"a branch leads out":    func(r *repository) { r.replace("refs/heads/main", link(elsewhere.gitDir()+"/refs/heads/main")) },
		"shallow is a pipe":     func(r *repository) { r.replace("shallow", pipe) },
		"objects lead out":      func(r *repository) { r.replace("objects", link(elsewhere.gitDir()+"/objects")) },
		"alternates are a pipe": func(r *repository) { r.replace("objects/info/alternates", pipe) },
		"alternates in a circle": func(r *repository) {
			r.write(".git/objects/info/alternates", r.gitDir()+"/objects\n")
		},
		"branches in a circle": func(r *repository) {
			r.write(".git/refs/heads/main", "ref: refs/heads/other\n")
			r.write(".git/refs/heads/other", "ref: refs/heads/main\n")
		},
		"a branch of another kind": func(r *repository) { r.write(".git/refs/heads/main", "ref: ../../../../etc/passwd\n") },
		"a broken index": func(r *repository) {
			r.git("gc", "-q", "--prune=now")
			files, _ := filepath.Glob(filepath.Join(r.gitDir(), "objects/pack/*.idx"))
			for _, file := range files {
				_ = os.Chmod(file, 0o600)
				_ = os.WriteFile(file, []byte("\xfftOc\x00\x00\x00\x02"+strings.Repeat("\x7f\xff\xff\xff", 256)), 0o600)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRepository(t)
			r.write("main.hcl", "x")
			r.commit("one")
			change(r)
			done := make(chan error, 1)
			go func() {
				opened, err := Open(r.gitDir(), r.gitDir())
				if err != nil {
					done <- err
					return
				}
				id, err := opened.Resolve("HEAD")
				if err == nil {
					_, _, err = opened.Export(id, ".", isSource, t.TempDir())
				}
				if other, err := opened.Resolve(secret); err == nil {
					t.Errorf("another repository's commit %s can be read", other)
				}
				done <- err
			}()
			select {
			case err := <-done:
				if err == nil {
					t.Error("no error")
				}
			case <-time.After(20 * time.Second):
				t.Fatal("it has no end")
			}
		})
	}
}

// replace puts something else in the place of a file of the .git folder.
func (r *repository) replace(name string, by func(string) error) {
	r.Helper()
	name = filepath.Join(r.gitDir(), name)
	if err := os.RemoveAll(name); err != nil {
		r.Fatal(err)
	}
	if err := by(name); err != nil {
		r.Fatal(err)
	}
}

// link makes a link in the working tree.
func (r *repository) link(name, target string) {
	r.Helper()
	name = filepath.Join(r.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		r.Fatal(err)
	}
	if err := os.Symlink(target, name); err != nil {
		r.Fatal(err)
	}
}

func link(to string) func(string) error {
	return func(name string) error { return os.Symlink(to, name) }
}
