package main

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// baseFolder is the folder of the version to compare with: base itself, or the
// same folder as dir at a git revision, unpacked into a temporary one that done
// removes. root is the folder that holds the whole revision. The folder is "" where the revision has no such folder. A revision with three
// dots behind it is, as for git diff, where the branch of dir left it.
func baseFolder(ctx context.Context, dir, base string) (folder, root string, done func(), err error) {
	done = func() {}
	if info, err := os.Stat(base); err == nil && info.IsDir() {
		return base, "", done, nil
	}
	revision, forked := strings.CutSuffix(base, "...")
	commit, err := git(ctx, dir, "rev-parse", "--verify", "--quiet", "--end-of-options", revision+"^{commit}")
	if err == nil && forked {
		commit, err = git(ctx, dir, "merge-base", commit, "HEAD")
	}
	if err != nil {
		return "", "", done, fmt.Errorf("--base %s is neither a folder nor a git revision of the repository of %s (%w); in a shallow clone it has to be fetched first", base, dir, err)
	}
	prefix, err := git(ctx, dir, "rev-parse", "--show-prefix")
	if err != nil {
		return "", "", done, err
	}
	top, err := git(ctx, dir, "rev-parse", "--show-toplevel")
	if err != nil {
		return "", "", done, err
	}
	temp, err := os.MkdirTemp("", "oktaform-base-")
	if err != nil {
		return "", "", done, err
	}
	done = func() { _ = os.RemoveAll(temp) }
	if err := errors.Join(unpack(ctx, top, commit, temp), unpackSubmodules(ctx, top, commit, temp)); err != nil {
		done()
		return "", "", func() {}, err
	}
	folder = filepath.Join(temp, filepath.FromSlash(prefix))
	if _, err := os.Stat(folder); err != nil {
		return "", "", done, nil
	}
	return folder, temp, done, nil
}

// git runs git in dir and returns what it prints.
func git(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "git", append([]string{"-C", dir}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if errors.Is(err, exec.ErrNotFound) {
		return "", errors.New("the git command isn't installed")
	}
	if err != nil {
		message := strings.TrimSpace(stderr.String())
		if message == "" {
			message = "git knows no such revision"
		}
		return "", errors.New(message)
	}
	return strings.TrimSpace(string(out)), nil
}

// unpack writes the files of a commit below a folder, and nowhere else. Links
// are left out: a configuration reads no file outside its folder.
func unpack(ctx context.Context, repository, commit, folder string) error {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	cmd := exec.CommandContext(ctx, "git", "-C", repository, "archive", "--format=tar", commit)
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	unpacked := untar(tar.NewReader(pipe), root)
	_, _ = io.Copy(io.Discard, pipe)
	return errors.Join(unpacked, cmd.Wait())
}

// unpackSubmodules adds those that are checked out here and have the commit that
// the revision names.
func unpackSubmodules(ctx context.Context, repository, commit, folder string) error {
	list, err := git(ctx, repository, "ls-tree", "-r", "-z", commit)
	if err != nil {
		return err
	}
	for entry := range strings.SplitSeq(list, "\x00") {
		about, path, _ := strings.Cut(entry, "\t")
		fields := strings.Fields(about) // mode, type, object
		if len(fields) != 3 || fields[1] != "commit" || !filepath.IsLocal(path) {
			continue
		}
		from, to := filepath.Join(repository, filepath.FromSlash(path)), filepath.Join(folder, filepath.FromSlash(path))
		if _, err := git(ctx, from, "rev-parse", "--verify", "--quiet", fields[2]+"^{commit}"); err != nil {
			continue
		}
		if err := os.MkdirAll(to, 0o700); err != nil {
			return err
		}
		if err := errors.Join(unpack(ctx, from, fields[2], to), unpackSubmodules(ctx, from, fields[2], to)); err != nil {
			return err
		}
	}
	return nil
}

func untar(archive *tar.Reader, root *os.Root) error {
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if header.Typeflag != tar.TypeReg {
			continue
		}
		if err := root.MkdirAll(filepath.Dir(filepath.FromSlash(header.Name)), 0o700); err != nil {
			return err
		}
		file, err := root.OpenFile(filepath.FromSlash(header.Name), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
		if err != nil {
			return err
		}
		_, err = io.Copy(file, archive)
		if err := errors.Join(err, file.Close()); err != nil {
			return err
		}
	}
}
