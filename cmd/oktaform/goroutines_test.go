package main

import (
	"bytes"
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/cli"
)

// A panic in a goroutine ends the program with status 2, so each starts through
// internal/crash. The sandbox serves its handlers through net/http, which recovers.
func TestGoroutinesRecover(t *testing.T) {
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		name := filepath.ToSlash(strings.TrimPrefix(path, root+string(filepath.Separator)))
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (strings.HasPrefix(entry.Name(), ".") && path != root || name == "sandbox" || name == "examples" || name == "internal/crash" || entry.Name() == "testdata"):
			return filepath.SkipDir
		case !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.GoStmt:
				t.Errorf("%s: a go statement; use crash.Go", name)
			case *ast.CallExpr:
				if method, ok := n.Fun.(*ast.SelectorExpr); ok && (method.Sel.Name == "Go" || method.Sel.Name == "TryGo") && !fromCrash(method) && !(len(n.Args) == 1 && isGuarded(n.Args[0])) {
					t.Errorf("%s: a goroutine that may panic; give Go the function through crash.Safe or crash.Fatal", name)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func fromCrash(s *ast.SelectorExpr) bool {
	from, ok := s.X.(*ast.Ident)
	return ok && from.Name == "crash"
}

func isGuarded(arg ast.Expr) bool {
	call, ok := arg.(*ast.CallExpr)
	if !ok {
		return false
	}
	f, ok := call.Fun.(*ast.SelectorExpr)
	return ok && fromCrash(f)
}

// A panic of a command is an error that asks for a report, with status 1.
func TestPanicIsAnError(t *testing.T) {
	var errs bytes.Buffer
	status := run(context.Background(), []string{"version"}, &cli.Environment{Stdin: strings.NewReader(""), Stdout: panicWriter{}, Stderr: &errs})
	if status != cli.ExitError || !strings.Contains(errs.String(), "failed by a fault of its own") || strings.Contains(errs.String(), "s3cret") {
		t.Errorf("status %d\n%s", status, errs.String())
	}
}

type panicWriter struct{}

func (panicWriter) Write([]byte) (int, error) { panic("s3cret") }
