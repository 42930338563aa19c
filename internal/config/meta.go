package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/oktaform/oktaform/schema"
)

// repeatArguments control how often and when an object's or a module's block is used.
var repeatArguments = []hcl.AttributeSchema{{Name: "for_each"}, {Name: "count"}, {Name: "depends_on"}}

// metaArguments are the arguments of every object's block besides its kind's own.
var metaArguments = &hcl.BodySchema{
	Attributes: append(slices.Clone(repeatArguments), hcl.AttributeSchema{Name: "authoritative"}),
	Blocks:     []hcl.BlockHeaderSchema{{Type: "lifecycle"}},
}

var lifecycleSchema = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "prevent_destroy"}, {Name: "ignore_changes"}},
	Blocks: []hcl.BlockHeaderSchema{{Type: "precondition"}, {Type: "postcondition"}}}

// metaVariables returns the references in the meta-arguments. The names in ignore_changes are
// attributes, not references.
func (n *node) metaVariables() []hcl.Traversal {
	var list []hcl.Traversal
	if a := n.meta.Attributes["authoritative"]; a != nil {
		list = a.Expr.Variables()
	}
	for _, block := range n.meta.Blocks.OfType("lifecycle") {
		content, _, _ := block.Body.PartialContent(lifecycleSchema)
		if a := content.Attributes["prevent_destroy"]; a != nil {
			list = append(list, a.Expr.Variables()...)
		}
	}
	for _, r := range n.postconditions {
		list = append(list, slices.DeleteFunc(r.variables(), isSelf)...)
	}
	return list
}

// isSelf reports whether a reference is to the object that contains the postcondition.
func isSelf(t hcl.Traversal) bool { return t.RootName() == "self" }

// declareConditions separates the conditions from the lifecycle block. Other contents are checked
// with the arguments.
func (n *node) declareConditions() hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, block := range n.meta.Blocks.OfType("lifecycle") {
		content, _, _ := block.Body.PartialContent(lifecycleSchema) // reported by dec.lifecycle
		for _, b := range content.Blocks {
			r, more := decodeRule(b)
			diags = append(diags, more...)
			switch {
			case more.HasErrors():
			case b.Type == "precondition":
				n.rules = append(n.rules, r)
			default:
				n.postconditions = append(n.postconditions, r)
			}
		}
	}
	return diags
}

// metaArguments decodes the arguments about how the object is treated.
func (n *node) metaArguments(d *schema.Desired, dec *decoder) {
	if a := n.meta.Attributes["authoritative"]; a != nil {
		d.Additive = dec.authoritative(n.kind, a)
		d.Positions = append(d.Positions, schema.Position{Name: a.Name, Range: a.Range})
	}
	for i, block := range n.meta.Blocks.OfType("lifecycle") {
		if i > 0 {
			dec.error(&hcl.Attribute{Range: block.DefRange}, "Duplicate lifecycle block", "%s has a lifecycle block already.", d.Addr)
			return
		}
		d.Lifecycle = dec.lifecycle(n.kind, block)
	}
	if !n.kind.Owned() {
		return
	}
	d.Owner.Protect, d.Owner.Additive = d.Lifecycle.PreventDestroy, slices.Contains(d.Additive, "admin_role")
	if a := n.kind.MarkedAttr(); a != nil && d.Value.IsKnown() {
		if _, err := n.kind.MarkedText(schema.Text(d.Value.GetAttr(a.Name)), d.Owner); err != nil {
			at := d.Range
			if r, ok := d.Positions.At(a.Name); ok {
				at = r
			}
			dec.diags = append(dec.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: strings.ToUpper(a.Name[:1]) + a.Name[1:] + " too long", Detail: err.Error() + ".", Subject: &at})
		}
	}
}

// authoritative returns the names of the additive sets.
func (dec *decoder) authoritative(k *schema.Kind, a *hcl.Attribute) []string {
	v, diags := a.Expr.Value(dec.ctx)
	dec.diags = append(dec.diags, diags...)
	if diags.HasErrors() {
		return nil
	}
	v, _ = v.UnmarkDeep()
	sets := k.Sets()
	if len(sets) == 0 {
		dec.error(a, "authoritative without a set", "A %s has no sets such as scopes, members or roles.", k.Title)
		return nil
	}
	if v.IsWhollyKnown() && !v.IsNull() && (v.Type().IsObjectType() || v.Type().IsMapType()) {
		var names []string
		for it := v.ElementIterator(); it.Next(); {
			name, on := it.Element()
			on, err := convert.Convert(on, cty.Bool)
			switch {
			case !slices.Contains(sets, name.AsString()):
				dec.error(a, "Unsupported set", "A %s has no set %q that could be additive; it has %s.%s", k.Title, name.AsString(), strings.Join(sets, ", "), DidYouMean(name.AsString(), sets))
			case err != nil || on.IsNull():
				dec.error(a, "Invalid value for authoritative", "%s is true or false.", name.AsString())
			case on.False():
				names = append(names, name.AsString())
			}
		}
		return names
	}
	on, err := convert.Convert(v, cty.Bool)
	if err != nil || on.IsNull() || !on.IsKnown() {
		dec.error(a, "Invalid value for authoritative", "authoritative must be true, false, or an object with a value for single sets, for example { %s = false }.", sets[0])
		return nil
	}
	if on.True() {
		return nil
	}
	return sets
}

func (dec *decoder) lifecycle(k *schema.Kind, block *hcl.Block) schema.Lifecycle {
	var l schema.Lifecycle
	content, remain, diags := block.Body.PartialContent(lifecycleSchema)
	dec.diags = append(dec.diags, diags...)
	others, _ := remain.JustAttributes()
	for _, name := range []string{"create_before_destroy", "replace_triggered_by"} {
		if a := others[name]; a != nil {
			dec.error(a, "Unsupported lifecycle argument", "%s isn't needed: a replacement is always created before the old object is deleted, and only attributes that Okta can't change cause one.", name)
		}
	}
	given := &hcl.BodySchema{}
	for _, name := range sortedNames(others) {
		given.Attributes = append(given.Attributes, hcl.AttributeSchema{Name: name})
		if name == "create_before_destroy" || name == "replace_triggered_by" {
			continue
		}
		dec.error(others[name], "Unsupported argument", "lifecycle has no argument %q.%s", name, DidYouMean(name, []string{"prevent_destroy", "ignore_changes"}))
	}
	_, diags = remain.Content(given) // the arguments are checked above; this is about blocks
	dec.diags = append(dec.diags, diags...)
	if a := content.Attributes["prevent_destroy"]; a != nil {
		v, diags := a.Expr.Value(dec.ctx)
		dec.diags = append(dec.diags, diags...)
		v, _ = v.UnmarkDeep()
		on, err := convert.Convert(v, cty.Bool)
		switch {
		case diags.HasErrors():
		case err != nil || on.IsNull():
			dec.error(a, "Invalid value for prevent_destroy", "prevent_destroy must be true or false.")
		default:
			l.PreventDestroy = on.IsKnown() && on.True()
		}
	}
	if a := content.Attributes["ignore_changes"]; a != nil {
		l.IgnoreAll, l.Ignore = dec.ignoreChanges(k, a)
	}
	return l
}

// ignoreChanges reads a list of attribute names, or the keyword all.
func (dec *decoder) ignoreChanges(k *schema.Kind, a *hcl.Attribute) (all bool, names []string) {
	if name, ok := bareName(a.Expr); ok && name == "all" {
		return true, nil
	}
	list, diags := hcl.ExprList(a.Expr)
	if diags.HasErrors() {
		dec.error(a, "Invalid ignore_changes", "ignore_changes must be a list of attributes, for example [%s], or all.", k.Label)
		return false, nil
	}
	var known []string
	for name := range k.Type().AttributeTypes() {
		known = append(known, name)
	}
	slices.Sort(known)
	for _, expr := range list {
		at := &hcl.Attribute{Expr: expr, Range: expr.Range()}
		name, ok := bareName(expr)
		switch {
		case !ok:
			dec.error(at, "Invalid ignore_changes", "Each element must be the name of an attribute or of a type of nested block.")
		case !slices.Contains(known, name):
			dec.error(at, "Unsupported attribute", "A %s has no attribute %q.%s", k.Title, name, DidYouMean(name, known))
		default:
			names = append(names, name)
		}
	}
	return false, names
}

// bareName returns the name that an expression consists of, with or without quotes.
func bareName(expr hcl.Expression) (string, bool) {
	if t, diags := hcl.AbsTraversalForExpr(expr); !diags.HasErrors() {
		return t.RootName(), len(t) == 1
	}
	if v, diags := expr.Value(nil); !diags.HasErrors() && v.Type() == cty.String && v.IsKnown() && !v.IsNull() {
		return v.AsString(), true
	}
	return "", false
}

func sortedNames(attrs hcl.Attributes) []string {
	var names []string
	for name := range attrs {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// additiveSets warns of sets from which nothing is ever removed.
func additiveSets(declared []schema.Desired) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, d := range declared {
		if len(d.Additive) == 0 {
			continue
		}
		subject, _ := d.Positions.At("authoritative")
		diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: "Additive set",
			Detail: fmt.Sprintf("%s isn't authoritative for %s: elements that others add stay, and elements that you remove from the file stay too. An additive set never revokes.",
				d.Addr, strings.Join(d.Additive, ", ")),
			Subject: &subject})
	}
	return diags
}
