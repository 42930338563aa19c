package config

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/budget"
)

// Metered limits what an expression that is not in the configuration may cost, as if it were the
// only one.
func (e *Evaluation) Metered(expr hclsyntax.Expression) hclsyntax.Expression {
	e.c.meter.Reset()
	return e.c.meter.Expression(expr)
}

// Value evaluates an expression that is not in the configuration, such as a condition of a test, as
// if it stood in the root module. more has further names and functions. The returned context has
// everything that the expression refers to, for diagnostics. If the value is unknown because of
// errors in the configuration, these are returned.
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
	if len(ctx.Functions) == 0 {
		ctx.Functions = e.c.funcs // hcl proposes similar names only of the innermost functions
	}
	v, diags := expr.Value(ctx)
	diags = distinct(diags)
	if !diags.HasErrors() && !v.IsWhollyKnown() {
		f := failures{e: e, seen: map[*instance]bool{}}
		f.find(&instance{node: n, scope: e.main})
		diags = append(diags, distinct(f.diags)...)
	}
	return v, ctx, diags
}

// ExpressionPrint returns a text that is the same in two versions of the configuration if an
// expression that is not in it, such as a condition of a test, and the variables, local values and
// outputs that the expression refers to, are the same. It begins with the expression, without
// comments and the parentheses around it. Objects are compared separately.
func (e *Evaluation) ExpressionPrint(expr hcl.Expression, source []byte) string {
	expr = budget.Bare(expr)
	e.mu.Lock()
	defer e.mu.Unlock()
	n := &node{key: "expression", class: classLocal, module: e.c.main, expr: expr, rng: expr.Range()}
	l := linker{config: e.c, node: n, uses: map[*node]*use{}}
	var values []hcl.Traversal
	for _, t := range inOrder(expr.Variables()) {
		if to, _, diag := e.c.resolve(e.c.main, t); diag == nil && to.class != classObject && to.class != classData {
			l.link(t, false)
			values = append(values, t)
		}
	}
	var text strings.Builder
	if at := expr.Range(); at.CanSliceBytes(source) {
		for token := range tokens(at.SliceBytes(source), false) {
			text.WriteString(token + " ")
		}
	}
	m, in := e.meaning(), &instance{node: n, scope: e.main}
	m.choices(in, expr)
	for _, t := range values {
		m.reference(in, t)
	}
	return text.String() + m.sum()
}

// failures collects the errors of what an instance depends on. An evaluation reports each error at
// its own place, and what depends on it is unknown.
type failures struct {
	e     *Evaluation
	seen  map[*instance]bool
	diags hcl.Diagnostics
}

func (f *failures) find(of *instance) {
	s, _ := of.outer()
	for _, u := range of.node.uses {
		if u.order || u.to.class == classOrg {
			continue
		}
		if u.to.broken {
			f.diags = append(f.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Reference to something with an error",
				Detail: u.to.key + " can't be evaluated because of an error in the configuration. Run oktaform validate to see it.", Subject: &u.to.rng})
			continue
		}
		x := f.e.expand(s, u.to)
		f.diags = append(f.diags, x.diags...)
		instances := x.instances
		if picked, ok := x.pick(u, f.e.plainContext(of, of.node.uses)); ok {
			instances = picked
		}
		for _, in := range instances {
			f.visit(in, u)
		}
	}
}

func (f *failures) visit(in *instance, u *use) {
	if f.seen[in] {
		return
	}
	f.seen[in] = true
	if in.inner != nil {
		for _, out := range u.outputNodes() {
			f.visit(f.e.only(in.inner, out), nil)
		}
		return
	}
	if in.evaluated && in.diags.HasErrors() {
		f.diags = append(f.diags, in.diags...)
		return
	}
	f.find(in)
}
