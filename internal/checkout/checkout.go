// Package checkout finds the repository that a folder belongs to, without git and
// without trusting what is checked out.
package checkout

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Checkout is a folder and the repository around it.
type Checkout struct {
	// Dir is the folder, absolute and without symbolic links.
	Dir string
	// Root is the folder that limits which files may be read: that of the repository, or Dir if
	// there is none.
	Root string
	// Prefix is Dir relative to Root, with slashes; "." if they are the same.
	Prefix string
	// Named is the path relative to Root by which Dir was named, with slashes. Links in it are not
	// resolved, so that it names the same folder in another version.
	Named string
	// GitDir contains what belongs to this checkout (HEAD), CommonDir what all checkouts of the
	// repository share (objects, branches). They differ only for linked worktrees, and are "" if
	// there is no repository.
	GitDir, CommonDir string
	// Passed says why each .git that was found was not used.
	Passed []string
}

// Options say where checkouts may be.
type Options struct {
	// Root is the folder to use; "" means to look for one.
	Root string
	// Home is the user's home folder. A .git there contains personal settings, and using it would
	// make every file of the user readable.
	Home string
	// Workspace is the folder of a CI job's checkouts; "" outside CI.
	Workspace string
}

// FromEnvironment returns the options for a user's home folder and the variables of CI systems.
func FromEnvironment(home string, get func(string) string) Options {
	o := Options{Home: home}
	for _, name := range []string{"GITHUB_WORKSPACE", "CI_PROJECT_DIR"} {
		if o.Workspace == "" {
			o.Workspace = get(name)
		}
	}
	return o
}

// Find returns the repository of a folder: the nearest .git folder at or above it, or the .git file
// of a linked worktree. Git checks out no files of that name, so the contents of a pull request
// cannot be mistaken for it. These are skipped: the .git file of a submodule (its superproject's
// repository is used instead), anything that git did not write there, and the .git of another user,
// of the home folder and of a whole volume.
//
// In a CI job's workspace the outermost repository is used; without any, the workspace is the root.
func Find(dir string, o Options) (Checkout, error) {
	c := Checkout{}
	var err error
	if c.Dir, err = resolve(dir); err != nil {
		return c, err
	}
	if o.Root != "" {
		return c.within(dir, o.Root)
	}
	home := resolved(o.Home)
	workspace := resolved(o.Workspace)
	if workspace != "" && !contains(workspace, c.Dir) {
		workspace = ""
	}
	c.Root = c.Dir
	if workspace != "" {
		c.Root = workspace
	}
	for top := c.Dir; ; top = filepath.Dir(top) {
		volume := top == filepath.Dir(top)
		if top == workspace || (top != home && !volume) {
			if gitDir, commonDir, ok := c.repositoryAt(top); ok {
				c.Root, c.GitDir, c.CommonDir = top, gitDir, commonDir
			}
		} else if isFolder(filepath.Join(top, ".git")) {
			c.pass(top, "the home folder, or a whole volume, is never taken for a repository")
		}
		if volume || top == workspace || (workspace == "" && c.GitDir != "") {
			break
		}
	}
	return c.relative(dir)
}

// within makes the given folder the root.
func (c Checkout) within(dir, root string) (Checkout, error) {
	var err error
	if c.Root, err = resolve(root); err != nil {
		return c, fmt.Errorf("--root: %w", err)
	}
	if !contains(c.Root, c.Dir) {
		return c, fmt.Errorf("--root %s: the configuration's folder %s does not lie in it", root, c.Dir)
	}
	c.GitDir, c.CommonDir, _ = c.repositoryAt(c.Root)
	return c.relative(dir)
}

func (c Checkout) relative(dir string) (Checkout, error) {
	prefix, err := filepath.Rel(c.Root, c.Dir)
	if err != nil {
		return c, err
	}
	c.Prefix = filepath.ToSlash(prefix)
	if c.Named = c.Prefix; c.Dir != c.Root {
		c.Named = cmp.Or(named(c.Root, dir), c.Prefix)
	}
	return c, nil
}

// named returns the path of a folder relative to the root, as it was named: links on the way to the
// root are resolved, those below it are not. It is "" if the file system's names differ from the
// path's, as on Windows.
func named(root, dir string) string {
	path, err := filepath.Abs(dir)
	if err != nil {
		return ""
	}
	at, rest := steps(path)
	for at != root {
		if len(rest) == 0 {
			return ""
		}
		next := filepath.Join(at, rest[0])
		rest = rest[1:]
		target, err := os.Readlink(next)
		if err != nil {
			at = next // a folder
			continue
		}
		if filepath.IsAbs(target) {
			at, _ = steps(target)
		}
		_, more := steps(target)
		rest = append(more, rest...)
	}
	return filepath.ToSlash(filepath.Join(rest...))
}

// steps splits a path into the root of its volume and its names.
func steps(path string) (volume string, names []string) {
	volume = filepath.VolumeName(path)
	rest := strings.Trim(filepath.ToSlash(path[len(volume):]), "/")
	return volume + string(filepath.Separator), strings.Split(rest, "/")
}

func (c *Checkout) pass(top, why string) {
	c.Passed = append(c.Passed, filepath.Join(top, ".git")+": "+why)
}

// repositoryAt returns the folders of the repository whose files are in top.
func (c *Checkout) repositoryAt(top string) (gitDir, commonDir string, ok bool) {
	name := filepath.Join(top, ".git")
	info, err := os.Lstat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "", "", false
	case err != nil:
		c.pass(top, err.Error())
	case !ours(info, c.Dir):
		c.pass(top, "it belongs to another user")
	case info.IsDir():
		if isRepository(name, name) {
			return name, name, true
		}
		c.pass(top, "it is no repository")
	case info.Mode().IsRegular():
		if gitDir, commonDir, ok := worktree(name); ok {
			return gitDir, commonDir, true
		}
		c.pass(top, "it is a file, and not that of a linked worktree (git worktree add)")
	default:
		c.pass(top, "it is neither a folder nor a file")
	}
	return "", "", false
}

// worktree reads the .git file of a linked worktree. The repository must name it as well, because
// such a file can name any folder on the machine.
func worktree(gitFile string) (gitDir, commonDir string, ok bool) {
	gitDir, ok = pointer(gitFile, "gitdir: ")
	if !ok {
		return "", "", false
	}
	back, ok := pointer(filepath.Join(gitDir, "gitdir"), "")
	if !ok || filepath.Base(back) != ".git" || resolved(filepath.Dir(back)) != filepath.Dir(gitFile) {
		return "", "", false
	}
	commonDir, ok = pointer(filepath.Join(gitDir, "commondir"), "")
	if !ok || filepath.Dir(filepath.Dir(gitDir)) != commonDir {
		return "", "", false
	}
	return gitDir, commonDir, isRepository(gitDir, commonDir)
}

// pointer reads a file that names a path, which may be relative to the file's folder.
func pointer(name, prefix string) (string, bool) {
	text, err := readSmall(name)
	if err != nil {
		return "", false
	}
	path, ok := strings.CutPrefix(strings.TrimRight(text, "\r\n"), prefix)
	if !ok || path == "" {
		return "", false
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(name), path)
	}
	// gitdir may name a file that no longer exists; its folder is enough.
	if found := resolved(path); found != "" {
		return found, true
	}
	return filepath.Clean(path), true
}

// readSmall reads a regular file that contains a path.
func readSmall(name string) (string, error) {
	if info, err := os.Lstat(name); err != nil || !info.Mode().IsRegular() {
		return "", errors.Join(err, fs.ErrInvalid)
	}
	file, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	const longest = 64 << 10
	text, err := io.ReadAll(io.LimitReader(file, longest))
	return string(text), err
}

// isRepository reports whether folders contain what git creates first.
func isRepository(gitDir, commonDir string) bool {
	head, err := os.Lstat(filepath.Join(gitDir, "HEAD"))
	return err == nil && head.Mode().IsRegular() && isFolder(filepath.Join(commonDir, "objects")) && isFolder(filepath.Join(commonDir, "refs"))
}

func isFolder(name string) bool {
	info, err := os.Lstat(name)
	return err == nil && info.IsDir()
}

// resolve returns the absolute path of a folder without symbolic links.
func resolve(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if abs, err = filepath.EvalSymlinks(abs); err != nil {
		return "", err
	}
	if info, err := os.Stat(abs); err != nil || !info.IsDir() {
		return "", errors.Join(err, fmt.Errorf("%s is not a folder", dir))
	}
	return abs, nil
}

// resolved is resolve for paths that may not exist; it then returns "".
func resolved(path string) string {
	if path == "" {
		return ""
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return ""
	}
	if abs, err = filepath.EvalSymlinks(abs); err != nil {
		return ""
	}
	return abs
}

// contains reports whether dir is top or inside it. Both are resolved.
func contains(top, dir string) bool {
	rel, err := filepath.Rel(top, dir)
	return err == nil && filepath.IsLocal(rel)
}
