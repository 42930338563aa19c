package config

import (
	"fmt"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/oktaform/oktaform/schema"
)

// rule is a condition that must be true: a validation of a variable, a precondition of an output or
// object, or a postcondition of an object.
type rule struct {
	condition, message hcl.Expression
	rng                hcl.Range
}

var ruleSchema = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "condition", Required: true}, {Name: "error_message", Required: true}}}

func decodeRule(block *hcl.Block) (rule, hcl.Diagnostics) {
	content, diags := block.Body.Content(ruleSchema)
	if diags.HasErrors() {
		return rule{}, suggest(diags, ruleSchema)
	}
	return rule{content.Attributes["condition"].Expr, content.Attributes["error_message"].Expr, block.DefRange}, diags
}

func (r *rule) variables() []hcl.Traversal {
	return append(slices.Clone(r.condition.Variables()), r.message.Variables()...)
}

// declareValidations creates a node for each validation of a variable, because a validation has
// references while the variable itself has none.
func declareValidations(v *node, m *module) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for i, r := range v.variable.rules {
		n := &node{key: fmt.Sprintf("validation %d of %s", i+1, v.key), class: classValidation, name: v.name,
			variable: v.variable, rules: []rule{r}, rng: r.rng}
		diags = append(diags, m.add(n)...)
		if !slices.ContainsFunc(r.condition.Variables(), func(t hcl.Traversal) bool { return refersTo(t, v.name) }) {
			n.broken = true
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Invalid variable validation condition",
				Detail:  fmt.Sprintf("The condition for variable %q must refer to var.%s in order to test incoming values.", v.name, v.name),
				Subject: r.condition.Range().Ptr()})
		}
	}
	return diags
}

func refersTo(t hcl.Traversal, variable string) bool {
	if t.RootName() != "var" || len(t) < 2 {
		return false
	}
	attr, ok := t[1].(hcl.TraverseAttr)
	return ok && attr.Name == variable
}

// validation checks a rule of a variable.
func (e *Evaluation) validation(in *instance) hcl.Diagnostics {
	n := in.node
	r := n.rules[0]
	message, failed, diags := r.check(e.context(in))
	if !failed {
		return diags
	}
	d := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Invalid value for variable",
		Detail:  fmt.Sprintf("%s\n\nThis was checked by the validation rule at %s.", message, r.rng),
		Subject: &n.variable.node.rng}
	if call := in.scope.call; call != nil {
		d.Subject = &call.node.rng
		if arg := n.variable.node.expr; arg != nil {
			d.Subject = arg.Range().Ptr()
		}
	}
	if !n.variable.sensitive {
		d.Expression, d.EvalContext = r.condition, e.context(in)
	}
	return append(diags, d)
}

// preconditions checks the rules of an output or object.
func (e *Evaluation) preconditions(in *instance, ctx *hcl.EvalContext) hcl.Diagnostics {
	summary := "Module output value precondition failed"
	if in.node.class == classObject {
		summary = "Resource precondition failed"
	}
	return checkRules(in.node.rules, ctx, summary)
}

// conditions checks the conditions in an object's lifecycle block. They do not apply without an
// org, or when everything is destroyed.
func (e *Evaluation) conditions(in *instance, d *schema.Desired, ctx *hcl.EvalContext) hcl.Diagnostics {
	if e.lenient || e.c.unconditional || in.node.broken {
		return nil
	}
	return append(e.preconditions(in, ctx), e.postconditions(in, d, ctx)...)
}

// postconditions checks the conditions for an object as planned, or as it is.
func (e *Evaluation) postconditions(in *instance, d *schema.Desired, ctx *hcl.EvalContext) hcl.Diagnostics {
	if len(in.node.postconditions) == 0 || !d.Value.IsKnown() {
		return nil
	}
	ctx = ctx.NewChild()
	ctx.Variables = map[string]cty.Value{"self": e.referenced(d)}
	return checkRules(in.node.postconditions, ctx, "Resource postcondition failed")
}

// Postconditions checks the conditions of an object that has just been written, with what is known
// about it now.
func (e *Evaluation) Postconditions(addr schema.Addr) hcl.Diagnostics {
	e.mu.Lock()
	defer e.mu.Unlock()
	in := e.at(addr)
	if in == nil || len(in.node.postconditions) == 0 {
		return nil
	}
	e.eval(in)
	return e.postconditions(in, in.desired, e.context(in))
}

// IgnoreConditions disables the preconditions and postconditions of objects, for a run that
// destroys them.
func (c *Config) IgnoreConditions() { c.unconditional = true }

func checkRules(rules []rule, ctx *hcl.EvalContext, summary string) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, r := range rules {
		message, failed, more := r.check(ctx)
		diags = append(diags, more...)
		if failed {
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: message,
				Subject: r.condition.Range().Ptr(), Expression: r.condition, EvalContext: ctx})
		}
	}
	return diags
}

// check evaluates the rule. An unknown result does not fail.
func (r *rule) check(ctx *hcl.EvalContext) (message string, failed bool, diags hcl.Diagnostics) {
	v, diags := r.condition.Value(ctx)
	if diags.HasErrors() {
		return "", false, diags
	}
	bad := func(format string, args ...any) (string, bool, hcl.Diagnostics) {
		return "", false, append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Invalid condition", Detail: fmt.Sprintf(format, args...),
			Subject: r.condition.Range().Ptr(), Expression: r.condition, EvalContext: ctx})
	}
	v, _ = v.UnmarkDeep()
	holds, err := convert.Convert(v, cty.Bool)
	switch {
	case v.IsNull():
		return bad("The condition is null; it must be true or false.")
	case err != nil:
		return bad("The condition must be true or false: %s.", err)
	case !holds.IsKnown() || holds.True():
		return "", false, diags
	}
	text, more := r.message.Value(ctx)
	diags = append(diags, more...)
	if more.HasErrors() {
		return "", false, diags
	}
	text, marks := text.UnmarkDeep()
	if _, secret := marks[schema.Sensitive]; secret {
		diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Error message refers to sensitive values",
			Detail: "The error message is derived from sensitive values, so it isn't shown. Remove the references to them.", Subject: r.message.Range().Ptr()})
		return "The error message included a sensitive value, so it will not be displayed.", true, diags
	}
	if text, err = convert.Convert(text, cty.String); err != nil || text.IsNull() || !text.IsKnown() {
		return "The condition is false; its error_message is not a known string.", true, diags
	}
	return text.AsString(), true, diags
}
