package kinds

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// TestEveryKind: each kind of the vocabulary is in the list of this layer once, and has what
// reading and writing take.
func TestEveryKind(t *testing.T) {
	for _, declared := range kinds.All() {
		if n := len(slices.DeleteFunc(slices.Clone(All()), func(k *Kind) bool { return k.Kind != declared })); n != 1 {
			t.Errorf("%s is %d times in the list of kinds", declared.Name, n)
			continue
		}
		k := Of(declared)
		for what, has := range map[string]bool{
			"Collection": k.Collection != "", "List or Find": (k.List == nil) != (k.Find == nil), "Get": k.Get != nil,
			"Create": k.Create != nil, "Update": k.Update != nil, "Delete": k.Delete != nil,
			"Events": len(k.Events) > 0, "Lookup": k.Lookup != nil || k.OnExisting,
			"ReadParts with PartValues":    (k.ReadParts == nil) == (k.PartValues == nil),
			"Principal for admin_role":     (k.Principal != nil) == (k.Block(RoleBlock) != nil) && (k.Principal != nil) == (k.RolesPath != ""),
			"a list for a mark":            !k.Owned() || k.List != nil,
			"Dependents of what is unique": !k.Unique || k.OnExisting || k.List == nil || k.Dependents != nil,
		} {
			if !has {
				t.Errorf("%s lacks %s", k.Name, what)
			}
		}
		for _, part := range k.PartList() {
			if !k.readsPart(part.Name) {
				t.Errorf("%s: nothing reads %s", k.Name, part.Name)
			}
		}
	}
	for _, k := range All() {
		if k.Kind != nil && kinds.Named(k.Name) != k.Kind {
			t.Errorf("%s is no kind of the vocabulary", k.Name)
		}
		if k.Kind == nil && k.Lookup == nil {
			t.Errorf("a kind with the collection %s can neither be declared nor looked up", k.Collection)
		}
	}
	for _, looked := range kinds.Data() {
		if how := LookupOf(looked.Source()); how == nil || (how.All == nil) == (how.ByID == nil) || (how.ByID == nil) != (how.ByName == nil) {
			t.Errorf("data %q: %+v", looked.Source(), how)
		}
	}
}

// readsPart reports whether something reads a part of objects of the kind.
func (k *Kind) readsPart(name string) bool {
	switch name {
	case ScopesAttr, RoleBlock, SecretBlock:
		return true
	}
	if k.PartValues != nil {
		if _, made := k.PartValues(nil, &Remote{Kind: k})[name]; made {
			return true
		}
	}
	return slices.ContainsFunc(k.Memberships, func(m Membership) bool {
		block := k.Details(m.Attr)
		return m.Attr == name || block != nil && m.Details != nil && block.Type == name
	}) || k.Attr(name) != nil && (k.Attr(name).WriteOnly || k.Attr(name).VersionOf != "")
}

// TestAttributesOfKinds: a kind names no attribute or nested block here that it hasn't.
func TestAttributesOfKinds(t *testing.T) {
	for _, k := range All() {
		if k.Kind == nil {
			continue
		}
		var names []string
		for _, m := range k.Memberships {
			names = append(names, m.Attr)
		}
		if k.Collection != appsPath { // which differ in the parts that they have
			names = slices.AppendSeq(names, maps.Keys(k.Operations.SideData))
			for _, effect := range k.Events {
				names = append(names, effect.SideData...)
			}
		}
		names = slices.AppendSeq(names, maps.Keys(k.PartPaths()))
		if k.PartValues != nil {
			names = slices.AppendSeq(names, maps.Keys(k.PartValues(nil, &Remote{Kind: k})))
		}
		for _, name := range names {
			if k.Attr(name) == nil && k.Block(name) == nil {
				t.Errorf("%s has no %s", k.Name, name)
			}
		}
	}
}

// TestOperations: the catalog knows every operation that changing an object takes, and each
// kind, scope, role and membership has one.
func TestOperations(t *testing.T) {
	for _, k := range All() {
		if k.Kind == nil {
			continue
		}
		own := k.Operations
		for _, operation := range slices.AppendSeq([]string{own.Create, own.Update, own.Delete, own.Credentials}, maps.Values(own.SideData)) {
			method, path, _ := strings.Cut(operation, " ")
			if o, ok := catalog.Find(method, path); operation != "" && (!ok || o.Path != path) {
				t.Errorf("the catalog doesn't know %q", operation)
			}
		}
		if !k.OnExisting && (own.Create == "" || own.Update == "" || own.Delete == "") {
			t.Errorf("no operations for %s", k.Name)
		}
		for _, part := range []string{ScopesAttr, RoleBlock, MembersAttr, groupsAttr, usersAttr} {
			if _, has := k.Type().AttributeTypes()[part]; has && own.SideData[part] == "" {
				t.Errorf("no operation for %s of %s", part, k.Name)
			}
		}
	}
}

// TestNamesInCode: what the code of this layer takes for the name of an attribute or nested
// block is one, so that a renamed attribute fails here; and the name of a kind stands in no
// other file than the kind's own.
func TestNamesInCode(t *testing.T) {
	known := map[string]bool{"id": true, "addr": true, "name": true} // of a reference
	var blocks func(list []schema.Block)
	blocks = func(list []schema.Block) {
		for i := range list {
			known[list[i].Type] = true
			for _, a := range list[i].Attrs {
				known[a.Name] = true
			}
			blocks(list[i].Blocks)
		}
	}
	kindNames := map[string]bool{}
	for _, k := range kinds.All() {
		kindNames[k.Name] = true
		blocks(k.Blocks)
		for _, a := range k.Attrs {
			known[a.Name] = true
		}
	}
	for _, dir := range []string{".", "..", "../readcache", "../../okta"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			set := token.NewFileSet()
			parsed, err := parser.ParseFile(set, file, source, 0)
			if err != nil {
				t.Fatal(err)
			}
			text := func(e ast.Expr) (string, bool) {
				literal, ok := e.(*ast.BasicLit)
				if !ok || literal.Kind != token.STRING {
					return "", false
				}
				s, err := strconv.Unquote(literal.Value)
				return s, err == nil
			}
			ast.Inspect(parsed, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CallExpr:
					called, ok := n.Fun.(*ast.SelectorExpr)
					if !ok || len(n.Args) == 0 || !slices.Contains([]string{"GetAttr", "Attr", "Block", "Has", "HasAttribute"}, called.Sel.Name) {
						return true
					}
					if name, ok := text(n.Args[0]); ok && !known[name] {
						t.Errorf("%s: no kind has an attribute %q", set.Position(n.Pos()), name)
					}
				case *ast.SwitchStmt:
					if tag, ok := n.Tag.(*ast.SelectorExpr); ok && tag.Sel.Name == "Kind" {
						t.Errorf("%s: a switch over kinds: say it in the kind's own file", set.Position(n.Pos()))
					}
				case *ast.BasicLit:
					own := strings.ReplaceAll(strings.TrimSuffix(filepath.Base(file), ".go"), "_", "")
					if name, ok := text(n); ok && kindNames[name] && !known[name] && strings.Contains(name, "_") && strings.ReplaceAll(name, "_", "") != own && filepath.Base(file) != "kind.go" {
						t.Errorf("%s: %q stands in another file than its own", set.Position(n.Pos()), name)
					}
				}
				return true
			})
		}
	}
}
