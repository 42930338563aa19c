package config

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// step is part of an address in the place of an expression: a name, or the key of an instance.
type step struct {
	name string
	key  hcl.Expression // nil: a name
}

// steps splits an address; ok is false if the expression is no address. In the JSON syntax it is a
// string.
func steps(expr hcl.Expression) (list []step, ok bool) {
	switch expr := expr.(type) {
	case *hclsyntax.RelativeTraversalExpr:
		list, ok = steps(expr.Source)
		return append(list, traversalSteps(expr.Traversal)...), ok
	case *hclsyntax.IndexExpr:
		list, ok = steps(expr.Collection)
		return append(list, step{key: expr.Key}), ok
	case hclsyntax.Expression:
		t, diags := hcl.AbsTraversalForExpr(expr)
		return traversalSteps(t), !diags.HasErrors()
	}
	v, diags := expr.Value(nil)
	if text := schema.Text(v); !diags.HasErrors() && text != "" {
		inner, diags := hclsyntax.ParseExpression([]byte(text), expr.Range().Filename, expr.Range().Start)
		if !diags.HasErrors() {
			return steps(inner)
		}
	}
	return nil, false
}

func traversalSteps(t hcl.Traversal) []step {
	var list []step
	for _, s := range t {
		switch s := s.(type) {
		case hcl.TraverseRoot:
			list = append(list, step{name: s.Name})
		case hcl.TraverseAttr:
			list = append(list, step{name: s.Name})
		case hcl.TraverseIndex:
			list = append(list, step{key: hcl.StaticExpr(s.Key, s.SrcRange)})
		}
	}
	return list
}

// keyVariables returns the references in the instance keys of an address.
func keyVariables(expr hcl.Expression) []hcl.Traversal {
	list, _ := steps(expr)
	var refs []hcl.Traversal
	for _, s := range list {
		if s.key != nil {
			refs = append(refs, s.key.Variables()...)
		}
	}
	return refs
}

// target is the address of an object, a block or a module.
type target struct {
	text  string // with the path from the root module
	kind  string // "" for a module
	keyed bool   // its last step is an instance key
}

// target reads an address in the place of an expression. It is relative to the module that contains
// the block. If ctx is nil, instance keys must not contain references.
func (r *identityReader) target(in *instance, a *hcl.Attribute, ctx *hcl.EvalContext) (target, bool) {
	bad := func(format string, args ...any) (target, bool) {
		r.error(a.Expr.Range(), "Invalid address", format, args...)
		return target{}, false
	}
	list, ok := steps(a.Expr)
	if !ok {
		return bad("%s must be an address such as service_app.reporter, group.staff[\"emea\"] or module.team.", a.Name)
	}
	var out target
	var names []string // without keys
	for _, s := range list {
		if s.key == nil {
			names, out.keyed = append(names, s.name), false
			if out.text != "" {
				out.text += "."
			}
			out.text += s.name
			continue
		}
		key, diags := s.key.Value(ctx)
		r.diags = append(r.diags, diags...)
		switch key, marks := key.Unmark(); {
		case diags.HasErrors() || !key.IsKnown() && (in.placeholder || r.eval.c.opts.Incomplete):
			return target{}, false
		case len(marks) > 0 || key.IsNull() || !key.IsKnown() || key.Type() != cty.String && key.Type() != cty.Number:
			return bad("The instance key in %s must be a string or a number that is known before the org is read, and not sensitive.", a.Name)
		default:
			out.text, out.keyed = out.text+"["+schema.InstanceKey(key)+"]", true
		}
	}
	for len(names) > 2 && names[0] == "module" {
		names = names[2:]
	}
	if len(names) != 2 || names[0] != "module" {
		var kindNames []string
		for _, k := range kinds.All() {
			kindNames = append(kindNames, k.Name)
		}
		if len(names) != 2 || !slices.Contains(kindNames, names[0]) {
			return bad("%s is not the address of an object, a block or a module, such as service_app.reporter, group.staff[\"emea\"] or module.team.%s", out.text, DidYouMean(names[0], kindNames))
		}
		out.kind = names[0]
	}
	if in.scope.path != "" {
		out.text = in.scope.path + "." + out.text
	}
	return out, true
}
