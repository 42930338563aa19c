package generate

import (
	"cmp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/oktaform/oktaform/schema"
)

// The files of a generated configuration, one for each topic.
const (
	orgFile     = "org.hcl"
	lookupsFile = "lookups.hcl"
)

// concern returns the file for blocks of a kind.
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
	t.noteDetails()
	p := &printer{}
	for _, note := range t.notes {
		p.comment(note)
	}
	for _, g := range w.inv.GapsOf(t.object) {
		if t.kind.Name == t.object.Kind {
			p.comment(comment("%s isn't managed: %s.", g.Part, strings.TrimSuffix(g.Cause, ".")))
		}
	}
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
	switch {
	case t.own && t.object.Owner.Addr != t.addr.String():
		p.WriteByte('\n')
		p.open("moved")
		p.attr("from", t.object.Owner.Addr)
		p.attr("to", t.addr.String())
		p.close()
	case !t.own && t.kind.Owned():
		p.WriteByte('\n')
		p.open("import")
		p.attr("to", t.addr.String())
		p.attr("id", quoted(t.object.ID))
		p.close()
	}
	t.text = p.String()
	return nil
}

// principal writes the principal of an admin block.
func (w *writer) principal(p *printer, t *target) {
	if of := w.byID[t.object.ID]; of != nil {
		p.attr(of.source, w.lookup(of).addr.String())
		return
	}
	kind, name, _ := strings.Cut(t.label, " ")
	p.attr(kind, quoted(name))
}

// result collects the blocks in files.
func (w *writer) result(targets []*target) (*Result, error) {
	texts := map[string][]string{}
	for _, t := range targets {
		file := concern(t.kind)
		texts[file] = append(texts[file], t.text)
	}
	if lookups := w.lookups(); len(lookups) > 0 {
		texts[lookupsFile] = lookups
	}
	if w.options.Header {
		p := &printer{}
		p.open("org")
		p.attr("owner", quoted(w.options.Owner))
		p.close()
		texts[orgFile] = []string{p.String()}
	}
	r := &Result{Files: map[string][]byte{}, LeftOut: w.leftOut}
	for file, blocks := range texts {
		r.Files[file] = hclwrite.Format([]byte(strings.Join(blocks, "\n")))
	}
	for _, t := range targets {
		r.Written = append(r.Written, Object{t.object.Kind, t.object.ID, t.addr.Name})
	}
	slices.SortStableFunc(r.LeftOut, func(a, b LeftOut) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Label, b.Label), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Part, b.Part))
	})
	return r, nil
}

// lookups writes the data blocks that are referred to.
func (w *writer) lookups() (texts []string) {
	var all []*lookup
	for _, s := range w.sources {
		all = append(all, s)
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
