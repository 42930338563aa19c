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

	"github.com/oktaform/oktaform/internal/files"
)

func fileFunctions(o Options) []Func {
	folders := o.Folders
	return []Func{
		{Name: "abspath", Function: ofMachine(o, ofText("path", func(path string) (string, error) { return folders.absolute(path) })), Doc: "The absolute path of one that is relative to the configuration's folder."},
		{Name: "basename", Function: ofText("path", func(path string) (string, error) { return filepath.Base(path), nil }), Doc: "The last part of a path."},
		{Name: "dirname", Function: ofText("path", func(path string) (string, error) { return filepath.Dir(path), nil }), Doc: "The path without its last part."},
		{Name: "file", Function: ofFile(o, func(path string) (string, error) { return readText(folders, path) }), Doc: "The content of a text file."},
		{Name: "filebase64", Function: ofFile(o, func(path string) (string, error) {
			data, err := read(folders, path)
			return base64.StdEncoding.EncodeToString(data), err
		}), Doc: "The content of a file, in Base64."},
		{Name: "fileexists", Function: fileexists(o), Doc: "Whether there is a file at a path."},
		{Name: "fileset", Function: fileset(o), Doc: "The files below a path that match a pattern: * and ? within a name, ** any folders, {a,b} either."},
		{Name: "pathexpand", Function: ofMachine(o, ofText("path", expand)), Doc: "The path with a leading ~ replaced by the home folder."},
		{Name: "templatefile", Function: templateFile(o), Doc: "A file rendered as a template with the given variables."},
	}
}

// ofMachine returns a function of the machine's folders, whose result is unknown if it is about
// another machine.
func ofMachine(o Options, f function.Function) function.Function {
	if !o.Elsewhere {
		return f
	}
	return define(cty.String, func([]cty.Value) (cty.Value, error) { return cty.UnknownVal(cty.String), nil }, f.Params()...)
}

// ofFile returns a function of a file, whose result is unknown if the file is missing and the
// result is about another machine.
func ofFile(o Options, impl func(path string) (string, error)) function.Function {
	return define(cty.String, func(args []cty.Value) (cty.Value, error) {
		s, err := impl(args[0].AsString())
		switch {
		case o.unknown(err):
			return cty.UnknownVal(cty.String), nil
		case isRefused(err):
			return cty.NilVal, err
		case err != nil:
			return cty.NilVal, function.NewArgError(0, err)
		}
		return cty.StringVal(s), nil
	}, param("path", cty.String))
}

// unknown reports whether an error says that a file is missing here that may exist on the machine
// that the result is about.
func (o Options) unknown(err error) bool {
	_, absent := errors.AsType[absentError](err)
	return o.Elsewhere && absent
}

func fileexists(o Options) function.Function {
	return define(cty.Bool, func(args []cty.Value) (cty.Value, error) {
		path := args[0].AsString()
		info, err := stat(o.Folders, path)
		switch {
		case errors.Is(err, fs.ErrNotExist) && o.Elsewhere:
			return cty.UnknownVal(cty.Bool), nil
		case errors.Is(err, fs.ErrNotExist):
			return cty.False, nil
		case isRefused(err):
			return cty.NilVal, err
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

func readText(folders Folders, path string) (string, error) {
	data, err := read(folders, path)
	if err != nil {
		return "", err
	}
	if !utf8.Valid(data) {
		return "", fmt.Errorf("contents of %s are not valid UTF-8; use the filebase64 function to obtain the Base64 encoded contents or the other file functions (e.g. filemd5, filesha256) to obtain file hashing results instead", path)
	}
	return string(data), nil
}

// read returns the contents of a regular file.
func read(folders Folders, path string) ([]byte, error) {
	root, name, err := folders.below(path)
	if err != nil {
		return nil, err
	}
	data, err := root.Read(name, files.TextLimit)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, absentError(path)
	}
	return data, explain(path, err)
}

func stat(folders Folders, path string) (fs.FileInfo, error) {
	root, name, err := folders.below(path)
	if err != nil {
		return nil, err
	}
	info, err := root.Stat(name)
	return info, explain(path, err)
}

// absentError is the error for a missing file.
type absentError string

func (path absentError) Error() string {
	return fmt.Sprintf("no file exists at %s; this function works only with files that are there before the plan is made, in the configuration's folder", string(path))
}

// explain returns the cause of a file's error without the name of the system call.
func explain(path string, err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, files.ErrOutside):
		return outside(path)
	case errors.Is(err, files.ErrNotRegular):
		return fmt.Errorf("%s is not a regular file: %w", path, files.Cause(err))
	}
	return fmt.Errorf("%s: %w", files.Quoted(path), files.Cause(err))
}

func outside(path string) error {
	return refuse("%s is outside the configuration's folder, and only files in it can be read; copy the file there, or pass its content in with a variable", files.Quoted(path))
}

// Folders are where functions can read: the configuration's folder, which is the first one and
// where all paths begin, and the folders of modules outside it.
type Folders []*files.Root

// Close closes the folders.
func (f Folders) Close() error { return files.Trees(f).Close() }

// ReadFile gives the content of a file as the function file finds it.
func (f Folders) ReadFile(path string) ([]byte, error) { return read(f, path) }

// below gives a path as one from a folder on. Absolute ones are good too, as
// long as they lead into one of them.
func (f Folders) below(path string) (*files.Root, string, error) {
	full, err := f.absolute(path)
	if err != nil {
		return nil, "", err
	}
	for _, root := range f {
		if name, inside := root.Rel(filepath.FromSlash(full)); inside {
			return root, name, checkPrivate(root, path, name)
		}
	}
	return nil, "", outside(path)
}

// private names folders with secrets that don't belong to the configuration, although
// they may lie in its folder, and why functions don't read them.
var private = map[string]string{
	".oktaform": "belongs to the embedded org and holds its secrets",
	".git":      "belongs to git, which may keep credentials there",
}

// privacy returns why functions don't read a folder of this name; "" if they do. File systems that
// ignore case, or dots and spaces at the end, find a folder under other spellings too.
func privacy(name string) string { return private[strings.ToLower(strings.TrimRight(name, ". "))] }

// checkPrivate refuses a file in a private folder, also one that a link or a short name leads to.
func checkPrivate(root *files.Root, shown, name string) error {
	names := []string{name}
	if real, err := filepath.EvalSymlinks(filepath.Join(root.Path(), name)); err == nil {
		if inside, ok := root.Rel(real); ok {
			names = append(names, inside)
		}
	}
	for _, name := range names {
		for _, part := range strings.Split(filepath.ToSlash(name), "/") {
			if reason := privacy(part); reason != "" {
				return refuse("%s %s", files.Quoted(shown), reason)
			}
		}
	}
	return nil
}

// absolute takes the configuration's folder for the current one: a plan must
// not depend on where the program was started.
func (f Folders) absolute(path string) (string, error) {
	path, err := expand(path)
	if err != nil {
		return "", err
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(f[0].Name(), path)
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
