package kinds_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// TestTable holds every row of the vocabulary against the rules that all of
// them follow.
func TestTable(t *testing.T) {
	for _, k := range kinds.All() {
		if k.Doc == "" || k.Title == "" || kinds.Named(k.Name) != k {
			t.Errorf("%s: Doc, Title or KindNamed", k.Name)
		}
		if a := k.Attr(k.Label); a == nil || !a.Required && a.Derive == nil || a.Type != cty.String {
			t.Errorf("%s: the label %s must be a text that is required or derived", k.Name, k.Label)
		}
		if k.Mark == schema.MarkDescription && k.Attr("description") == nil {
			t.Errorf("%s: no description for the mark", k.Name)
		}
		checkAttrs(t, k.Name, k.Attrs, k.Attr)
		types := maps.Clone(k.Type().AttributeTypes())
		for _, a := range k.Attrs {
			if got, ok := types[a.Name]; ok == a.Local || ok && !got.Equals(a.Type) {
				t.Errorf("%s.%s: type %#v in the value", k.Name, a.Name, got)
			}
			delete(types, a.Name)
		}
		for i := range k.Blocks {
			b := &k.Blocks[i]
			checkBlock(t, k.Name+"."+b.Type, b)
			if got := types[b.Type]; !got.Equals(cty.List(b.ValueType())) || k.Block(b.Type) != b {
				t.Errorf("%s.%s: type %#v in the value", k.Name, b.Type, got)
			}
			delete(types, b.Type)
		}
		if len(types) > 0 {
			t.Errorf("%s: the value has more than the table: %v", k.Name, types)
		}
	}
	checkBlock(t, "smoke_test", kinds.SmokeTestBlock())
}

func checkBlock(t *testing.T, at string, b *schema.Block) {
	if b.Doc == "" {
		t.Errorf("%s: no Doc", at)
	}
	for _, name := range append(slices.Clone(b.Key), b.Label) {
		if name != "" && b.Attr(name) == nil {
			t.Errorf("%s: no attribute %s", at, name)
		}
	}
	checkAttrs(t, at, b.Attrs, b.Attr)
	for i := range b.Blocks {
		checkBlock(t, at+"."+b.Blocks[i].Type, &b.Blocks[i])
	}
}

var (
	snakeCase = regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
	jsonPath  = regexp.MustCompile(`^[a-zA-Z]+(\.[a-zA-Z]+(_[a-z]+)*)*$`)
)

func checkAttrs(t *testing.T, at string, attrs []schema.Attr, find func(string) *schema.Attr) {
	seen, paths := map[string]bool{}, map[string]bool{}
	for _, a := range attrs {
		bad := func(format string, args ...any) {
			t.Helper()
			t.Errorf("%s.%s: %s", at, a.Name, fmt.Sprintf(format, args...))
		}
		if seen[a.Name] || a.Path != "" && paths[a.Path] {
			bad("stands twice, or its path does")
		}
		seen[a.Name], paths[a.Path] = true, true
		if !snakeCase.MatchString(a.Name) || a.Path != "" && !jsonPath.MatchString(a.Path) {
			bad("name or path %q", a.Path)
		}
		if len(a.Doc) < 8 || !strings.HasSuffix(a.Doc, ".") {
			bad("Doc is no sentence: %q", a.Doc)
		}
		if a.Default != cty.NilVal && (!a.Default.Type().Equals(a.Type) || !a.Default.IsWhollyKnown()) {
			bad("default %#v isn't a %s", a.Default, a.Type.FriendlyName())
		}
		if a.Default != cty.NilVal && a.Default.Type() == cty.String && a.OneOf != nil && !slices.Contains(a.OneOf, a.Default.AsString()) {
			bad("default isn't one of %v", a.OneOf)
		}
		if a.Required && (a.Default != cty.NilVal || a.Computed || a.DefaultFrom != "" || a.Unmanaged) {
			bad("required, and yet can be left out")
		}
		for _, other := range []string{a.DefaultFrom, a.VersionOf} {
			if other != "" && find(other) == nil {
				bad("refers to %q, which isn't there", other)
			}
		}
		if schema.IsRef(a.Type) && len(a.Refs) == 0 && !a.NameOrID || a.HoldsIDs() && !a.Type.Equals(cty.List(cty.String)) {
			bad("references and Refs go together")
		}
		for _, kind := range a.Refs {
			if kinds.Named(kind) == nil {
				bad("refers to the unknown kind %q", kind)
			}
		}
		if a.Unordered && !a.Type.IsListType() || a.Sensitive && !a.WriteOnly && !strings.HasPrefix(at, "smoke_test") {
			bad("only lists are unordered; what is sensitive is write-only")
		}
	}
}

func TestRoleTargets(t *testing.T) {
	for _, role := range kinds.RoleTypes() {
		for _, name := range kinds.RoleTargets(role) {
			if kinds.Named("service_app").Block("admin_role").Attr(name) == nil || !slices.Contains(kinds.TargetAttrs(), name) {
				t.Errorf("%s is limited with %s, which isn't an attribute", role, name)
			}
		}
	}
}
