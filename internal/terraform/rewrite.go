package terraform

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/oktaform/oktaform/schema"
)

// edit replaces a part of a source.
type edit struct {
	from, to int
	text     string
}

// rewriter translates an expression to oktaform's language.
type rewriter struct {
	*folder
	src []byte
	// refs is the attribute, if it takes references to objects where Terraform has ids; else nil.
	refs *schema.Attr
	// roots replaces the first names of references by the iterators of dynamic blocks.
	roots map[string]string
	edits []edit
	err   error
}

// expr translates an expression. refs is the attribute, if it takes references to objects. The
// error says what cannot be expressed.
func (f *folder) expr(e hclsyntax.Expression, refs *schema.Attr, roots map[string]string) (string, error) {
	if e == nil {
		return "", errors.New("an argument that the resource needs is missing")
	}
	src := f.source(e.Range().Filename)
	r := &rewriter{folder: f, src: src, refs: refs, roots: roots}
	_ = hclsyntax.VisitAll(e, func(n hclsyntax.Node) hcl.Diagnostics {
		r.visit(n)
		return nil
	})
	if r.err != nil {
		return "", r.err
	}
	rng := e.Range()
	slices.SortFunc(r.edits, func(a, b edit) int { return cmp.Compare(a.from, b.from) })
	var b strings.Builder
	at := rng.Start.Byte
	for _, edit := range r.edits {
		if edit.from < at {
			continue // within one that was replaced
		}
		b.Write(src[at:edit.from])
		b.WriteString(edit.text)
		at = edit.to
	}
	b.Write(src[at:rng.End.Byte])
	return b.String(), nil
}

func (f *folder) source(name string) []byte {
	for _, s := range f.sources {
		if s.name == name {
			return s.text
		}
	}
	return nil
}

func (r *rewriter) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf(format, args...)
	}
}

func (r *rewriter) replace(rng hcl.Range, text string) {
	r.edits = append(r.edits, edit{rng.Start.Byte, rng.End.Byte, text})
}

func (r *rewriter) visit(n hclsyntax.Node) {
	switch n := n.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		r.traversal(n)
	case *hclsyntax.SplatExpr:
		each, ok := n.Each.(*hclsyntax.RelativeTraversalExpr)
		if r.refs != nil && ok && onlyID(each.Traversal) {
			r.replace(each.Traversal.SourceRange(), "")
		}
	case *hclsyntax.ForExpr:
		value, ok := n.ValExpr.(*hclsyntax.ScopeTraversalExpr)
		if r.refs != nil && ok && value.Traversal.RootName() == n.ValVar && onlyID(value.Traversal[1:]) {
			r.replace(value.Traversal.SourceRange(), n.ValVar)
		}
	case *hclsyntax.TemplateExpr:
		r.literalID(n)
	case *hclsyntax.FunctionCallExpr:
		if strings.Contains(n.Name, "::") {
			r.fail("function %s of a provider", n.Name)
		}
	}
}

// literalID replaces the id of an object by a data block where a reference is required.
func (r *rewriter) literalID(n *hclsyntax.TemplateExpr) {
	id, ok := literalText(n)
	if r.refs == nil || len(r.refs.Refs) == 0 || !ok || !validID(id) || !strings.HasPrefix(id, "0") && !strings.HasPrefix(id, "cr0") && !strings.HasPrefix(id, "iam") {
		return
	}
	source := schema.DataKind(schema.KindNamed(r.refs.Refs[0]).DataSource())
	if source == nil {
		return
	}
	name := identifier(source.Source() + "_" + id)
	r.lookups[fmt.Sprintf("data %s %s {\nid = %s\n}\n", quoted(source.Source()), quoted(name), quoted(id))] = true
	r.replace(n.Range(), source.Name+"."+name)
}

// objectValue follows the name of an iterator whose values are objects, not texts.
const objectValue = ".value.id"

func onlyID(t hcl.Traversal) bool {
	if len(t) != 1 {
		return false
	}
	attr, ok := t[0].(hcl.TraverseAttr)
	return ok && attr.Name == "id"
}

// traversal replaces a reference.
func (r *rewriter) traversal(n *hclsyntax.ScopeTraversalExpr) {
	t := n.Traversal
	root := t.RootName()
	if r.refs != nil && r.roots[root+objectValue] != "" && len(t) == 3 && onlyID(t[2:]) {
		r.replace(t[2].SourceRange(), "")
	}
	if to, ok := r.roots[root]; ok {
		r.root(t, to)
		return
	}
	switch {
	case root == "terraform" || root == "ephemeral" || root == "provider":
		r.fail("%s.* exists in Terraform only", root)
	case root == "data" || r.types[root]:
		r.resource(t)
	case root == "module":
		if name, ok := attrName(t, 1); ok && !r.calls(name) {
			r.fail("module.%s is not translated", name)
		}
	}
}

// root replaces the first name of a reference. count.index has no other name.
func (r *rewriter) root(t hcl.Traversal, to string) {
	rng := t[0].SourceRange()
	if t.RootName() == "count" {
		rng = t.SourceRange()
	}
	r.replace(rng, to)
}

// resource replaces a reference to a resource or data source.
func (r *rewriter) resource(t hcl.Traversal) {
	start, key := 0, ""
	if t.RootName() == "data" {
		start, key = 1, "data."
	}
	typ, ok := attrName(t, start)
	name, named := attrName(t, start+1)
	if !ok || !named {
		r.fail("%s is no reference to an object", t.RootName())
		return
	}
	key += typ + "." + name
	to := r.resources[key]
	if to == nil || to.kind == nil {
		r.fail("%s stays with Terraform", key)
		return
	}
	end := start + 1
	r.replace(hcl.RangeBetween(t[0].SourceRange(), t[end].SourceRange()), to.address())
	for i := end + 1; i < len(t); i++ {
		attr, ok := t[i].(hcl.TraverseAttr)
		if !ok {
			continue // the key of an instance
		}
		switch ours := to.attribute(attr.Name); {
		case attr.Name == "id" && r.refs != nil && i == len(t)-1:
			r.replace(attr.SrcRange, "")
		case ours == "":
			r.fail("%s has no attribute %s here", to.address(), attr.Name)
		case ours != attr.Name:
			r.replace(attr.SrcRange, "."+ours)
		}
		break
	}
}

// attrName returns the name at a step of a traversal.
func attrName(t hcl.Traversal, at int) (string, bool) {
	if at >= len(t) {
		return "", false
	}
	switch step := t[at].(type) {
	case hcl.TraverseRoot:
		return step.Name, true
	case hcl.TraverseAttr:
		return step.Name, true
	}
	return "", false
}

// resource is a resource or data block of Okta's provider.
type resource struct {
	block *hclsyntax.Block
	typ   string
	name  string
	data  bool
	kind  *schema.Kind         // of the object that it declares or finds; nil for a part
	form  schema.TerraformType // by which it declares it
	parts []*resource          // what declares parts of the object
	// joined says that a part is written with the objects that it belongs to, and failed that it
	// could not be written.
	joined, failed bool
	// admin stands for the admin block that a part makes, of a principal that the files don't
	// declare; nil for the others. principal is the expression for its id.
	admin     *resource
	principal hclsyntax.Expression
}

// address returns the resource's address in oktaform. That of a data source begins with data.
func (r *resource) address() string { return r.kind.Name + "." + r.name }

func (r *resource) terraform() string {
	if r.data {
		return "data." + r.typ + "." + r.name
	}
	return r.typ + "." + r.name
}

// attribute returns oktaform's name of a Terraform attribute; "" if there is none.
func (r *resource) attribute(name string) string {
	if name == "id" {
		return name
	}
	if to, ok := r.form.Rename[name]; ok {
		name = to
	}
	if r.kind.Attr(name) == nil {
		return ""
	}
	return name
}

// attr returns the expression of an attribute; nil if it is not set.
func (r *resource) attr(name string) hclsyntax.Expression {
	if a := r.block.Body.Attributes[name]; a != nil {
		return a.Expr
	}
	return nil
}
