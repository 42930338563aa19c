package terraform

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/oktaform/oktaform/schema/kinds"
)

// joinAdmin makes a block for the admin roles of a principal that the files do not declare.
// Resources that name the same principal share one.
func (f *folder) joinAdmin(r *resource) {
	for _, kind := range kinds.All() {
		if !kind.OnExisting {
			continue
		}
		for _, form := range kind.TerraformTypes(r.typ) {
			e := r.attr(form.ID)
			of := kind.Attr(strings.TrimSuffix(form.ID, "_id"))
			if e == nil || of == nil || r.attr("for_each") != nil || r.attr("count") != nil {
				continue
			}
			key := of.Name + " " + string(e.Range().SliceBytes(f.source(e.Range().Filename)))
			if f.admins[key] == nil {
				f.admins[key] = &resource{block: &hclsyntax.Block{Body: &hclsyntax.Body{}, TypeRange: r.block.TypeRange},
					typ: of.Name, name: r.name, kind: kind, principal: e}
			}
			r.admin = f.admins[key]
			r.admin.parts = append(r.admin.parts, r)
			return
		}
	}
}

// adminBlock writes an admin block, where the first of its parts stands.
func (f *folder) adminBlock(r *resource) string {
	if r.joined {
		return ""
	}
	r.joined = true
	w := f.writer(r)
	text, err := f.expr(r.principal, r.kind.Attr(r.typ), scope{})
	if err == nil && !lookedUp(text) {
		err = fmt.Errorf("%s is not a data source here", text)
	}
	for _, part := range r.parts {
		if err != nil {
			w.leave(part, r.principal.Range(), "%v: write an admin block for the roles", err)
			continue
		}
		w.part(part)
	}
	if err != nil {
		return ""
	}
	w.lines = append(w.lines, r.typ+" = "+text)
	return w.block()
}

// lookedUp reports whether an expression is a data block.
func lookedUp(text string) bool {
	t, diags := hclsyntax.ParseTraversalAbs([]byte(text), "", hcl.InitialPos)
	return !diags.HasErrors() && t.RootName() == "data"
}
