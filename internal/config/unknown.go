package config

import (
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// Unknown is a part of an object whose value a review does not see: it is unknown when a
// configuration is read without an org, or it is sensitive.
type Unknown struct {
	Addr schema.Addr // of the object, or of its block if its instances are unknown
	Kind *schema.Kind
	// Attribute is the attribute or type of blocks; "" for the whole block.
	Attribute string
	// Print is the same in two versions if the value is computed in the same way from the same
	// values.
	Print     string
	Range     hcl.Range
	Sensitive bool // whether only its being sensitive hides the value
}

// Unknowns returns the attributes and blocks of objects with unknown or sensitive values, except
// those that only Okta sets, such as ids.
func (c *Config) Unknowns() (list []Unknown) {
	e := c.Evaluate(nil)
	e.mu.Lock()
	defer e.mu.Unlock()
	e.walk(func(in *instance) {
		if in.node.class == classOrg {
			list = append(list, e.unknownsOfOrg(in)...)
		}
		if in.node.class != classObject || in.node.broken || in.placeholder {
			return
		}
		e.eval(in)
		if in.desired == nil {
			return
		}
		says := declarable(in.node.kind)
		what := Unknown{Addr: in.addr(), Kind: in.node.kind, Range: in.node.rng}
		body, ok := in.node.block.Body.(*hclsyntax.Body)
		if !ok || !in.desired.Value.IsKnown() {
			if !ok && !slices.ContainsFunc(says, func(name string) bool { return unknownAttribute(in, name) }) {
				return
			}
			what.Print = e.blockFingerprint(in)
			list = append(list, what)
			return
		}
		parts := partsOf(body)
		for _, name := range slices.Sorted(maps.Keys(parts)) {
			if len(parts[name]) == 0 || !slices.Contains(says, name) || !unknownAttribute(in, name) && !e.obscureLocals(in, body, name) {
				continue
			}
			m := e.meaning()
			for _, block := range body.Blocks {
				if block.Type == name || block.Type == "dynamic" && len(block.Labels) > 0 && block.Labels[0] == name {
					m.source(block.Range())
				}
			}
			for _, expr := range parts[name] {
				m.expression(in, expr)
			}
			what.Attribute, what.Range, what.Print, what.Sensitive = name, parts[name][0].Range(), m.sum(), onlySensitive(in, name)
			list = append(list, what)
		}
	})
	return list
}

// unknownsOfOrg returns the attributes of the org block with unknown values.
func (e *Evaluation) unknownsOfOrg(in *instance) (list []Unknown) {
	body, ok := in.node.block.Body.(*hclsyntax.Body)
	if !ok {
		return nil
	}
	for _, expr := range expressions(body) {
		if v, diags := expr.Value(e.context(in)); !diags.HasErrors() && hidden(v) {
			list = append(list, Unknown{Attribute: "org", Print: e.fingerprint(in, v, expr), Range: expr.Range()})
		}
	}
	return list
}

// declarable returns the names that a configuration can set for a kind.
func declarable(k *schema.Kind) (names []string) {
	for i := range k.Attrs {
		if !k.Attrs[i].Computed {
			names = append(names, k.Attrs[i].Name)
		}
	}
	for i := range k.Blocks {
		names = append(names, k.Blocks[i].Type)
	}
	return names
}

// declaredValue returns a declared part of an object; false if it is not declared.
func declaredValue(d *schema.Desired, name string) (cty.Value, bool) {
	if v, local := d.Local[name]; local {
		return v, true
	}
	if !d.Value.Has(name) {
		return cty.NilVal, false
	}
	return d.Value.GetAttr(name), true
}

// onlySensitive reports whether a declared part of an object is hidden, but known.
func onlySensitive(in *instance, name string) bool {
	v, found := declaredValue(in.desired, name)
	if !found || !v.ContainsMarked() {
		return false
	}
	bare, _ := v.UnmarkDeep()
	return bare.IsWhollyKnown()
}

// unknownAttribute reports whether a review does not see a declared part of an object. An object
// that is referred to is known by its address.
func unknownAttribute(in *instance, name string) bool {
	d := in.desired
	v, found := declaredValue(d, name)
	if !found {
		return false
	}
	b := d.Kind.Block(name)
	if a := d.Kind.Attr(name); a != nil && a.Sensitive {
		v, _ = v.UnmarkDeep() // a password: what sets another one, its version, is not sensitive
	}
	if b == nil || v.IsMarked() {
		return hidden(v)
	}
	if !v.IsKnown() {
		return true
	}
	for _, block := range schema.Elements(v) {
		for i := range b.Attrs {
			if a := &b.Attrs[i]; (!a.Computed || a.Derive != nil) && block.Type().HasAttribute(a.Name) && hidden(block.GetAttr(a.Name)) {
				return true
			}
		}
	}
	return false
}

// obscureLocals reports whether local attributes in the blocks of a type are unknown, such as the
// text of a key, which the object does not contain.
func (e *Evaluation) obscureLocals(in *instance, body *hclsyntax.Body, name string) bool {
	b := in.node.kind.Block(name)
	if b == nil {
		return false
	}
	for _, block := range body.Blocks {
		if block.Type != name {
			continue
		}
		for i := range b.Attrs {
			given := block.Body.Attributes[b.Attrs[i].Name]
			if given == nil || !b.Attrs[i].Local {
				continue
			}
			if v, diags := given.Expr.Value(e.context(in)); !diags.HasErrors() && hidden(v) {
				return true
			}
		}
	}
	return false
}

// hidden reports whether a review does not see the value or a part of it, because it is unknown or
// sensitive: reviews replace sensitive values by unknown ones.
func hidden(v cty.Value) bool {
	if v.IsMarked() {
		return true
	}
	switch t := v.Type(); {
	case !v.IsKnown():
		return true
	case v.IsNull() || !t.IsObjectType() && !t.IsTupleType() && !t.IsCollectionType():
		return false
	case t.Equals(schema.Ref):
		return !slices.ContainsFunc([]string{"addr", "id", "name"}, func(name string) bool {
			part, _ := v.GetAttr(name).Unmark()
			return part.IsKnown() && !part.IsNull() && part.AsString() != ""
		})
	}
	for it := v.ElementIterator(); it.Next(); {
		if _, each := it.Element(); hidden(each) {
			return true
		}
	}
	return false
}
