package schema

import (
	"html"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/catalog"
)

// Okta answers some values differently from how they were sent: this is no drift.

// Label returns the label of an app as people write it: some orgs answer it HTML-escaped, as
// R&amp;D.
func Label(answered string) string { return html.UnescapeString(answered) }

func canonicalLabel(v Value) Values {
	label := v.GetAttr("label")
	if bare, _ := label.Unmark(); !strings.Contains(Text(bare), "&") || Label(Text(bare)) == Text(bare) {
		return nil
	}
	bare, marks := label.Unmark()
	return Values{"label": cty.StringVal(Label(bare.AsString())).WithMarks(marks)}
}

// Permission returns the name under which a permission of a custom role is declared and compared:
// Okta lists okta.workflows.invoke also as okta.workflows.flows.invoke, whichever was assigned.
func Permission(name string) string {
	if verb, ok := strings.CutPrefix(name, "okta.workflows.flows."); ok {
		return "okta.workflows." + verb
	}
	return name
}

func canonicalPermissions(v Value) Values {
	list, marks := v.GetAttr("permissions").Unmark()
	synonym := func(p cty.Value) bool { return Permission(Text(p)) != Text(p) }
	if !slices.ContainsFunc(Elements(list), synonym) {
		return nil
	}
	attrs := Values{}
	elems := Elements(list)
	for i, p := range elems {
		if synonym(p) {
			elems[i] = cty.StringVal(Permission(Text(p)))
		}
	}
	attrs["permissions"] = cty.ListVal(elems).WithMarks(marks) // Normal sorts it and removes duplicates
	return attrs
}

// permissions returns the known permissions, synonyms included.
func permissions() []string {
	names := slices.Clone(catalog.Permissions())
	for _, name := range catalog.Permissions() {
		if verb, ok := strings.CutPrefix(name, "okta.workflows."); ok {
			names = append(names, "okta.workflows.flows."+verb)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Unnamed reports whether a key without a key id is one of the declared keys: Okta accepts the only
// key of an app without an id.
func (b *Block) Unnamed(key, declared cty.Value) bool {
	if !b.KeyMaterial || b.KeyOf(key) != "" {
		return false
	}
	list, _ := declared.UnmarkDeep()
	return slices.ContainsFunc(Elements(list), func(v cty.Value) bool {
		return Text(v.GetAttr("thumbprint")) == Text(key.GetAttr("thumbprint"))
	})
}

// named returns before without the keys that a declared key gives a key id.
func (b *Block) named(before, declared cty.Value) cty.Value {
	if before.IsNull() || !before.IsKnown() || !slices.ContainsFunc(Elements(before), func(key cty.Value) bool { return b.Unnamed(key, declared) }) {
		return before
	}
	return b.listOf(slices.DeleteFunc(Elements(before), func(key cty.Value) bool { return b.Unnamed(key, declared) }))
}
