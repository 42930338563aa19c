package config

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Value evaluates an expression that is not in the configuration, such as a condition of a test, as
// if it stood in the root module. more has further names and functions. The returned context has
// everything that the expression refers to, for diagnostics.
func (e *Evaluation) Value(expr hcl.Expression, more *hcl.EvalContext) (cty.Value, *hcl.EvalContext, hcl.Diagnostics) {
	e.mu.Lock()
	defer e.mu.Unlock()
	n := &node{key: "expression", class: classLocal, module: e.c.main, expr: expr, rng: expr.Range()}
	l := linker{config: e.c, node: n, uses: map[*node]*use{}}
	for _, t := range inOrder(expr.Variables()) {
		if _, own := more.Variables[t.RootName()]; !own {
			l.link(t, false)
		}
	}
	if l.diags.HasErrors() {
		return cty.DynamicVal, more, l.diags
	}
	ctx := e.context(&instance{node: n, scope: e.main}).NewChild()
	ctx.Variables, ctx.Functions = more.Variables, more.Functions
	v, diags := expr.Value(ctx)
	return v, ctx, diags
}
