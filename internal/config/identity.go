package config

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// identityBlocks say which object in the org is which declared object.
var identityBlocks = []string{"moved", "removed", "import"}

var (
	movedSchema   = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "from", Required: true}, {Name: "to", Required: true}}}
	removedSchema = &hcl.BodySchema{Attributes: append(principalAttributes(), hcl.AttributeSchema{Name: "from", Required: true}, hcl.AttributeSchema{Name: "destroy"}),
		Blocks: []hcl.BlockHeaderSchema{{Type: "lifecycle"}}}
	destroySchema = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "destroy"}}}
	importSchema  = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "to", Required: true}, {Name: "id"}, {Name: "label"}}}
)

// declareIdentity creates a node for a moved, removed or import block. Nothing can refer to it.
func declareIdentity(block *hcl.Block, m *module) hcl.Diagnostics {
	n := &node{class: classIdentity, module: m, block: block, body: block.Body, rng: block.DefRange}
	m.order = append(m.order, n)
	if block.Type != "import" {
		return nil
	}
	content, rest, diags := block.Body.PartialContent(&hcl.BodySchema{Attributes: repeatArguments[:1]})
	n.body = rest
	return append(diags, n.setMeta(content)...)
}

// identityVariables returns the references in a moved, removed or import block: in the names of
// objects, and in instance keys.
func (n *node) identityVariables() []hcl.Traversal {
	var list []hcl.Traversal
	switch n.block.Type {
	case "import":
		content, _, _ := n.body.PartialContent(importSchema)
		for name, a := range content.Attributes {
			if name == "to" {
				list = append(list, keyVariables(a.Expr)...)
			} else {
				list = append(list, a.Expr.Variables()...)
			}
		}
	case "removed":
		content, _, _ := n.body.PartialContent(removedSchema)
		for _, name := range kinds.PrincipalKinds() {
			if a := content.Attributes[name]; a != nil {
				list = append(list, a.Expr.Variables()...)
			}
		}
	}
	return list
}

// Identity evaluates the moved, removed and import blocks. A block in a module applies to each
// instance of the module.
func (e *Evaluation) Identity() (schema.Identity, hcl.Diagnostics) {
	id := schema.Identity{PreviousOwner: e.c.PreviousOwner}
	if !e.c.identity {
		return id, nil
	}
	declared, _ := e.All()
	r := &identityReader{eval: e, declared: declared}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.walk(func(in *instance) {
		if in.node.class != classIdentity || in.node.broken {
			return
		}
		switch in.node.block.Type {
		case "moved":
			if m, ok := r.moved(in); ok {
				id.Moves = append(id.Moves, m)
			}
		case "removed":
			if removal, ok := r.removed(in); ok {
				id.Removals = append(id.Removals, removal)
			}
		case "import":
			if a, ok := r.readImport(in); ok {
				id.Imports = append(id.Imports, a)
			}
		}
	})
	r.checkMoves(id.Moves)
	r.checkImports(id.Imports)
	return id, distinct(r.diags)
}

// identityReader decodes the blocks and collects errors.
type identityReader struct {
	eval     *Evaluation
	declared []schema.Desired
	diags    hcl.Diagnostics
}

func (r *identityReader) error(at hcl.Range, summary, format string, args ...any) {
	r.diags = append(r.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: fmt.Sprintf(format, args...), Subject: &at})
}

// declaredUnder returns a declared object at the address or below it.
func (r *identityReader) declaredUnder(addr string) *schema.Desired {
	i := slices.IndexFunc(r.declared, func(d schema.Desired) bool { return schema.Under(addr, d.Addr.String()) })
	if i < 0 {
		return nil
	}
	return &r.declared[i]
}

func (r *identityReader) content(body hcl.Body, s *hcl.BodySchema) (*hcl.BodyContent, bool) {
	content, diags := body.Content(s)
	r.diags = append(r.diags, suggest(diags, s)...)
	return content, !diags.HasErrors()
}

func (r *identityReader) moved(in *instance) (schema.Move, bool) {
	block := in.node.block
	content, ok := r.content(in.node.body, movedSchema)
	if !ok {
		return schema.Move{}, false
	}
	from, ok1 := r.target(in, content.Attributes["from"], nil)
	to, ok2 := r.target(in, content.Attributes["to"], nil)
	switch {
	case !ok1 || !ok2:
		return schema.Move{}, false
	case from.kind == "" != (to.kind == ""):
		r.error(block.DefRange, "Invalid \"moved\" addresses", "The \"from\" and \"to\" addresses must either both refer to objects or both refer to modules.")
		return schema.Move{}, false
	case from.kind != to.kind:
		r.error(block.DefRange, "Object kind mismatch", "This statement declares a move from %s to %s, which is an object of another kind. Okta can't change the kind of an object: remove the old block without a moved block, and declare the new object.", from.text, to.text)
		return schema.Move{}, false
	case from.text == to.text:
		r.error(block.DefRange, "Redundant move statement", "This statement declares a move from %s to the same address, which is the same as not declaring this move at all.", from.text)
		return schema.Move{}, false
	}
	m := schema.Move{From: from.text, To: to.text, Exact: !from.keyed && to.keyed, Range: block.DefRange}
	for _, d := range r.declared {
		if addr := d.Addr.String(); m.Covers(addr) && !(schema.Under(m.To, addr) && m.To != addr) {
			r.error(block.DefRange, "Moved object still exists", "This statement declares a move from %s, but that object is still declared at %s. Change the configuration so that this object is no longer declared, or remove the moved block.", from.text, d.Range)
			return m, false
		}
	}
	return m, !in.placeholder
}

func (r *identityReader) removed(in *instance) (schema.Removal, bool) {
	block := in.node.block
	content, ok := r.content(in.node.body, removedSchema)
	if !ok {
		return schema.Removal{}, false
	}
	from, ok := r.target(in, content.Attributes["from"], nil)
	if !ok {
		return schema.Removal{}, false
	}
	removal := schema.Removal{From: from.text, Destroy: true, Range: block.DefRange}
	attrs := []*hcl.Attribute{content.Attributes["destroy"]}
	for _, lifecycle := range content.Blocks {
		inner, ok := r.content(lifecycle.Body, destroySchema)
		if !ok {
			return removal, false
		}
		attrs = append(attrs, inner.Attributes["destroy"])
	}
	attrs = slices.DeleteFunc(attrs, func(a *hcl.Attribute) bool { return a == nil })
	if len(attrs) > 1 {
		r.error(attrs[1].Range, "Duplicate argument", "destroy is already set at %s.", attrs[0].Range)
		return removal, false
	}
	for _, a := range attrs {
		v, diags := a.Expr.Value(nil)
		r.diags = append(r.diags, diags...)
		if diags.HasErrors() || v.IsNull() || v.Type() != cty.Bool {
			r.error(a.Range, "Invalid value for destroy", "destroy must be true or false.")
			return removal, false
		}
		removal.Destroy = v.True()
	}
	if k := kinds.Named(from.kind); k != nil && !k.Owned() && !k.OnExisting {
		r.diags = append(r.diags, &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: "Nothing to remove",
			Detail:  fmt.Sprintf("A %s carries no mark in the org and is changed only while it is declared, so this block has no effect: %s stays as it is.", k.Title, from.text),
			Subject: &block.DefRange})
	}
	if removal.Principal, ok = r.removedPrincipal(in, from, content); !ok {
		return removal, false
	}
	if d := r.declaredUnder(from.text); d != nil {
		r.error(block.DefRange, "Removed object still exists", "This statement declares that %s was removed, but it is still declared at %s. Remove that block, or this one.", d.Addr, d.Range)
		return removal, false
	}
	return removal, !in.placeholder
}

func (r *identityReader) readImport(in *instance) (schema.Import, bool) {
	block := in.node.block
	content, ok := r.content(in.node.body, importSchema)
	if !ok {
		return schema.Import{}, false
	}
	ctx := r.eval.context(in)
	to, ok := r.target(in, content.Attributes["to"], ctx)
	if !ok {
		return schema.Import{}, false
	}
	a := schema.Import{To: to.text, Range: block.DefRange}
	if !in.placeholder && !slices.ContainsFunc(r.declared, func(d schema.Desired) bool { return d.Addr.String() == to.text }) {
		var addrs []string
		for _, d := range r.declared {
			addrs = append(addrs, d.Addr.String())
		}
		r.error(content.Attributes["to"].Range, "Configuration for import target does not exist", "%s isn't declared: an import needs a block that declares the object.%s", to.text, DidYouMean(to.text, addrs))
		return a, false
	}
	id, label := content.Attributes["id"], content.Attributes["label"]
	if (id == nil) == (label == nil) {
		r.error(block.DefRange, "Import without an object", "An import block names the existing object either with id (its id, client id, group name or login) or with label.")
		return a, false
	}
	if id != nil {
		a.ID, ok = r.text(in, id, ctx)
	} else {
		a.Label, ok = r.text(in, label, ctx)
	}
	return a, ok && !in.placeholder
}

// principalAttributes are the attributes that name the principal of an admin block, one for each
// kind of principal.
func principalAttributes() (list []hcl.AttributeSchema) {
	for _, kind := range kinds.PrincipalKinds() {
		list = append(list, hcl.AttributeSchema{Name: kind})
	}
	return list
}

// text evaluates an attribute that must be known before the org is read.
func (r *identityReader) text(in *instance, a *hcl.Attribute, ctx *hcl.EvalContext) (string, bool) {
	v, diags := a.Expr.Value(ctx)
	r.diags = append(r.diags, diags...)
	v, marks := v.Unmark()
	switch {
	case diags.HasErrors():
		return "", false
	case !v.IsKnown() && (in.placeholder || r.eval.c.opts.Incomplete):
		return "", true
	case len(marks) > 0 || v.IsNull() || !v.IsKnown() || v.Type() != cty.String || v.AsString() == "":
		r.error(a.Expr.Range(), "Invalid value for "+a.Name, "%s names an existing object, so it must be a string that is known before the org is read, not empty and not sensitive.", a.Name)
		return "", false
	}
	return v.AsString(), true
}

// checkMoves finds contradictory moves.
func (r *identityReader) checkMoves(moves []schema.Move) {
	for i, m := range moves {
		for _, other := range moves[:i] {
			switch {
			case other.From == m.From && other.To == m.To:
			case other.From == m.From:
				r.error(m.Range, "Ambiguous move statements", "A statement at %s declared that %s moved to %s, but this statement instead declares that it moved to %s. Each object can have moved to only one destination.", other.Range, m.From, other.To, m.To)
			case other.To == m.To:
				r.error(m.Range, "Ambiguous move statements", "A statement at %s declared that %s moved to %s, but this statement instead declares that %s moved there. Each object can have moved from only one source.", other.Range, other.From, m.To, m.From)
			}
		}
		at := m.To
		for range moves {
			next := slices.IndexFunc(moves, func(other schema.Move) bool { return other.From == at })
			if next < 0 {
				break
			}
			if at = moves[next].To; at == m.From || at == m.To {
				r.error(m.Range, "Cyclic dependency in move statements", "Following the moves from %s leads back to %s: moves can't form a cycle.", m.From, at)
				return
			}
		}
	}
}

// shareNames reports whether a name means the same object at two addresses. Objects of different
// kinds may have the same name; plan refuses equal ids.
func shareNames(one, other string) bool {
	a, err1 := schema.ParseAddr(one)
	b, err2 := schema.ParseAddr(other)
	if err1 != nil || err2 != nil {
		return true
	}
	k, l := kinds.Named(a.Kind), kinds.Named(b.Kind)
	return a.Kind == b.Kind || k != nil && l != nil && k.IsApp() && l.IsApp()
}

func (r *identityReader) checkImports(imports []schema.Import) {
	for i, a := range imports {
		for _, other := range imports[:i] {
			switch {
			case other.To == a.To:
				r.error(a.Range, "Duplicate import", "The import of an object as %s is declared already at %s.", a.To, other.Range)
			case other.ID != "" && other.ID == a.ID && shareNames(other.To, a.To):
				r.error(a.Range, "Duplicate import", "%s is imported as %s already, at %s.", a.ID, other.To, other.Range)
			}
		}
	}
}
