package skip

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestEverySkipIsListed reads all tests of the module: none skips but through this
// package, and each reason is used. Random input that a generator rejects is no
// skipped test: Skip of a *rapid.T is allowed.
func TestEverySkipIsListed(t *testing.T) {
	used := map[string]bool{}
	err := filepath.WalkDir(filepath.Join("..", ".."), func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == ".git" || entry.Name() == "node_modules"):
			return fs.SkipDir
		case strings.HasSuffix(path, ".txtar"):
			return scriptSkips(t, path)
		case !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.PreorderStack(file, nil, func(n ast.Node, around []ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			owner, ok := selector.X.(*ast.Ident)
			if !ok {
				return true
			}
			if owner.Name == "skip" {
				used[selector.Sel.Name] = true
			}
			isSkip := slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, selector.Sel.Name)
			if isSkip && typeOf(owner.Name, around) != "rapid.T" {
				t.Errorf("%s: skip through package internal/skip, with a listed reason", set.Position(n.Pos()))
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"WithoutTool", "NotRoot", "NoLinks", "Short", "Benchmark"} {
		if !used[name] {
			t.Errorf("no test uses %s: delete it", name)
		}
	}
}

// scriptSkip matches the commands of a story that end it.
var scriptSkip = regexp.MustCompile(`(?m)^(\[.*\] )?(skip|stop)\b.*$`)

// scriptSkips reports each skip of a story whose condition and reason aren't listed.
func scriptSkips(t *testing.T, path string) error {
	text, err := os.ReadFile(path)
	for _, line := range scriptSkip.FindAllString(string(text), -1) {
		line = strings.ReplaceAll(line, "''", "'")
		noTool := strings.HasPrefix(line, "[!exec:") && strings.HasSuffix(line, string(NoTool)+"'")
		noLinks := strings.HasPrefix(line, "[windows] ") && strings.HasSuffix(line, string(NoLinks)+"'")
		if !noTool && !noLinks {
			t.Errorf("%s: %s: the reason isn't listed", path, line)
		}
	}
	return err
}

// typeOf returns the type of the parameter that name stands for in the functions
// around, such as "rapid.T" for a *rapid.T, or "".
func typeOf(name string, around []ast.Node) string {
	for _, node := range slices.Backward(around) {
		var params *ast.FieldList
		switch f := node.(type) {
		case *ast.FuncLit:
			params = f.Type.Params
		case *ast.FuncDecl:
			params = f.Type.Params
		default:
			continue
		}
		for _, field := range params.List {
			if !slices.ContainsFunc(field.Names, func(id *ast.Ident) bool { return id.Name == name }) {
				continue
			}
			if star, ok := field.Type.(*ast.StarExpr); ok {
				if s, ok := star.X.(*ast.SelectorExpr); ok {
					return s.X.(*ast.Ident).Name + "." + s.Sel.Name
				}
			}
			return ""
		}
	}
	return ""
}
