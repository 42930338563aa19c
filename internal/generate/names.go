package generate

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"golang.org/x/text/unicode/norm"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// maxName is the maximum length of a block name derived from a label.
const maxName = 60

// identifier returns a block name for a label: readable, and the same in each run.
func identifier(label string, kind *schema.Kind) string {
	if declared := kinds.Named(source(kind)); kind.OnExisting || declared != nil && declared.Person {
		if local, _, ok := strings.Cut(label, "@"); ok && local != "" {
			label = local
		}
	}
	var b strings.Builder
	gap := false
	for _, r := range norm.NFKD.String(label) {
		switch {
		case unicode.Is(unicode.Mn, r): // an accent
		case r == '\'' || r == '’':
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			if gap && b.Len() > 0 {
				b.WriteByte('_')
			}
			gap = false
			b.WriteRune(unicode.ToLower(r))
		default:
			gap = true
		}
		if b.Len() >= maxName {
			break
		}
	}
	name := norm.NFC.String(b.String())
	if !hclsyntax.ValidIdentifier(name) || reserved(name) {
		name = strings.TrimSuffix(word(kind)+"_"+name, "_")
	}
	if !hclsyntax.ValidIdentifier(name) {
		name = word(kind)
	}
	return name
}

// source returns the type of the data block that finds objects of a kind, which may be a data
// block's.
func source(kind *schema.Kind) string { return cmp.Or(kind.Source(), kind.DataSource()) }

// word returns a noun for objects of a kind, to begin a name with.
func word(kind *schema.Kind) string {
	words := strings.Split(source(kind), "_")
	return words[len(words)-1]
}

// reserved reports whether a name has another meaning in the language.
func reserved(name string) bool {
	return slices.Contains([]string{"true", "false", "null", "for", "in", "if", "else", "endif", "endfor", "each", "count", "self", "data", "module", "var", "local", "path", "terraform"}, name)
}

// nameAll gives each target its address: the wanted name, or one derived from the label. If several
// would have the same name, later ones get a number.
func (w *writer) nameAll(targets []*target) {
	order := slices.Clone(targets)
	// Requested names take precedence.
	slices.SortStableFunc(order, func(a, b *target) int { return cmp.Compare(named(b), named(a)) })
	for _, t := range order {
		name := t.wanted
		if !hclsyntax.ValidIdentifier(name) {
			name = identifier(cmp.Or(name, t.label), t.kind)
		}
		t.addr = w.free(schema.Addr{Kind: t.kind.Name, Name: name})
		w.addrs[t.object.Kind+" "+t.object.ID] = t.addr
		if t.own && t.marked != t.addr {
			t.notes = append(t.notes, "It was "+plain(t.marked.String())+": the moved block says so.")
		}
	}
}

func named(t *target) int {
	if t.wanted != "" {
		return 1
	}
	return 0
}

// free returns the address, or the next unused one with a number.
func (w *writer) free(addr schema.Addr) schema.Addr {
	name := addr.Name
	for n := 2; w.taken[addr.String()]; n++ {
		addr.Name = name + "_" + strconv.Itoa(n)
	}
	w.taken[addr.String()] = true
	return addr
}
