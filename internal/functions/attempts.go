package functions

import (
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/customdecode"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// can and try evaluate their arguments themselves, and their result shows whether that succeeds.
// The result therefore has the marks of everything that the expression reads: otherwise a secret
// could be found out character by character.
//
// As in Terraform, a missing file is a failure like others. If the result is about another machine,
// it is unknown then (see Options.Elsewhere). A refused file fails the whole expression, because
// whether a path leads to a private folder, or out of the configuration's, may differ between the
// machine that reviews and the one that applies.

func canFunc(marks *markCache) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "expression", Type: customdecode.ExpressionClosureType}},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			a := marks.attempt(args[0])
			found := a.marks
			if refusal := refusalIn(a.diags); refusal != nil {
				return cty.NilVal, refusal
			}
			switch {
			case a.diags.HasErrors():
				return cty.False.WithMarks(found), nil
			case !succeeds(a.expr, a.value): // it may turn out to be an error
				return cty.UnknownVal(cty.Bool).WithMarks(found), nil
			}
			return cty.True.WithMarks(found), nil
		},
	})
}

func tryFunc(marks *markCache) function.Function {
	return function.New(&function.Spec{
		VarParam: &function.Parameter{Name: "expressions", Type: customdecode.ExpressionClosureType},
		// The result type is dynamic, so that each expression is evaluated once: otherwise nested
		// calls would double the time with each level.
		Type: function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if len(args) == 0 {
				return cty.NilVal, errors.New("at least one argument is required")
			}
			all := cty.ValueMarks{}
			var failures strings.Builder
			for _, arg := range args {
				a := marks.attempt(arg)
				maps.Copy(all, a.marks)
				if refusal := refusalIn(a.diags); refusal != nil {
					return cty.NilVal, refusal
				}
				switch {
				case a.diags.HasErrors():
					explainFailure(&failures, a.diags, len(a.marks) > 0)
				case !succeeds(a.expr, a.value): // another one may be the first that succeeds
					return cty.DynamicVal.WithMarks(all), nil
				default:
					return a.value.WithMarks(all), nil
				}
			}
			return cty.NilVal, fmt.Errorf("no expression succeeded:\n%s\nAt least one expression must produce a successful result", failures.String())
		},
	})
}

// explainFailure quotes the errors of an expression, unless they may quote a secret.
func explainFailure(b *strings.Builder, diags hcl.Diagnostics, sensitive bool) {
	for _, diag := range diags {
		detail := diag.Detail
		if sensitive {
			detail = "The expression uses a sensitive value, so the error isn't shown."
		}
		if diag.Subject != nil {
			fmt.Fprintf(b, "- %s (at %s)\n  %s\n", diag.Summary, diag.Subject, detail)
		} else {
			fmt.Fprintf(b, "- %s\n  %s\n", diag.Summary, detail)
		}
	}
}

// attempted is an evaluated expression with the marks of what it reads.
type attempted struct {
	expr  hcl.Expression
	value cty.Value
	marks cty.ValueMarks
	diags hcl.Diagnostics
}

func (c *markCache) attempt(arg cty.Value) attempted {
	closure := customdecode.ExpressionClosureFromVal(arg)
	r := &reads{cache: c, ctx: closure.EvalContext, marks: cty.ValueMarks{}}
	v, diags := closure.Expression.Value(r.listening(closure.Expression))
	r.follow(closure.Expression)
	return attempted{expr: closure.Expression, value: v, marks: r.marks, diags: diags}
}

// reads collects the marks of what an expression reads.
type reads struct {
	cache *markCache
	ctx   *hcl.EvalContext
	marks cty.ValueMarks
}

func (r *reads) deep(v cty.Value) {
	if v != cty.NilVal && r.cache.contains(v) {
		_, marks := v.UnmarkDeep()
		maps.Copy(r.marks, marks)
	}
}

func (r *reads) shallow(v cty.Value) cty.Value {
	bare, marks := v.Unmark()
	maps.Copy(r.marks, marks)
	return bare
}

// follow follows an access such as local.apps[each.key].name: other elements do not affect whether
// it succeeds. Of any other expression, everything that it names is read.
func (r *reads) follow(expr hcl.Expression) (last cty.Value, ok bool) {
	switch x := expr.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		return r.steps(r.variable(x.Traversal.RootName()), x.Traversal[1:])
	case *hclsyntax.RelativeTraversalExpr:
		if v, ok := r.follow(x.Source); ok {
			return r.steps(v, x.Traversal)
		}
		return cty.NilVal, false
	case *hclsyntax.IndexExpr:
		r.all(x.Key)
		v, ok := r.follow(x.Collection)
		key, diags := x.Key.Value(r.ctx)
		if !ok || diags.HasErrors() {
			return cty.NilVal, false
		}
		return r.steps(v, hcl.Traversal{hcl.TraverseIndex{Key: r.shallow(key)}})
	case interface{ UnwrapExpression() hcl.Expression }:
		return r.follow(x.UnwrapExpression())
	case *hclsyntax.ParenthesesExpr:
		return r.follow(x.Expression)
	}
	r.all(expr)
	return cty.NilVal, false
}

func (r *reads) all(expr hcl.Expression) {
	for _, t := range expr.Variables() {
		if v, ok := r.steps(r.variable(t.RootName()), t[1:]); ok {
			r.deep(v)
		}
	}
}

func (r *reads) variable(name string) cty.Value {
	for ctx := r.ctx; ctx != nil; ctx = ctx.Parent() {
		if v, ok := ctx.Variables[name]; ok {
			return v
		}
	}
	return cty.NilVal
}

func (r *reads) steps(v cty.Value, path hcl.Traversal) (last cty.Value, ok bool) {
	for _, step := range path {
		if v == cty.NilVal {
			return v, false
		}
		bare := r.shallow(v)
		var diags hcl.Diagnostics
		switch step := step.(type) {
		case hcl.TraverseAttr:
			v, diags = hcl.GetAttr(bare, step.Name, nil)
		case hcl.TraverseIndex:
			v, diags = hcl.Index(bare, step.Key, nil)
		default:
			r.deep(v)
			return v, false
		}
		if diags.HasErrors() {
			return cty.NilVal, false
		}
	}
	return v, v != cty.NilVal
}

// listening returns a context whose functions report the marks of their arguments and results,
// because a secret may come from a file or from the function sensitive.
func (r *reads) listening(expr hcl.Expression) *hcl.EvalContext {
	node, ok := expr.(hclsyntax.Node)
	if !ok {
		return r.ctx
	}
	heard := map[string]function.Function{}
	hclsyntax.VisitAll(node, func(n hclsyntax.Node) hcl.Diagnostics {
		if call, ok := n.(*hclsyntax.FunctionCallExpr); ok {
			for ctx := r.ctx; ctx != nil; ctx = ctx.Parent() {
				if f, ok := ctx.Functions[call.Name]; ok {
					heard[call.Name] = r.heard(f)
					break
				}
			}
		}
		return nil
	})
	if len(heard) == 0 || r.ctx == nil {
		return r.ctx
	}
	ctx := r.ctx.NewChild()
	ctx.Functions = heard
	return ctx
}

func (r *reads) heard(f function.Function) function.Function {
	spec := &function.Spec{Params: f.Params(), VarParam: f.VarParam(), Type: function.StaticReturnType(cty.DynamicPseudoType)}
	for i := range spec.Params {
		spec.Params[i] = openTo(spec.Params[i])
	}
	if spec.VarParam != nil {
		every := openTo(*spec.VarParam)
		spec.VarParam = &every
	}
	spec.Impl = func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		for _, arg := range args {
			r.deep(arg)
		}
		v, err := f.Call(args)
		if err == nil {
			r.deep(v)
		}
		return v, err
	}
	return function.New(spec)
}

// openTo is like asItComes for a parameter that keeps its type, because it may accept an
// expression.
func openTo(p function.Parameter) function.Parameter {
	p.AllowMarked, p.AllowNull, p.AllowUnknown, p.AllowDynamicType = true, true, true, true
	return p
}
