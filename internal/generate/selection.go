package generate

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// Pattern selects objects: KIND, KIND.NAME, or either with =LABEL, where * stands for any text
// and ? for one character.
type Pattern struct {
	kind, name, label *regexp.Regexp // nil: any
	text              string
}

// ParsePattern reads a pattern such as service_app, group.eng_* or *=Nightly*.
func ParsePattern(text string) (Pattern, error) {
	addr, label, labelled := strings.Cut(text, "=")
	kind, name, named := strings.Cut(addr, ".")
	p := Pattern{kind: glob(kind), text: text}
	if named {
		p.name = glob(name)
	}
	if labelled {
		p.label = glob(label)
	}
	if !slices.ContainsFunc(kinds.All(), func(k *schema.Kind) bool { return p.kind.MatchString(k.Name) }) {
		var names []string
		for _, k := range kinds.All() {
			names = append(names, k.Name)
		}
		return p, fmt.Errorf("%q matches no kind: write one of %s, or * for all, before the dot or =", text, strings.Join(names, ", "))
	}
	return p, nil
}

// glob compiles a pattern that ignores case.
func glob(pattern string) *regexp.Regexp {
	var b strings.Builder
	b.WriteString("(?is)^")
	for len(pattern) > 0 {
		r, n := utf8.DecodeRuneInString(pattern)
		switch r {
		case '*':
			b.WriteString(".*")
		case '?':
			b.WriteString(".")
		default:
			b.WriteString(regexp.QuoteMeta(pattern[:n]))
		}
		pattern = pattern[n:]
	}
	b.WriteString("$")
	return regexp.MustCompile(b.String())
}

// Matches reports whether the pattern matches an object's kind, the name of its block, and its
// label. A user counts as an admin, too.
func (p Pattern) Matches(kind *schema.Kind, name, label string) bool {
	of := p.kind.MatchString(kind.Name)
	if kind.Person {
		of = of || p.kind.MatchString(adminKind().Name)
	}
	return of && (p.name == nil || p.name.MatchString(name)) && (p.label == nil || p.label.MatchString(label))
}

// Selected reports whether an object is selected: by one of the patterns, or where there is none,
// and excluded by none.
func Selected(patterns, excluded []Pattern, kind *schema.Kind, label string) bool {
	return SelectedBlock(patterns, excluded, kind, identifier(label, kind), label)
}

// SelectedBlock reports the same for an object whose block has a name already.
func SelectedBlock(patterns, excluded []Pattern, kind *schema.Kind, name, label string) bool {
	matches := func(p Pattern) bool { return p.Matches(kind, name, label) }
	return (len(patterns) == 0 || slices.ContainsFunc(patterns, matches)) && !slices.ContainsFunc(excluded, matches)
}

// Select lists the selected objects of an inventory.
func Select(inv *schema.Inventory, patterns, excluded []Pattern) (all []Object) {
	for i := range inv.Objects {
		o := &inv.Objects[i]
		if kind := kinds.Named(o.Kind); Selected(patterns, excluded, kind, textOf(o.Value, kind.Label)) {
			all = append(all, Object{Kind: o.Kind, ID: o.ID})
		}
	}
	return all
}
