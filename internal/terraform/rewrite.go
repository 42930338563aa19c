package terraform

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/oktaform/oktaform/internal/functions"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// edit replaces a part of a source.
type edit struct {
	from, to int
	text     string
}

// scope says what names in an expression stand for.
type scope struct {
	// roots replaces first names of references by the iterators of dynamic blocks, or other names.
	roots map[string]string
	// values are the resources whose instances the values of an iterator are, by its name.
	values map[string]*resource
}

// rewriter translates an expression to oktaform's language.
type rewriter struct {
	*folder
	src []byte
	// refs is the attribute, if it takes references to objects where Terraform has ids; else nil.
	refs *schema.Attr
	scope
	// objects are the variables of for expressions whose values are objects.
	objects map[string]*resource
	// found reports whether the expression refers to an object by its id.
	found bool
	edits []edit
	err   error
}

// expr translates an expression. refs is the attribute, if it takes references to objects. The
// error says what cannot be expressed.
func (f *folder) expr(e hclsyntax.Expression, refs *schema.Attr, s scope) (string, error) {
	r, err := f.rewrite(e, refs, s)
	if err != nil {
		return "", err
	}
	return r.text(e), nil
}

func (f *folder) rewrite(e hclsyntax.Expression, refs *schema.Attr, s scope) (*rewriter, error) {
	if e == nil {
		return nil, errors.New("an argument that the resource needs is missing")
	}
	r := &rewriter{folder: f, src: f.source(e.Range().Filename), refs: refs, scope: s, objects: map[string]*resource{}}
	_ = hclsyntax.VisitAll(e, func(n hclsyntax.Node) hcl.Diagnostics {
		r.visit(n)
		return nil
	})
	return r, r.err
}

// text returns the expression with its edits.
func (r *rewriter) text(e hclsyntax.Expression) string {
	rng := e.Range()
	slices.SortFunc(r.edits, func(a, b edit) int { return cmp.Compare(a.from, b.from) })
	var b strings.Builder
	at := rng.Start.Byte
	for _, edit := range r.edits {
		if edit.from < at {
			continue // within one that was replaced
		}
		b.Write(r.src[at:edit.from])
		b.WriteString(edit.text)
		at = edit.to
	}
	b.Write(r.src[at:rng.End.Byte])
	return b.String()
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
	case *hclsyntax.RelativeTraversalExpr:
		if index, ok := n.Source.(*hclsyntax.IndexExpr); ok {
			r.attribute(n.Traversal, r.collection(index.Collection))
		}
	case *hclsyntax.SplatExpr:
		if each, ok := n.Each.(*hclsyntax.RelativeTraversalExpr); ok {
			r.attribute(each.Traversal, r.collection(n.Source))
		}
	case *hclsyntax.ForExpr:
		if of := r.collection(n.CollExpr); of != nil {
			r.objects[n.ValVar] = of
		}
	case *hclsyntax.TemplateExpr:
		r.literalID(n)
	case *hclsyntax.FunctionCallExpr:
		switch {
		case strings.Contains(n.Name, "::"):
			r.fail("function %s of a provider", n.Name)
		case !knownFunctions()[n.Name]:
			r.fail("there is no function %s here. %s", n.Name, functions.LeftOut()[n.Name])
		case readers[n.Name]:
			r.readFile(n)
		}
	}
}

// knownFunctions are the names of the language's functions.
var knownFunctions = sync.OnceValue(func() map[string]bool {
	names := map[string]bool{}
	for _, f := range functions.List(nil) {
		names[f.Name] = true
	}
	return names
})

// collection returns the resource whose instances an expression holds; nil for another expression.
func (f *folder) collection(e hclsyntax.Expression) *resource {
	switch e := e.(type) {
	case *hclsyntax.FunctionCallExpr:
		if (e.Name == "values" || e.Name == "tolist") && len(e.Args) == 1 {
			return f.collection(e.Args[0])
		}
	case *hclsyntax.ParenthesesExpr:
		return f.collection(e.Expression)
	case *hclsyntax.ScopeTraversalExpr:
		t, key := e.Traversal, ""
		if t.RootName() == "data" {
			t, key = t[1:], "data."
		}
		typ, _ := attrName(t, 0)
		name, _ := attrName(t, 1)
		if r := f.resources[key+typ+"."+name]; len(t) == 2 && r != nil && r.kind != nil {
			return r
		}
	}
	return nil
}

// attribute replaces the name of an attribute of an object, after the keys of instances.
func (r *rewriter) attribute(t hcl.Traversal, of *resource) {
	if of == nil {
		return
	}
	for i, step := range t {
		attr, ok := step.(hcl.TraverseAttr)
		if !ok {
			continue
		}
		switch ours := of.attribute(attr.Name); {
		case attr.Name == "id" && r.refs != nil && i == len(t)-1:
			r.found = true
			r.replace(attr.SrcRange, "")
		case ours == "":
			r.fail("%s has no attribute %s here", of.address(), attr.Name)
		case ours != attr.Name:
			r.replace(attr.SrcRange, "."+ours)
		}
		return
	}
	r.found = r.found || r.refs != nil
}

// literalID replaces the id of an object by a data block where a reference is required.
func (r *rewriter) literalID(n *hclsyntax.TemplateExpr) {
	id, ok := literalText(n)
	if r.refs == nil || len(r.refs.Refs) == 0 || !ok || !validID(id) || !strings.HasPrefix(id, "0") && !strings.HasPrefix(id, "cr0") && !strings.HasPrefix(id, "iam") {
		return
	}
	source := kinds.DataNamed(kinds.Named(r.refs.Refs[0]).DataSource())
	if source == nil {
		return
	}
	name := identifier(source.Source() + "_" + id)
	r.lookups[fmt.Sprintf("data %s %s {\nid = %s\n}\n", quoted(source.Source()), quoted(name), quoted(id))] = true
	r.found = true
	r.replace(n.Range(), source.Name+"."+name)
}

// traversal replaces a reference.
func (r *rewriter) traversal(n *hclsyntax.ScopeTraversalExpr) {
	t := n.Traversal
	root := t.RootName()
	if value, _ := attrName(t, 1); value == "value" {
		r.attribute(t[2:], r.values[root])
	}
	if len(t) > 1 {
		r.attribute(t[1:], r.objects[root])
	}
	if to, ok := r.roots[root]; ok {
		r.root(t, to)
		return
	}
	switch {
	case root == "terraform" || root == "ephemeral" || root == "provider":
		r.fail("%s.* exists in Terraform only", root)
	case root == "data" || r.types[root]:
		r.resource(n, t)
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
func (r *rewriter) resource(n *hclsyntax.ScopeTraversalExpr, t hcl.Traversal) {
	start, key := 0, ""
	if t.RootName() == "data" {
		start, key = 1, "data."
	}
	typ, ok := attrName(t, start)
	name, named := attrName(t, start+1)
	if !ok || !named {
		r.fail("%s is not a reference to an object", t.RootName())
		return
	}
	key += typ + "." + name
	to := r.resources[key]
	if to == nil || to.kind == nil {
		if !r.policyName(to, t[start+2:], n) {
			r.fail("%s stays with Terraform", key)
		}
		return
	}
	end := start + 1
	r.replace(hcl.RangeBetween(t[0].SourceRange(), t[end].SourceRange()), to.address())
	r.attribute(t[end+1:], to)
}

// policyName replaces the id of a sign-in policy, which Terraform declares or looks up by its name,
// by the name. Apps name their policies so here.
func (r *rewriter) policyName(of *resource, t hcl.Traversal, n *hclsyntax.ScopeTraversalExpr) bool {
	if of == nil || r.refs == nil || !r.refs.NameOrID || !onlyID(t) || of.typ != "okta_app_signon_policy" && of.typ != "okta_policy" {
		return false
	}
	if of.attr("name") == nil || of.attr("for_each") != nil || of.attr("count") != nil {
		return false
	}
	name, err := r.expr(of.attr("name"), nil, scope{})
	if err != nil {
		return false
	}
	r.found = true
	r.replace(n.Range(), name)
	return true
}

func onlyID(t hcl.Traversal) bool {
	if len(t) != 1 {
		return false
	}
	attr, ok := t[0].(hcl.TraverseAttr)
	return ok && attr.Name == "id"
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
	form  schema.TerraformType // how it declares the object
	parts []*resource          // the resources that declare parts of the object
	// joined says that a part is written with the objects that it belongs to, and failed that it
	// could not be written.
	joined, failed bool
	owner          *resource // the first object of which it declares a part
	incomplete     error     // why it stays with Terraform, although it declares an object
	// admin is the admin block that a part becomes if the files do not declare its principal; nil
	// for others. principal is the expression for the principal's id.
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
