package revision

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// repository is one that git made.
type repository struct {
	testing.TB
	dir string
}

func newRepository(t testing.TB) *repository {
	r := &repository{t, t.TempDir()}
	r.git("init", "-q", "-b", "main")
	return r
}

// git runs git and returns what it prints.
func (r *repository) git(args ...string) string { return r.gitAt("@1700000000 +0000", "", args...) }

// gitAt runs git with a time for commits, and an input.
func (r *repository) gitAt(when, stdin string, args ...string) string {
	r.Helper()
	cmd := exec.Command("git", append([]string{"-C", r.dir, "-c", "protocol.file.allow=always"}, args...)...)
	cmd.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null", "GIT_AUTHOR_NAME=t", "GIT_AUTHOR_EMAIL=t@example.com",
		"GIT_COMMITTER_NAME=t", "GIT_COMMITTER_EMAIL=t@example.com", "GIT_AUTHOR_DATE="+when, "GIT_COMMITTER_DATE="+when)
	cmd.Stdin = strings.NewReader(stdin)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		r.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return strings.TrimSpace(string(out))
}

func (r *repository) write(name, text string) {
	r.Helper()
	file := filepath.Join(r.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		r.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		r.Fatal(err)
	}
}

// commit commits all files and returns the commit's id.
func (r *repository) commit(message string) string {
	r.Helper()
	r.git("add", "-A")
	r.git("commit", "-q", "--allow-empty", "-m", message)
	return r.git("rev-parse", "HEAD")
}

func (r *repository) gitDir() string { return filepath.Join(r.dir, ".git") }

func (r *repository) open() *Repository {
	r.Helper()
	opened, err := Open(r.gitDir(), r.gitDir())
	if err != nil {
		r.Fatal(err)
	}
	r.Cleanup(func() { _ = opened.Close() })
	return opened
}

// exported lists what a version unpacks to, as "name: content" and
// "name -> target".
func (r *repository) exported(id, prefix string) (list []string, absent []string, err error) {
	r.Helper()
	folder := r.TempDir()
	_, absent, err = r.open().Export(ParseID(id), prefix, isSource, folder)
	walked := filepath.Walk(folder, func(name string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(folder, name)
		if info.Mode()&os.ModeSymlink != 0 {
			target, err := os.Readlink(name)
			list = append(list, filepath.ToSlash(rel)+" -> "+target)
			return err
		}
		text, err := os.ReadFile(name)
		list = append(list, filepath.ToSlash(rel)+": "+string(text))
		return err
	})
	if walked != nil {
		r.Fatal(walked)
	}
	return list, absent, err
}

func isSource(name string) bool { return strings.HasSuffix(name, ".hcl") }
