package terraform

import (
	"fmt"
	"strings"
)

// dataBlock writes a data source.
func (f *folder) dataBlock(r *resource) string {
	var b strings.Builder
	fmt.Fprintf(&b, "data %s %s {\n", quoted(r.kind.Source()), quoted(r.name))
	by := false
	if r.typ == everyoneType {
		b.WriteString("name = \"Everyone\"\n")
		by = true
	}
	if text := f.searched(r); text != "" {
		b.WriteString(r.kind.Label + " = " + text + "\n")
		by = true
	}
	for _, a := range inOrder(r.block.Body.Attributes) {
		name := r.attribute(a.Name)
		switch {
		case a.Name == "for_each" || a.Name == "count" || name == "id" || name == r.kind.Label:
			by = by || name == "id" || name == r.kind.Label
			text, err := f.expr(a.Expr, nil, scope{})
			if err != nil {
				f.remark(a.SrcRange, "%s: %s: %v", r.terraform(), a.Name, err)
				return ""
			}
			if name == "" {
				name = a.Name
			}
			b.WriteString(name + " = " + text + "\n")
		case strings.HasPrefix(a.Name, "skip_") || a.Name == "include_users" || a.Name == "provider" || a.Name == "depends_on":
		default:
			f.remark(a.SrcRange, "%s: %s: data blocks find objects by %s or id", r.terraform(), a.Name, r.kind.Label)
		}
	}
	if !by {
		f.remark(r.block.TypeRange, "%s: it names neither %s nor id, by which data blocks find objects", r.terraform(), r.kind.Label)
		return ""
	}
	b.WriteString("}\n")
	return b.String()
}

// searched returns the label that the only search block of a data source asks for; "" for
// another search.
func (f *folder) searched(r *resource) string {
	if len(r.block.Body.Blocks) != 1 || r.block.Body.Blocks[0].Type != "search" {
		return ""
	}
	search := r.block.Body.Blocks[0]
	name, _ := literalText(attrOf(search, "name"))
	comparison, given := literalText(attrOf(search, "comparison"))
	value := attrOf(search, "value")
	if name != r.kind.Attr(r.kind.Label).Path || given && comparison != "eq" || value == nil {
		return ""
	}
	text, err := f.expr(value, nil, scope{})
	if err != nil {
		return ""
	}
	return text
}
