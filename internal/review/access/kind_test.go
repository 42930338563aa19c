package access

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// TestKindsAreThoseOfTheSchema: a review knows every kind, and all attributes and blocks of each.
func TestKindsAreThoseOfTheSchema(t *testing.T) {
	declared := map[string]*schema.Kind{}
	for _, k := range kinds.All() {
		declared[k.Name] = k
		if !slices.ContainsFunc(allKinds, func(known *Kind) bool { return known.name == k.Name }) {
			t.Errorf("no review of %s", k.Name)
		}
	}
	sources := map[string]bool{}
	for _, k := range kinds.Data() {
		sources[k.Source()] = true
		if !slices.ContainsFunc(allKinds, func(known *Kind) bool { return known.Source == k.Source() }) {
			t.Errorf("no review of what data %q finds", k.Source())
		}
	}
	seen := map[string]bool{}
	for _, k := range allKinds {
		if seen[k.name] {
			t.Errorf("%s is listed twice", k.name)
		}
		seen[k.name] = true
		if k.Source != "" && !sources[k.Source] {
			t.Errorf("%s: there is no data %q", k.name, k.Source)
		}
		if k.names == nil {
			t.Errorf("%s: its names are missing", k.name)
		}
		switch s := declared[k.name]; {
		case s != nil:
			if app := k.acts == Itself || k.acts == SignedIn; app != s.IsApp() {
				t.Errorf("%s acts as %q", k.name, k.acts)
			}
			if principal := k.acts != ""; principal != (s.IsApp() || s.Block(BlockAdminRole) != nil) {
				t.Errorf("%s acts as %q, and what it may do comes from scopes and roles", k.name, k.acts)
			}
			checkAttributes(t, k, s)
		case !sources[k.Source] || len(k.Attributes) > 0:
			t.Errorf("the schema has no kind %s", k.name)
		}
	}
}

func checkAttributes(t *testing.T, k *Kind, s *schema.Kind) {
	var names []string
	for _, a := range s.Attrs {
		names = append(names, a.Name)
	}
	for _, b := range s.Blocks {
		names = append(names, b.Type)
	}
	for _, name := range names {
		if !k.Has(name) {
			t.Errorf("%s: nothing says what %s means for access", k.name, name)
		}
	}
	seen := map[string]bool{}
	for _, a := range k.Attributes {
		if seen[a.Name] {
			t.Errorf("%s: %s is listed twice", k.name, a.Name)
		}
		seen[a.Name] = true
		block, inner, nested := strings.Cut(a.Name, ".")
		if nested && (s.Block(block) == nil || s.Block(block).Attr(inner) == nil) || !nested && !slices.Contains(names, a.Name) {
			t.Errorf("%s has no attribute or block %s", k.name, a.Name)
		}
		if nested && a.Immaterial == "" || a.Meaning == DisplayOnly && a.Immaterial == "" {
			t.Errorf("%s: nothing says why %s cannot matter", k.name, a.Name)
		}
		if a.Meaning != MeansGuard && a.Weakens != nil {
			t.Errorf("%s: %s is no guard, and nobody asks what weakens it", k.name, a.Name)
		}
	}
}

// kindFiles are the files that may name kinds and their attributes: one of each kind, one of the
// family of apps, and one of the block that several kinds have.
func kindFiles() []string {
	files := []string{"app.go", "adminrole.go"}
	for _, k := range allKinds {
		if k.acts != Itself && k.acts != SignedIn {
			files = append(files, strings.ReplaceAll(k.name, "_", "")+".go")
		}
	}
	return files
}

// otherMeanings are texts outside these files that name neither a kind nor an attribute, though
// they look like it.
var otherMeanings = map[string]string{
	"access.go admin":             "an actor, for people",
	"custom.go principal":         "what a rule of the project's own sees of access",
	"delta.go apps":               "a family of operations",
	"delta.go groups":             "a family of operations",
	"delta.go users":              "a family of operations",
	"rulespolicy.go condition":    "an argument of rules",
	"object.go name":              "of a reference",
	"principals.go name":          "of a reference",
	"rulesoauth.go password":      "a grant type",
	"rulessmokewrites.go app":     "an argument of smoke tests",
	"suggest.go scopes":           "an argument of smoke tests",
	"ways.go groups":              "a class of principals",
	"rulesoauth.go client_secret": "how ways to authenticate begin",
}

// TestKindsAreNamedInTheirFiles: what depends on the kind of an object stands in its file, and
// attributes are named by the constants there.
func TestKindsAreNamedInTheirFiles(t *testing.T) {
	names := map[string]bool{}
	for _, k := range allKinds {
		names[k.name], names[k.Source] = true, true
		for _, a := range k.Attributes {
			names[a.Name] = true
		}
	}
	delete(names, "") // no data block finds an admin
	used := map[string]bool{}
	for file, texts := range textsOutside(t) {
		for _, text := range texts {
			text = strings.TrimSuffix(text, ".")
			switch key := file + " " + text; {
			case names[text] && otherMeanings[key] == "":
				t.Errorf("%s has the text %q: what depends on a kind stands in its file, with constants for its attributes", file, text)
			case names[text]:
				used[key] = true
			}
		}
	}
	for key := range otherMeanings {
		if !used[key] {
			t.Errorf("%s: no such text", key)
		}
	}
}

// textsOutside are the texts in strings of the files of all the review that may not name kinds, by
// file.
func textsOutside(t *testing.T) map[string][]string {
	t.Helper()
	texts := map[string][]string{}
	var files []string
	for _, pattern := range []string{"../*.go", "../*/*.go"} {
		matches, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, matches...)
	}
	of := map[string]bool{}
	for _, name := range kindFiles() {
		file := filepath.Join("..", "access", name)
		if of[file] = true; !slices.Contains(files, file) {
			t.Errorf("no file %s", name)
		}
	}
	for _, path := range files {
		name := filepath.Base(path)
		if strings.HasSuffix(name, "_test.go") || of[path] {
			continue
		}
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if literal, ok := n.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				text, err := strconv.Unquote(literal.Value)
				if err != nil {
					t.Fatal(err)
				}
				texts[name] = append(texts[name], text)
			}
			return true
		})
	}
	return texts
}
