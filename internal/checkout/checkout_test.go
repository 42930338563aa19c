package checkout

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/skip"
)

// disk is a folder with repositories that git made.
type disk struct {
	*testing.T
	dir string
}

func newDisk(t *testing.T) *disk {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return &disk{t, dir}
}

func (d *disk) path(name string) string { return filepath.Join(d.dir, filepath.FromSlash(name)) }

func (d *disk) folder(name string) string {
	d.Helper()
	if err := os.MkdirAll(d.path(name), 0o755); err != nil {
		d.Fatal(err)
	}
	return d.path(name)
}

func (d *disk) write(name, text string) {
	d.Helper()
	d.folder(filepath.Dir(name))
	if err := os.WriteFile(d.path(name), []byte(text), 0o644); err != nil {
		d.Fatal(err)
	}
}

// git runs git in a folder.
func (d *disk) git(dir string, args ...string) {
	d.Helper()
	cmd := exec.Command("git", append([]string{"-C", d.folder(dir), "-c", "protocol.file.allow=always"}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null",
		"GIT_AUTHOR_NAME=t", "GIT_AUTHOR_EMAIL=t@example.com", "GIT_COMMITTER_NAME=t", "GIT_COMMITTER_EMAIL=t@example.com")
	if out, err := cmd.CombinedOutput(); err != nil {
		d.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// repository makes one with a commit.
func (d *disk) repository(name string) {
	d.Helper()
	d.git(name, "init", "-q")
	d.write(name+"/main.hcl", "# "+name+"\n")
	d.git(name, "add", ".")
	d.git(name, "commit", "-qm", "one")
}

func TestFind(t *testing.T) {
	for _, test := range []struct {
		name    string
		make    func(*disk)
		dir     string
		options Options // relative to the disk
		root    string
		git     string // the git folder; "" for none
		passed  string // a part of what is said about what was passed over
	}{
		{name: "the folder is the root", make: func(d *disk) { d.repository("repo") }, dir: "repo", root: "repo", git: "repo/.git"},
		{name: "the folder lies in the repository", make: func(d *disk) { d.repository("repo"); d.folder("repo/a/b") }, dir: "repo/a/b", root: "repo", git: "repo/.git"},
		{name: "no repository", make: func(d *disk) { d.folder("a/b") }, dir: "a/b", root: "a/b"},
		{name: "the nearest of two", make: func(d *disk) { d.repository("repo"); d.repository("repo/in"); d.folder("repo/in/a") }, dir: "repo/in/a", root: "repo/in", git: "repo/in/.git"},
		{name: "a bare repository in the folder", make: func(d *disk) { d.repository("repo"); d.git("repo/a", "init", "-q", "--bare") }, dir: "repo/a", root: "repo", git: "repo/.git"},
		{name: "the folder lies in a bare repository", make: func(d *disk) { d.git("a", "init", "-q", "--bare"); d.folder("a/conf") }, dir: "a/conf", root: "a/conf"},
		{name: "a linked worktree", make: func(d *disk) {
			d.repository("repo")
			d.git("repo", "worktree", "add", "-q", "../tree")
			d.folder("tree/a")
		}, dir: "tree/a", root: "tree", git: "repo/.git/worktrees/tree"},
		{name: "a worktree's file in another folder", make: func(d *disk) {
			d.repository("repo")
			d.git("repo", "worktree", "add", "-q", "../tree")
			text, _ := os.ReadFile(d.path("tree/.git"))
			d.write("other/.git", string(text))
		}, dir: "other", root: "other", passed: "not that of a linked worktree"},
		{name: "below a submodule", make: func(d *disk) {
			d.repository("library")
			d.repository("repo")
			d.git("repo", "submodule", "--quiet", "add", d.path("library"), "modules/library")
			d.folder("repo/modules/library/a")
		}, dir: "repo/modules/library/a", root: "repo", git: "repo/.git", passed: "not that of a linked worktree"},
		{name: "a git file that names another repository", make: func(d *disk) {
			d.repository("secret")
			d.write("repo/.git", "gitdir: "+d.path("secret/.git")+"\n")
		}, dir: "repo", root: "repo", passed: "not that of a linked worktree"},
		{name: "a git file without an end", make: func(d *disk) {
			d.folder("repo")
			if err := os.Symlink("/dev/zero", d.path("repo/.git")); err != nil {
				d.Fatal(err)
			}
		}, dir: "repo", root: "repo", passed: "neither a folder nor a file"},
		{name: "an empty git folder", make: func(d *disk) { d.repository("repo"); d.folder("repo/a/.git") }, dir: "repo/a", root: "repo", git: "repo/.git", passed: "is no repository"},
		{name: "a linked git folder", make: func(d *disk) {
			d.repository("secret")
			d.folder("repo")
			if err := os.Symlink(d.path("secret/.git"), d.path("repo/.git")); err != nil {
				d.Fatal(err)
			}
		}, dir: "repo", root: "repo", passed: "neither a folder nor a file"},
		{name: "the home folder", make: func(d *disk) { d.repository("home"); d.folder("home/a") }, dir: "home/a", options: Options{Home: "home"}, root: "home/a", passed: "home folder"},
		{name: "the folder is the home folder", make: func(d *disk) { d.repository("home") }, dir: "home", options: Options{Home: "home"}, root: "home", passed: "home folder"},
		{name: "a repository below the home folder", make: func(d *disk) { d.repository("home"); d.repository("home/a") }, dir: "home/a", options: Options{Home: "home"}, root: "home/a", git: "home/a/.git"},
		{name: "a job's workspace", make: func(d *disk) { d.repository("work"); d.repository("work/in") }, dir: "work/in", options: Options{Workspace: "work"}, root: "work", git: "work/.git"},
		{name: "a checkout in a folder of the workspace", make: func(d *disk) { d.folder("work"); d.repository("work/in"); d.folder("work/in/a") }, dir: "work/in/a", options: Options{Workspace: "work"}, root: "work/in", git: "work/in/.git"},
		{name: "a workspace without a repository", make: func(d *disk) { d.repository("outer"); d.folder("outer/work/a") }, dir: "outer/work/a", options: Options{Workspace: "outer/work"}, root: "outer/work"},
		{name: "a workspace elsewhere", make: func(d *disk) { d.folder("work"); d.repository("repo") }, dir: "repo", options: Options{Workspace: "work"}, root: "repo", git: "repo/.git"},
		{name: "a workspace that is the home folder", make: func(d *disk) { d.repository("home") }, dir: "home", options: Options{Workspace: "home", Home: "home"}, root: "home", git: "home/.git"},
		{name: "a named root", make: func(d *disk) { d.folder("a/b") }, dir: "a/b", options: Options{Root: "a"}, root: "a"},
		{name: "a named root with a repository", make: func(d *disk) { d.repository("repo"); d.repository("repo/in") }, dir: "repo/in", options: Options{Root: "repo"}, root: "repo", git: "repo/.git"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := newDisk(t)
			test.make(d)
			for _, name := range []*string{&test.options.Root, &test.options.Home, &test.options.Workspace} {
				if *name != "" {
					*name = d.path(*name)
				}
			}
			c, err := Find(d.path(test.dir), test.options)
			if err != nil {
				t.Fatal(err)
			}
			git := ""
			if test.git != "" {
				git = d.path(test.git)
			}
			if c.Root != d.path(test.root) || c.GitDir != git {
				t.Errorf("root %s with %q, want %s with %q", c.Root, c.GitDir, d.path(test.root), git)
			}
			if filepath.Join(c.Root, filepath.FromSlash(c.Prefix)) != d.path(test.dir) {
				t.Errorf("prefix %s", c.Prefix)
			}
			if passed := strings.Join(c.Passed, "; "); !strings.Contains(passed, test.passed) || test.passed == "" && passed != "" {
				t.Errorf("passed over: %q, want %q", passed, test.passed)
			}
		})
	}
}

func TestFindThroughLink(t *testing.T) {
	d := newDisk(t)
	d.repository("repo")
	d.folder("repo/a")
	if err := os.Symlink(d.path("repo/a"), d.path("link")); err != nil {
		t.Fatal(err)
	}
	c, err := Find(d.path("link"), Options{})
	if err != nil || c.Root != d.path("repo") || c.Prefix != "a" || c.Named != "a" {
		t.Errorf("%+v, %v", c, err)
	}
}

// TestNamed: what a folder is called in other versions, links or none.
func TestNamed(t *testing.T) {
	d := newDisk(t)
	d.repository("repo")
	d.folder("repo/envs/prod")
	for name, target := range map[string]string{
		"repo/link": "envs/prod", "repo/far": d.path("repo/envs/prod"), "repo/outer": "envs", "repo/twice": "outer/prod",
		"home": "repo", "to-prod": "repo/envs/prod", "to-link": "repo/link", "back": "repo/envs/../link",
	} {
		if err := os.Symlink(target, d.path(name)); err != nil {
			t.Fatal(err)
		}
	}
	for dir, want := range map[string]string{
		"repo/envs/prod": "envs/prod", "repo/link": "link", "repo/far": "far", "repo/outer/prod": "outer/prod", "repo/twice": "twice",
		"home/link": "link", "to-prod": "envs/prod", "to-link": "link", "back": "link",
	} {
		if c, err := Find(d.path(dir), Options{}); err != nil || c.Root != d.path("repo") || c.Prefix != "envs/prod" || c.Named != want {
			t.Errorf("%s: %+v, %v", dir, c, err)
		}
	}
	if c, err := Find(d.path("home"), Options{}); err != nil || c.Named != "." {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestFindErrors(t *testing.T) {
	d := newDisk(t)
	d.folder("a")
	d.folder("b")
	d.write("file", "")
	for _, test := range []struct{ dir, root, message string }{
		{"a", "b", "does not lie in it"},
		{"a", "nothing", "--root"},
		{"nothing", "", "no such file"},
		{"file", "", "is not a folder"},
	} {
		o := Options{}
		if test.root != "" {
			o.Root = d.path(test.root)
		}
		if _, err := Find(d.path(test.dir), o); err == nil || !strings.Contains(err.Error(), test.message) {
			t.Errorf("%s with root %q: %v", test.dir, test.root, err)
		}
	}
}

func TestFromEnvironment(t *testing.T) {
	for _, test := range []struct {
		variables map[string]string
		want      string
	}{
		{map[string]string{}, ""},
		{map[string]string{"GITHUB_WORKSPACE": "/w"}, "/w"},
		{map[string]string{"CI_PROJECT_DIR": "/p"}, "/p"},
	} {
		o := FromEnvironment("/home", func(name string) string { return test.variables[name] })
		if o.Workspace != test.want || o.Home != "/home" {
			t.Errorf("%v: %+v", test.variables, o)
		}
	}
}

// TestOthersGit needs files of another user, which only root can make.
func TestOthersGit(t *testing.T) {
	if os.Geteuid() != 0 {
		skip.Test(t, skip.NotRoot)
	}
	d := newDisk(t)
	d.repository("shared")
	d.folder("shared/mine")
	if err := os.Lchown(d.path("shared/.git"), 12345, -1); err != nil {
		t.Fatal(err)
	}
	c, err := Find(d.path("shared/mine"), Options{})
	if err != nil || c.Root != d.path("shared/mine") || c.GitDir != "" || !strings.Contains(strings.Join(c.Passed, ""), "another user") {
		t.Errorf("%+v, %v", c, err)
	}
	if err := os.Lchown(d.path("shared/mine"), 12345, -1); err != nil {
		t.Fatal(err)
	}
	if c, err = Find(d.path("shared/mine"), Options{}); err != nil || c.Root != d.path("shared") {
		t.Errorf("a folder and a repository of the same other user: %+v, %v", c, err)
	}
}
