package terraform

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/oktaform/oktaform/schema"
)

// resourceBlock writes the block of an object or data source, with the parts that other
// resources declare, and an import block.
func (f *folder) resourceBlock(block *hclsyntax.Block) string {
	r := f.resources[strings.TrimPrefix(block.Type+".", "resource.")+block.Labels[0]+"."+block.Labels[1]]
	switch {
	case r == nil:
		f.remark(block.TypeRange, "%s.%s: a resource of another provider stays with Terraform", block.Labels[0], block.Labels[1])
		return ""
	case r.data && r.kind == nil:
		f.remark(block.TypeRange, "%s: oktaform does not look up objects of this type", r.terraform())
		return ""
	case r.data:
		return f.dataBlock(r)
	case r.kind == nil:
		return f.partBlock(r)
	}
	w := &blockWriter{folder: f, r: r, lists: map[string][]string{}, exprs: map[string]string{}}
	if !w.meta() {
		r.failed = true
		for _, part := range r.parts {
			part.failed = true
		}
		return ""
	}
	w.attributes()
	w.nested()
	for _, part := range r.parts {
		w.part(part)
	}
	return w.block() + f.importBlock(w)
}

// blockWriter collects the block of an object.
type blockWriter struct {
	*folder
	r     *resource
	lines []string
	// exprs are the values of list attributes that may be extended, lists their further elements,
	// by name.
	exprs  map[string]string
	lists  map[string][]string
	blocks []string
	repeat string // the expression of for_each or count
	count  bool
}

// meta writes for_each and count. It is false where they can't be expressed.
func (w *blockWriter) meta() bool {
	for _, name := range []string{"for_each", "count"} {
		a := w.r.block.Body.Attributes[name]
		if a == nil {
			continue
		}
		text, err := w.expr(a.Expr, nil, nil)
		if err != nil {
			w.remark(a.SrcRange, "%s: %s: %v", w.r.terraform(), name, err)
			return false
		}
		w.repeat, w.count = text, name == "count"
		w.lines = append(w.lines, name+" = "+text)
	}
	return true
}

// attributes writes the attributes of the object.
func (w *blockWriter) attributes() {
	given := map[string]bool{}
	for _, a := range inOrder(w.r.block.Body.Attributes) {
		switch a.Name {
		case "for_each", "count":
			continue
		case "provider":
			w.remark(a.SrcRange, "%s: provider: oktaform works on one org at a time", w.r.terraform())
			continue
		case "depends_on":
			if text, err := w.expr(a.Expr, &schema.Attr{}, nil); err == nil {
				w.lines = append(w.lines, "depends_on = "+text)
			} else {
				w.remark(a.SrcRange, "%s: depends_on: %v", w.r.terraform(), err)
			}
			continue
		}
		if slices.Contains(w.r.form.Ignore, a.Name) {
			if secretName().MatchString(a.Name) {
				w.remark(a.SrcRange, "%s: %s: the secret is not copied; the org keeps it as it is", w.r.terraform(), a.Name)
			}
			continue
		}
		name := w.r.attribute(a.Name)
		if name == "" {
			w.remark(a.SrcRange, "%s: %s: %s has no such attribute; the org keeps what it is set to", w.r.terraform(), a.Name, w.r.kind.Name)
			continue
		}
		text, err := w.value(w.r.kind.Attr(name), a.Expr, nil)
		if err != nil {
			w.remark(a.SrcRange, "%s: %s: %v", w.r.terraform(), a.Name, err)
			continue
		}
		given[name] = true
		if w.r.kind.Attr(name).Type.IsListType() {
			w.exprs[name] = text
			w.lines = append(w.lines, w.above(a)+"\x00"+name)
			continue
		}
		w.lines = append(w.lines, w.above(a)+name+" = "+text)
	}
	for name, value := range w.r.form.Defaults {
		if !given[name] {
			w.lines = append(w.lines, name+" = "+value)
		}
	}
}

// value writes the value of an attribute.
func (f *folder) value(attr *schema.Attr, e hclsyntax.Expression, roots map[string]string) (string, error) {
	if attr.JSON {
		if call, ok := e.(*hclsyntax.FunctionCallExpr); ok && call.Name == "jsonencode" && len(call.Args) == 1 {
			return f.expr(call.Args[0], nil, roots)
		}
		text, err := f.expr(e, nil, roots)
		return "jsondecode(" + text + ")", err
	}
	if schema.IsRef(attr.Type) && !attr.NameOrID {
		return f.expr(e, attr, roots)
	}
	return f.expr(e, nil, roots)
}

// nested writes the nested blocks that have a counterpart.
func (w *blockWriter) nested() {
	for _, b := range w.r.block.Body.Blocks {
		switch {
		case b.Type == "lifecycle":
			w.lifecycle(b)
		case slices.Contains(w.r.form.Ignore, b.Type):
		case b.Type == "jwks" && w.r.kind.Block("public_key") != nil:
			w.publicKey(b)
		case b.Type == schema.GroupsClaimBlock && w.r.kind.Block(b.Type) != nil:
			w.groupsClaim(b)
		case b.Type == "scopes" && w.r.kind.Attr("scopes") != nil:
			w.scope(b)
		default:
			w.remark(b.TypeRange, "%s: %s block: %s has none", w.r.terraform(), nestedName(b), w.r.kind.Name)
		}
	}
}

func nestedName(b *hclsyntax.Block) string {
	if b.Type == "dynamic" && len(b.Labels) == 1 {
		return "dynamic " + quoted(b.Labels[0])
	}
	return b.Type
}

// lifecycle keeps prevent_destroy, ignore_changes and the conditions.
func (w *blockWriter) lifecycle(b *hclsyntax.Block) {
	var lines []string
	for _, a := range inOrder(b.Body.Attributes) {
		switch a.Name {
		case "prevent_destroy":
			if text, err := w.expr(a.Expr, nil, nil); err == nil {
				lines = append(lines, "prevent_destroy = "+text)
			}
		case "ignore_changes":
			if names := w.ignored(a); names != "" {
				lines = append(lines, "ignore_changes = "+names)
			}
		default:
			w.remark(a.SrcRange, "%s: lifecycle: oktaform has no %s", w.r.terraform(), a.Name)
		}
	}
	for _, inner := range b.Body.Blocks {
		text := inner.Type + " {\n"
		for _, a := range inOrder(inner.Body.Attributes) {
			value, err := w.expr(a.Expr, nil, nil)
			if err != nil {
				w.remark(a.SrcRange, "%s: %s: %v", w.r.terraform(), inner.Type, err)
				text = ""
				break
			}
			text += a.Name + " = " + value + "\n"
		}
		if text != "" {
			lines = append(lines, text+"}")
		}
	}
	if len(lines) > 0 {
		w.blocks = append(w.blocks, "lifecycle {\n"+strings.Join(lines, "\n")+"\n}")
	}
}

// ignored writes the names of ignore_changes.
func (w *blockWriter) ignored(a *hclsyntax.Attribute) string {
	list, ok := a.Expr.(*hclsyntax.TupleConsExpr)
	if !ok {
		return "all"
	}
	var names []string
	for _, e := range list.Exprs {
		t, ok := e.(*hclsyntax.ScopeTraversalExpr)
		if !ok {
			continue
		}
		ours := w.r.attribute(t.Traversal.RootName())
		if t.Traversal.RootName() == "jwks" {
			ours = "public_key"
		}
		if slices.Contains(w.r.form.Ignore, t.Traversal.RootName()) {
			continue
		}
		if ours == "" || len(t.Traversal) > 1 {
			w.remark(a.SrcRange, "%s: ignore_changes: %s has no counterpart", w.r.terraform(), string(t.Range().SliceBytes(w.source(t.Range().Filename))))
			continue
		}
		names = append(names, ours)
	}
	if len(names) == 0 {
		return ""
	}
	return "[" + strings.Join(names, ", ") + "]"
}

// publicKey writes a jwks block.
func (w *blockWriter) publicKey(b *hclsyntax.Block) {
	kid, ok := literalText(attrOf(b, "kid"))
	if !ok {
		w.remark(b.TypeRange, "%s: jwks: the kid of a key is a text without references here; declare the key as public_key \"KID\" { jwk = ... }", w.r.terraform())
		return
	}
	var members []string
	if kty, _ := literalText(attrOf(b, "kty")); kty == "EC" {
		members = append(members, `crv = "P-256"`) // the only curve that has no Terraform attribute
	}
	for _, a := range inOrder(b.Body.Attributes) {
		if a.Name == "kid" {
			continue
		}
		text, err := w.expr(a.Expr, nil, nil)
		if err != nil {
			w.remark(a.SrcRange, "%s: jwks: %v; declare the key as public_key %s { jwk = ... }", w.r.terraform(), err, quoted(kid))
			return
		}
		members = append(members, a.Name+" = "+text)
	}
	w.blocks = append(w.blocks, "public_key "+quoted(kid)+" {\njwk = {\n"+strings.Join(members, "\n")+"\n}\n}")
}

// groupsClaim writes the groups claim, which has the same attributes here.
func (w *blockWriter) groupsClaim(b *hclsyntax.Block) {
	var lines []string
	for _, a := range inOrder(b.Body.Attributes) {
		if a.Name == "issuer_mode" { // that of the app
			continue
		}
		text, err := w.expr(a.Expr, nil, nil)
		if err != nil {
			w.remark(a.SrcRange, "%s: %s: %v", w.r.terraform(), b.Type, err)
			return
		}
		lines = append(lines, a.Name+" = "+text)
	}
	w.blocks = append(w.blocks, b.Type+" {\n"+strings.Join(lines, "\n")+"\n}")
}

// scope adds a block of a trusted origin to its list.
func (w *blockWriter) scope(b *hclsyntax.Block) {
	for _, a := range inOrder(b.Body.Attributes) {
		name := map[string]string{"type": "scopes", "allowed_okta_apps": "allowed_okta_apps"}[a.Name]
		text, err := w.expr(a.Expr, nil, nil)
		switch {
		case name == "" || err != nil:
			w.remark(a.SrcRange, "%s: scopes: %s can't be written here", w.r.terraform(), a.Name)
		case name == "scopes":
			w.add(name, text)
		default:
			w.exprs[name] = text
			w.lines = append(w.lines, "\x00"+name)
		}
	}
}

// add adds an element to a list.
func (w *blockWriter) add(name, element string) {
	if w.exprs[name] == "" && len(w.lists[name]) == 0 {
		w.lines = append(w.lines, "\x00"+name)
	}
	if !slices.Contains(w.lists[name], element) {
		w.lists[name] = append(w.lists[name], element)
	}
}

// list writes an attribute that is a list.
func (w *blockWriter) list(name string) string {
	base, more := strings.TrimSpace(w.exprs[name]), w.lists[name]
	switch {
	case len(more) == 0:
		return name + " = " + base
	case base == "" || base == "[]":
		return name + " = [" + strings.Join(more, ", ") + "]"
	case strings.HasPrefix(base, "[") && strings.HasSuffix(base, "]") && !strings.HasPrefix(base, "[for ") && !strings.Contains(base, "#"):
		inner := strings.TrimSuffix(strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(base, "["), "]")), ",")
		return name + " = [" + inner + ", " + strings.Join(more, ", ") + "]"
	}
	return name + " = concat(" + base + ", [" + strings.Join(more, ", ") + "])"
}

// block returns the text of the whole block.
func (w *blockWriter) block() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s {\n", w.r.kind.Name, quoted(w.r.name))
	for _, line := range w.lines {
		if above, name, ok := strings.Cut(line, "\x00"); ok {
			line = above + w.list(name)
		}
		b.WriteString(line + "\n")
	}
	for _, block := range w.blocks {
		b.WriteString("\n" + block + "\n")
	}
	b.WriteString("}\n")
	return b.String()
}

// dataBlock writes a data source.
func (f *folder) dataBlock(r *resource) string {
	var b strings.Builder
	fmt.Fprintf(&b, "data %s %s {\n", quoted(r.kind.Source()), quoted(r.name))
	by := false
	if text := f.searched(r); text != "" {
		b.WriteString(r.kind.Label + " = " + text + "\n")
		by = true
	}
	for _, a := range inOrder(r.block.Body.Attributes) {
		name := r.attribute(a.Name)
		switch {
		case a.Name == "for_each" || a.Name == "count" || name == "id" || name == r.kind.Label:
			by = by || name == "id" || name == r.kind.Label
			text, err := f.expr(a.Expr, nil, nil)
			if err != nil {
				f.remark(a.SrcRange, "%s: %s: %v", r.terraform(), a.Name, err)
				return ""
			}
			if name == "" {
				name = a.Name
			}
			b.WriteString(name + " = " + text + "\n")
		case strings.HasPrefix(a.Name, "skip_"):
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
	text, err := f.expr(value, nil, nil)
	if err != nil {
		return ""
	}
	return text
}

// importBlock imports what the block declares, by its name.
func (f *folder) importBlock(w *blockWriter) string {
	kind := w.r.kind
	label := kind.Label
	for theirs, ours := range w.r.form.Rename {
		if ours == label {
			label = theirs
		}
	}
	e := w.r.attr(label)
	if e == nil {
		return ""
	}
	by := "label"
	if kind.Unique {
		by = "id"
	}
	roots, repeat, key := map[string]string(nil), "", ""
	switch {
	case w.repeat != "" && w.count:
		roots = map[string]string{"count": "each.value"}
		repeat, key = "for_each = { for i in range("+w.repeat+") : tostring(i) => i }\n", "[each.value]"
	case w.repeat != "":
		repeat, key = "for_each = "+w.repeat+"\n", "[each.key]"
	}
	text, err := f.expr(e, nil, roots)
	if err != nil {
		return ""
	}
	to := kind.Name + "." + w.r.name + key
	return fmt.Sprintf("\nimport {\n%sto = %s\n%s = %s\n}\n", repeat, to, by, text)
}
