package generate

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// The files of a configuration, one for each concern.
const (
	LastFile    = "org.hcl"
	lookupsFile = "lookups.hcl"
	testsFile   = "tests.hcl"
)

// IsFile reports whether a configuration as this package writes it may have a file of that name.
func IsFile(name string) bool {
	return name == LastFile || name == lookupsFile || name == testsFile ||
		slices.ContainsFunc(kinds.All(), func(k *schema.Kind) bool { return concern(k) == name })
}

// Names returns the names of the files in the order in which they are written. Dependents come
// last. The very last file declares the owner: without it a folder isn't a configuration.
func (r *Result) Names() []string {
	rank := map[string]int{lookupsFile: -1, LastFile: 1}
	return slices.SortedFunc(maps.Keys(r.Files), func(a, b string) int {
		return cmp.Or(cmp.Compare(rank[a], rank[b]), cmp.Compare(a, b))
	})
}

// concern is the file for blocks of a kind.
func concern(kind *schema.Kind) string {
	switch {
	case kind.IsApp():
		return "apps.hcl"
	case kind.OnExisting || kind.Person:
		return "admins.hcl"
	case kind.LendsRights:
		return "roles.hcl"
	case kind.Mark == schema.MarkDescription:
		return "groups.hcl"
	}
	return "network.hcl"
}

// block writes the block of a target, and its import block.
func (w *writer) block(t *target) error {
	p := &printer{}
	for _, note := range t.notes {
		p.comment(note)
	}
	for _, g := range w.inv.GapsOf(t.object) {
		if t.kind.Name == t.object.Kind {
			p.comment(comment("%s isn't managed: %s.", g.Part, strings.TrimSuffix(g.Cause, ".")))
		}
	}
	for _, n := range w.inv.Notes {
		if t.kind.Name == t.object.Kind && n.Kind == t.object.Kind && n.ID == t.object.ID && !isEmpty(t.value().GetAttr(n.Part)) {
			p.comment(comment("Some of %s %s.", n.Part, n.Text))
		}
	}
	if err := w.body(p, t); err != nil {
		return err
	}
	switch {
	case t.own && t.marked != t.addr:
		p.WriteByte('\n')
		p.open("moved")
		p.attr("from", t.marked.String())
		p.attr("to", t.addr.String())
		p.close()
	case !t.own && t.kind.Owned() && !w.options.NoImports:
		p.WriteByte('\n')
		p.open("import")
		p.attr("to", t.addr.String())
		p.attr("id", quoted(t.object.ID))
		p.close()
	}
	t.text = p.String()
	return nil
}

// isEmpty reports whether a list has no elements, or was not read.
func isEmpty(list cty.Value) bool { return list.IsNull() || list.LengthInt() == 0 }

// body writes the block itself.
func (w *writer) body(p *printer, t *target) error {
	t.noteDetails()
	p.open(t.kind.Name, t.addr.Name)
	value := t.value()
	if t.kind.OnExisting {
		w.principal(p, t)
	}
	if err := w.attributes(p, t, t.kind.Attrs, value.GetAttr); err != nil {
		return err
	}
	if err := w.blocks(p, t); err != nil {
		return err
	}
	if t.own && t.object.Owner.Protect {
		p.open("lifecycle")
		p.attr("prevent_destroy", "true")
		p.close()
	}
	p.close()
	return nil
}

// principal writes the attribute that names the principal of an admin block.
func (w *writer) principal(p *printer, t *target) {
	if of := w.byID[t.object.ID]; of != nil {
		p.attr(of.source, w.lookup(of).addr.String())
		return
	}
	kind, name, _ := strings.Cut(t.label, " ")
	p.attr(kind, quoted(name))
}

// result distributes the blocks over files.
func (w *writer) result(targets []*target) (*Result, error) {
	texts := map[string][]string{}
	for _, t := range targets {
		file := concern(t.kind)
		texts[file] = append(texts[file], t.text)
	}
	if lookups := w.lookups(); len(lookups) > 0 {
		texts[lookupsFile] = lookups
	}
	for _, t := range targets {
		if test := w.test(t); w.options.Tests && test != "" {
			texts[testsFile] = append(texts[testsFile], test)
		}
	}
	if w.options.Header {
		for kind, lines := range w.notWritten() {
			texts[concern(kind)] = append(texts[concern(kind)], strings.Join(lines, ""))
		}
		p := &printer{}
		p.open("org")
		p.attr("owner", quoted(w.options.Owner))
		p.close()
		texts[LastFile] = []string{p.String()}
	}
	r := &Result{Files: map[string][]byte{}, LeftOut: w.leftOut}
	for file, blocks := range texts {
		r.Files[file] = hclwrite.Format([]byte(strings.Join(blocks, "\n")))
	}
	for _, t := range targets {
		r.Written = append(r.Written, Written{t.object.Kind, t.object.ID, t.addr})
	}
	slices.SortStableFunc(r.LeftOut, func(a, b LeftOut) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Label, b.Label), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Part, b.Part))
	})
	return r, nil
}

// notWritten returns comments that name what the language can't express, by kind.
func (w *writer) notWritten() map[*schema.Kind][]string {
	lines := map[*schema.Kind][]string{}
	for _, l := range w.leftOut {
		kind := kinds.Named(l.Kind)
		what := ""
		if l.Part != "" {
			what = l.Part + " of "
		}
		if l.Others {
			continue
		}
		p := &printer{}
		p.comment(comment("Not written: %s%s %q (%s). %s.", what, kind.Title, l.Label, l.ID, strings.TrimSuffix(upper(l.Why), ".")))
		lines[kind] = append(lines[kind], p.String())
	}
	return lines
}

// upper capitalizes a text, unless it begins with the program's name.
func upper(s string) string {
	if strings.HasPrefix(s, "oktaform ") {
		return s
	}
	for i, r := range s {
		return strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}

// lookups writes the data blocks that something refers to.
func (w *writer) lookups() (texts []string) {
	var all []*lookup
	for _, s := range w.sources {
		if !s.declared {
			all = append(all, s)
		}
	}
	slices.SortFunc(all, func(a, b *lookup) int { return schema.CompareAddr(a.addr, b.addr) })
	for _, s := range all {
		p := &printer{}
		p.open("data", s.addr.Kind, s.addr.Name)
		p.attr(s.by, quoted(s.value))
		p.close()
		texts = append(texts, p.String())
	}
	return texts
}
