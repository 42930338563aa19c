package terraform

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/oktaform/oktaform/internal/secretname"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
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
	w := f.writer(r)
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
	each   scope // of the block
	// lifecycle are the lines of the lifecycle block, ignores the names in its ignore_changes.
	lifecycle, ignores []string
}

func (f *folder) writer(r *resource) *blockWriter {
	return &blockWriter{folder: f, r: r, lists: map[string][]string{}, exprs: map[string]string{}, each: f.eachOf(r)}
}

// eachOf returns what each.value is in a resource.
func (f *folder) eachOf(r *resource) scope {
	if of := f.collection(r.attr("for_each")); of != nil {
		return scope{values: map[string]*resource{"each": of}}
	}
	return scope{}
}

// meta writes for_each and count. It is false where they can't be expressed.
func (w *blockWriter) meta() bool {
	for _, name := range []string{"for_each", "count"} {
		a := w.r.block.Body.Attributes[name]
		if a == nil {
			continue
		}
		text, err := w.expr(a.Expr, nil, w.each)
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
			continue
		case "depends_on":
			if text := w.dependsOn(a, w.r.terraform(), w.r.address()); text != "" {
				w.lines = append(w.lines, "depends_on = "+text)
			}
			continue
		}
		if slices.Contains(w.r.form.Ignore, a.Name) {
			if secretname.Is(a.Name) && a.Name != "omit_secret" {
				w.remark(a.SrcRange, "%s: %s: the secret is not copied and does not change in the org", w.r.terraform(), a.Name)
			}
			continue
		}
		if name := w.r.form.Switch[a.Name]; name != "" {
			if text, err := w.expr(a.Expr, nil, w.each); err == nil {
				w.lines = append(w.lines, w.above(a)+name+" = "+status(text))
				continue
			}
		}
		name := w.r.attribute(a.Name)
		if name == "" {
			w.remark(a.SrcRange, "%s: %s: %s has no such attribute; its value in the org does not change", w.r.terraform(), a.Name, w.r.kind.Name)
			continue
		}
		text, err := w.value(w.r.kind.Attr(name), a.Expr, w.each, w.r.name+"_"+a.Name, w.r)
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

// status writes a boolean as the status of an object.
func status(text string) string {
	switch text {
	case "true":
		return `"ACTIVE"`
	case "false":
		return `"INACTIVE"`
	}
	return "(" + text + ") ? \"ACTIVE\" : \"INACTIVE\""
}

// dependsOn writes the objects that something depends on. Parts of objects are named by the object.
func (f *folder) dependsOn(a *hclsyntax.Attribute, what, self string) string {
	list, ok := a.Expr.(*hclsyntax.TupleConsExpr)
	if !ok {
		f.remark(a.SrcRange, "%s: depends_on: it is no list of objects", what)
		return ""
	}
	var names []string
	for _, e := range list.Exprs {
		name, err := f.expr(e, nil, scope{})
		if t, ok := e.(*hclsyntax.ScopeTraversalExpr); ok && err != nil && len(t.Traversal) > 1 {
			part, _ := attrName(t.Traversal, 1)
			if r := f.resources[t.Traversal.RootName()+"."+part]; r != nil && r.owner != nil {
				name, err = r.owner.address(), nil
			}
		}
		switch {
		case err != nil:
			f.remark(a.SrcRange, "%s: depends_on: %v", what, err)
		case name != self && !slices.Contains(names, name):
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "[" + strings.Join(names, ", ") + "]"
}

// value writes the value of an attribute. name is what the data blocks are named for that look up
// what the value names by id; repeated is the resource, if it is repeated.
func (f *folder) value(attr *schema.Attr, e hclsyntax.Expression, s scope, name string, repeated *resource) (string, error) {
	switch {
	case attr.JSON:
		if call, ok := e.(*hclsyntax.FunctionCallExpr); ok && call.Name == "jsonencode" && len(call.Args) == 1 {
			return f.expr(call.Args[0], nil, s)
		}
		text, err := f.expr(e, nil, s)
		return "jsondecode(" + text + ")", err
	case schema.IsRef(attr.Type) && attr.NameOrID:
		return f.expr(e, attr, s)
	case schema.IsRef(attr.Type):
		return f.reference(attr, e, s, name, repeated)
	}
	return f.expr(e, nil, s)
}

// nested writes the nested blocks that have a counterpart.
func (w *blockWriter) nested() {
	for _, b := range w.r.block.Body.Blocks {
		switch {
		case b.Type == "lifecycle":
			w.lifecycleBlock(b)
		case slices.Contains(w.r.form.Ignore, b.Type):
		case b.Type == "jwks" && w.r.kind.Block("public_key") != nil:
			w.publicKey(b)
		case b.Type == kinds.GroupsClaimBlock && w.r.kind.Block(b.Type) != nil:
			w.groupsClaim(b)
		case b.Type == "scopes" && w.r.kind.Attr("scopes") != nil:
			w.originScope(b)
		case w.flattened(b):
		case b.Type == "dynamic" && len(b.Labels) == 1 && b.Labels[0] == "jwks" && w.r.kind.Block("public_key") != nil:
			w.publicKeys(b)
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

// everything is the ignore_changes of a whole object.
const everything = "all"

// groupsClaim writes the groups claim, which has the same attributes here.
func (w *blockWriter) groupsClaim(b *hclsyntax.Block) {
	var lines []string
	for _, a := range inOrder(b.Body.Attributes) {
		if a.Name == "issuer_mode" { // that of the app
			continue
		}
		text, err := w.expr(a.Expr, nil, w.each)
		if err != nil {
			w.remark(a.SrcRange, "%s: %s: %v", w.r.terraform(), b.Type, err)
			return
		}
		lines = append(lines, a.Name+" = "+text)
	}
	w.blocks = append(w.blocks, b.Type+" {\n"+strings.Join(lines, "\n")+"\n}")
}

// originScope adds a block of a trusted origin to its list.
func (w *blockWriter) originScope(b *hclsyntax.Block) {
	for _, a := range inOrder(b.Body.Attributes) {
		name := map[string]string{"type": "scopes", "allowed_okta_apps": "allowed_okta_apps"}[a.Name]
		text, err := w.expr(a.Expr, nil, w.each)
		switch {
		case name == "" || err != nil:
			w.remark(a.SrcRange, "%s: scopes: %s can't be translated", w.r.terraform(), a.Name)
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
	blocks := w.blocks
	if text := w.writtenLifecycle(); text != "" {
		blocks = slices.Insert(slices.Clone(blocks), 0, text)
	}
	for _, block := range blocks {
		b.WriteString("\n" + block + "\n")
	}
	b.WriteString("}\n")
	return b.String()
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
	within, repeat, key := w.each, "", ""
	switch {
	case w.repeat != "" && w.count:
		within = scope{roots: map[string]string{"count": "each.value"}}
		repeat, key = "for_each = { for i in range("+w.repeat+") : tostring(i) => i }\n", "[each.value]"
	case w.repeat != "":
		repeat, key = "for_each = "+w.repeat+"\n", "[each.key]"
	}
	text, err := f.expr(e, nil, within)
	if err != nil {
		return ""
	}
	to := kind.Name + "." + w.r.name + key
	return fmt.Sprintf("\nimport {\n%sto = %s\n%s = %s\n}\n", repeat, to, by, text)
}
