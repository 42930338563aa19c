package functions

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

func files(root *os.Root) []Func {
	return []Func{
		{Name: "abspath", Function: ofText("path", func(path string) (string, error) { return absolute(root, path) }), Doc: "The absolute path of one that is relative to the configuration's folder."},
		{Name: "basename", Function: ofText("path", func(path string) (string, error) { return filepath.Base(path), nil }), Doc: "The last part of a path."},
		{Name: "dirname", Function: ofText("path", func(path string) (string, error) { return filepath.Dir(path), nil }), Doc: "The path without its last part."},
		{Name: "file", Function: ofText("path", func(path string) (string, error) { return readText(root, path) }), Doc: "The content of a text file."},
		{Name: "filebase64", Function: ofText("path", func(path string) (string, error) {
			data, err := read(root, path)
			return base64.StdEncoding.EncodeToString(data), err
		}), Doc: "The content of a file, in Base64."},
		{Name: "fileexists", Function: fileexists(root), Doc: "Whether there is a file at a path."},
		{Name: "fileset", Function: fileset(root), Doc: "The files below a path that match a pattern: * and ? within a name, ** any folders, {a,b} either."},
		{Name: "pathexpand", Function: ofText("path", expand), Doc: "The path with a leading ~ replaced by the home folder."},
		{Name: "templatefile", Function: templateFile(root), Doc: "A file rendered as a template with the given variables."},
	}
}

func fileexists(root *os.Root) function.Function {
	return define(cty.Bool, func(args []cty.Value) (cty.Value, error) {
		path := args[0].AsString()
		info, err := stat(root, path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return cty.False, nil
		case err != nil:
			return cty.NilVal, function.NewArgError(0, err)
		case info.IsDir():
			return cty.NilVal, function.NewArgErrorf(0, "%s is a directory, not a file", path)
		case !info.Mode().IsRegular():
			return cty.NilVal, function.NewArgErrorf(0, "%s is not a regular file", path)
		}
		return cty.True, nil
	}, param("path", cty.String))
}

func readText(root *os.Root, path string) (string, error) {
	data, err := read(root, path)
	if err != nil {
		return "", err
	}
	if !utf8.Valid(data) {
		return "", fmt.Errorf("contents of %s are not valid UTF-8; use the filebase64 function to obtain the Base64 encoded contents or the other file functions (e.g. filemd5, filesha256) to obtain file hashing results instead", path)
	}
	return string(data), nil
}

// read gives a file's content. Only regular files: reading a pipe would wait
// for whoever writes to it.
func read(root *os.Root, path string) ([]byte, error) {
	info, err := stat(root, path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("no file exists at %s; this function works only with files that are there before the plan is made, in the configuration's folder", path)
	}
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", path)
	}
	name, err := below(root, path)
	if err != nil {
		return nil, err
	}
	data, err := root.ReadFile(name)
	return data, explain(path, err)
}

func stat(root *os.Root, path string) (fs.FileInfo, error) {
	name, err := below(root, path)
	if err != nil {
		return nil, err
	}
	info, err := root.Stat(name)
	return info, explain(path, err)
}

// explain says the cause of a file's error without the name of the system call.
// What is no such error comes from the root, which refuses to be left.
func explain(path string, err error) error {
	var cause *fs.PathError
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: %w", path, fs.ErrNotExist)
	case errors.As(err, &cause) && strings.Contains(cause.Err.Error(), "escapes"):
		return outside(path)
	case errors.As(err, &cause):
		return fmt.Errorf("%s: %w", path, cause.Err)
	}
	return fmt.Errorf("%s: %w", path, err)
}

func outside(path string) error {
	return fmt.Errorf("%s is outside the configuration's folder, and only files in it can be read; copy the file there, or pass its content in with a variable", path)
}

// below gives a path as one from root on. Absolute ones are good too, as long
// as they lead there.
func below(root *os.Root, path string) (string, error) {
	full, err := absolute(root, path)
	if err != nil {
		return "", err
	}
	folder, err := filepath.Abs(root.Name())
	if err != nil {
		return "", err
	}
	name, err := filepath.Rel(folder, full)
	if err != nil || !filepath.IsLocal(name) {
		return "", outside(path)
	}
	return name, nil
}

// absolute takes the configuration's folder for the current one: a plan must
// not depend on where the program was started.
func absolute(root *os.Root, path string) (string, error) {
	path, err := expand(path)
	if err != nil {
		return "", err
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(root.Name(), path)
	}
	path, err = filepath.Abs(path)
	return filepath.ToSlash(path), err
}

func expand(path string) (string, error) {
	if !strings.HasPrefix(path, "~") {
		return path, nil
	}
	rest := path[1:]
	if rest != "" && rest[0] != '/' && rest[0] != filepath.Separator {
		return "", errors.New("cannot expand user-specific home dir")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("failed to expand ~: %w", err)
	}
	return filepath.Join(home, rest), nil
}
