package config

import (
	"fmt"
	"regexp"
	"slices"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// identityBlocks say which object is which.
var identityBlocks = []string{"moved", "removed", "adopt"}

var (
	movedSchema   = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "from", Required: true}, {Name: "to", Required: true}}}
	removedSchema = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "from", Required: true}, {Name: "destroy"}, {Name: "user"}, {Name: "group"}},
		Blocks: []hcl.BlockHeaderSchema{{Type: "lifecycle"}}}
	destroySchema = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "destroy"}}}
	adoptSchema   = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "to", Required: true}, {Name: "id"}, {Name: "label"}}}
)

// Identity evaluates the moved, removed and adopt blocks.
func (e *Evaluation) Identity() (schema.Identity, hcl.Diagnostics) {
	id := schema.Identity{PreviousOwner: e.c.PreviousOwner}
	if len(e.c.identity) == 0 {
		return id, nil
	}
	declared, _ := e.All()
	r := &identityReader{eval: e, declared: declared}
	for _, block := range e.c.identity {
		switch block.Type {
		case "moved":
			if m, ok := r.moved(block); ok {
				id.Moves = append(id.Moves, m)
			}
		case "removed":
			if removal, ok := r.removed(block); ok {
				id.Removals = append(id.Removals, removal)
			}
		case "adopt":
			if a, ok := r.adopt(block); ok {
				id.Adoptions = append(id.Adoptions, a)
			}
		}
	}
	r.checkMoves(id.Moves)
	r.checkAdoptions(id.Adoptions)
	return id, r.diags
}

// identityReader decodes the blocks and collects what is wrong with them.
type identityReader struct {
	eval     *Evaluation
	declared []schema.Desired
	diags    hcl.Diagnostics
}

func (r *identityReader) error(at hcl.Range, summary, format string, args ...any) {
	r.diags = append(r.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: fmt.Sprintf(format, args...), Subject: &at})
}

// declaredUnder finds a declared object at the address, or below it.
func (r *identityReader) declaredUnder(addr string) *schema.Desired {
	i := slices.IndexFunc(r.declared, func(d schema.Desired) bool { return schema.Under(addr, d.Addr.String()) })
	if i < 0 {
		return nil
	}
	return &r.declared[i]
}

func (r *identityReader) content(block *hcl.Block, s *hcl.BodySchema) (*hcl.BodyContent, bool) {
	content, diags := block.Body.Content(s)
	r.diags = append(r.diags, diags...)
	return content, !diags.HasErrors()
}

func (r *identityReader) moved(block *hcl.Block) (schema.Move, bool) {
	content, ok := r.content(block, movedSchema)
	if !ok {
		return schema.Move{}, false
	}
	from, ok1 := r.target(content.Attributes["from"])
	to, ok2 := r.target(content.Attributes["to"])
	switch {
	case !ok1 || !ok2:
		return schema.Move{}, false
	case from.kind == "" != (to.kind == ""):
		r.error(block.DefRange, "Invalid \"moved\" addresses", "The \"from\" and \"to\" addresses must either both refer to objects or both refer to modules.")
		return schema.Move{}, false
	case from.kind != to.kind:
		r.error(block.DefRange, "Object kind mismatch", "This statement declares a move from %s to %s, which is an object of another kind. Okta can't change what kind an object is: let the old one go, and declare the new one.", from.text, to.text)
		return schema.Move{}, false
	case from.text == to.text:
		r.error(block.DefRange, "Redundant move statement", "This statement declares a move from %s to the same address, which is the same as not declaring this move at all.", from.text)
		return schema.Move{}, false
	}
	m := schema.Move{From: from.text, To: to.text, Exact: !from.keyed && to.keyed, Range: block.DefRange}
	for _, d := range r.declared {
		if addr := d.Addr.String(); m.Covers(addr) && !(schema.Under(m.To, addr) && m.To != addr) {
			r.error(block.DefRange, "Moved object still exists", "This statement declares a move from %s, but that object is still declared at %s. Change the configuration so that this object is no longer declared, or take the moved block out.", from.text, d.Range)
			return m, false
		}
	}
	return m, true
}

func (r *identityReader) removed(block *hcl.Block) (schema.Removal, bool) {
	content, ok := r.content(block, removedSchema)
	if !ok {
		return schema.Removal{}, false
	}
	from, ok := r.target(content.Attributes["from"])
	if !ok {
		return schema.Removal{}, false
	}
	removal := schema.Removal{From: from.text, Destroy: true, Range: block.DefRange}
	attrs := []*hcl.Attribute{content.Attributes["destroy"]}
	for _, lifecycle := range content.Blocks {
		inner, ok := r.content(lifecycle, destroySchema)
		if !ok {
			return removal, false
		}
		attrs = append(attrs, inner.Attributes["destroy"])
	}
	attrs = slices.DeleteFunc(attrs, func(a *hcl.Attribute) bool { return a == nil })
	if len(attrs) > 1 {
		r.error(attrs[1].Range, "Duplicate argument", "destroy is said already at %s.", attrs[0].Range)
		return removal, false
	}
	for _, a := range attrs {
		v, diags := a.Expr.Value(nil)
		r.diags = append(r.diags, diags...)
		if diags.HasErrors() || v.IsNull() || v.Type() != cty.Bool {
			r.error(a.Range, "Invalid value for destroy", "destroy is true or false.")
			return removal, false
		}
		removal.Destroy = v.True()
	}
	if k := schema.KindNamed(from.kind); k != nil && k.Mark == schema.MarkNone && !k.Attached {
		r.diags = append(r.diags, &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: "Nothing to remove",
			Detail:  fmt.Sprintf("A %s carries no mark in the org and is touched only while it is declared, so this block does nothing: %s stays as it is.", k.Title, from.text),
			Subject: &block.DefRange})
	}
	if removal.Principal, ok = r.removedPrincipal(from, removal.Destroy, content, block); !ok {
		return removal, false
	}
	if d := r.declaredUnder(from.text); d != nil {
		r.error(block.DefRange, "Removed object still exists", "This statement declares that %s was removed, but it is still declared at %s. Take that block out, or this one.", d.Addr, d.Range)
		return removal, false
	}
	return removal, true
}

func (r *identityReader) adopt(block *hcl.Block) (schema.Adoption, bool) {
	content, ok := r.content(block, adoptSchema)
	if !ok {
		return schema.Adoption{}, false
	}
	to, ok := r.target(content.Attributes["to"])
	if !ok {
		return schema.Adoption{}, false
	}
	a := schema.Adoption{To: to.text, Range: block.DefRange}
	if !slices.ContainsFunc(r.declared, func(d schema.Desired) bool { return d.Addr.String() == to.text }) {
		var addrs []string
		for _, d := range r.declared {
			addrs = append(addrs, d.Addr.String())
		}
		r.error(content.Attributes["to"].Range, "Configuration for adoption target does not exist", "%s isn't declared: an object is adopted into a block that says what it shall be.%s", to.text, didYouMean(to.text, addrs))
		return a, false
	}
	id, label := content.Attributes["id"], content.Attributes["label"]
	if (id == nil) == (label == nil) {
		r.error(block.DefRange, "Adoption of what?", "adopt names the existing object either with id (its id, client id, group name or login) or with label.")
		return a, false
	}
	if id != nil {
		a.ID, ok = r.text(id)
	} else {
		a.Label, ok = r.text(label)
	}
	return a, ok
}

// text evaluates an attribute that must be known before anything is read.
func (r *identityReader) text(a *hcl.Attribute) (string, bool) {
	main := r.eval.main
	n := &node{class: classLocal, module: main.module, expr: a.Expr}
	l := linker{config: r.eval.c, node: n, uses: map[*node]*use{}}
	for _, t := range n.traversals() {
		l.link(t, false)
	}
	r.diags = append(r.diags, l.diags...)
	if n.broken {
		return "", false
	}
	r.eval.mu.Lock()
	ctx := r.eval.context(&instance{node: n, scope: main})
	r.eval.mu.Unlock()
	v, diags := a.Expr.Value(ctx)
	r.diags = append(r.diags, diags...)
	v, marks := v.Unmark()
	switch {
	case diags.HasErrors():
		return "", false
	case !v.IsKnown() && r.eval.c.opts.Incomplete:
		return "", true
	case len(marks) > 0 || v.IsNull() || !v.IsKnown() || v.Type() != cty.String || v.AsString() == "":
		r.error(a.Expr.Range(), "Invalid value for "+a.Name, "%s names an existing object, so it is a text that is known before the org is read, not empty and not sensitive.", a.Name)
		return "", false
	}
	return v.AsString(), true
}

// target is the address of an object, a block or a module.
type target struct {
	text  string
	kind  string // "" for a module
	keyed bool   // its last step is an instance key
}

// target reads an address that stands where an expression could.
func (r *identityReader) target(a *hcl.Attribute) (target, bool) {
	t, diags := hcl.AbsTraversalForExpr(a.Expr)
	if diags.HasErrors() {
		r.error(a.Expr.Range(), "Invalid address", "%s is an address such as service_app.reporter, group.staff[\"emea\"] or module.team.", a.Name)
		return target{}, false
	}
	out := target{text: t.RootName()}
	steps := []string{t.RootName()} // names without keys
	for _, step := range t[1:] {
		switch step := step.(type) {
		case hcl.TraverseAttr:
			out.text, out.keyed = out.text+"."+step.Name, false
			steps = append(steps, step.Name)
		case hcl.TraverseIndex:
			out.text, out.keyed = out.text+"["+schema.InstanceKey(step.Key)+"]", true
		}
	}
	for len(steps) > 2 && steps[0] == "module" {
		steps = steps[2:]
	}
	if len(steps) == 2 && steps[0] == "module" {
		return out, true
	}
	var kinds []string
	for _, k := range schema.Kinds() {
		kinds = append(kinds, k.Name)
	}
	if len(steps) != 2 || !slices.Contains(kinds, steps[0]) {
		r.error(a.Expr.Range(), "Invalid address", "%s is not the address of an object, a block or a module, such as service_app.reporter, group.staff[\"emea\"] or module.team.%s", out.text, didYouMean(steps[0], kinds))
		return target{}, false
	}
	out.kind = steps[0]
	return out, true
}

// checkMoves finds moves that don't say one thing.
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
				r.error(m.Range, "Cyclic dependency in move statements", "Following the moves from %s leads back to %s: an object can't move in a circle.", m.From, at)
				return
			}
		}
	}
}

func (r *identityReader) checkAdoptions(adoptions []schema.Adoption) {
	for i, a := range adoptions {
		for _, other := range adoptions[:i] {
			switch {
			case other.To == a.To:
				r.error(a.Range, "Duplicate adoption", "The adoption of an object as %s is declared already at %s.", a.To, other.Range)
			case other.ID != "" && other.ID == a.ID:
				r.error(a.Range, "Duplicate adoption", "%s is adopted as %s already, at %s.", a.ID, other.To, other.Range)
			}
		}
	}
}

var suffix = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`) })

// evalNames reads what the org block says about names.
func (c *Config) evalNames(v cty.Value, content *hcl.BodyContent) hcl.Diagnostics {
	var diags hcl.Diagnostics
	given := func(name string) (string, bool) {
		a := content.Attributes[name]
		if a == nil || v.GetAttr(name).IsNull() || !v.GetAttr(name).IsKnown() {
			return "", false
		}
		if v.GetAttr(name).IsMarked() {
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Sensitive value for " + name,
				Detail: name + " stands in the org and in messages, so it can't be made from a sensitive value.", Subject: a.Expr.Range().Ptr()})
			return "", false
		}
		return str(v.GetAttr(name)), true
	}
	bad := func(name, summary, format string, args ...any) {
		diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: fmt.Sprintf(format, args...), Subject: content.Attributes[name].Expr.Range().Ptr()})
	}
	if previous, ok := given("previous_owner"); ok {
		if err := schema.CheckOwner(previous); err != nil {
			bad("previous_owner", "Invalid owner", "%s.", err)
		} else if previous == str(v.GetAttr("owner")) {
			bad("previous_owner", "previous_owner is the owner", "%q is org.owner itself: previous_owner names what it was before.", previous)
		}
		c.PreviousOwner = previous
	}
	if text, ok := given("name_suffix"); ok && text != "" {
		if !suffix().MatchString(text) {
			bad("name_suffix", "Invalid name_suffix", "%q: a suffix stands in logins too, so it is 1 to 64 letters, digits and ._- characters, for example %q.", text, "-pr-12")
		}
		c.NameSuffix = text
	}
	return diags
}

// orgScope is what a reference to org evaluates to.
func (c *Config) orgScope() cty.Value {
	return cty.ObjectVal(map[string]cty.Value{"owner": cty.StringVal(c.Owner), "url": cty.StringVal(c.URL), "name_suffix": cty.StringVal(c.NameSuffix)})
}

// addSuffix appends the suffix to a name that must be unique in the org; in a
// login it stands before the @.
func (c *Config) addSuffix(k *schema.Kind, attrs map[string]cty.Value) {
	if c.NameSuffix == "" || !k.Unique || k.Attached {
		return
	}
	label, marks := attrs[k.Label].Unmark()
	if text := str(label); text != "" {
		attrs[k.Label] = cty.StringVal(withSuffix(text, c.NameSuffix, k.Mark == schema.MarkNone)).WithMarks(marks)
	}
}

func withSuffix(name, suffix string, login bool) string {
	if i := slices.Index([]byte(name), '@'); login && i >= 0 {
		return name[:i] + suffix + name[i:]
	}
	return name + suffix
}
