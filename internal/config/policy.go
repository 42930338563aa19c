package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// policyBlocks are for reviews: policy rules and waivers.
var policyBlocks = []string{"rule", "waiver"}

var (
	policyRuleSchema = &hcl.BodySchema{
		Attributes: []hcl.AttributeSchema{{Name: "for_each"}, {Name: "condition", Required: true}, {Name: "message", Required: true}, {Name: "severity"}, {Name: "attribute"}, {Name: "fix"}},
		Blocks:     []hcl.BlockHeaderSchema{{Type: "test", LabelNames: []string{"name"}}},
	}
	policyTestSchema = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{{Name: "planned"}, {Name: "access"}, {Name: "violations", Required: true}}}
	waiverSchema     = &hcl.BodySchema{Attributes: []hcl.AttributeSchema{
		{Name: "rule", Required: true}, {Name: "on", Required: true}, {Name: "reason", Required: true}, {Name: "owner", Required: true}, {Name: "expires", Required: true}}}
)

// Rule is a policy rule about planned objects and the access that they give.
type Rule struct {
	Name  string
	Range hcl.Range

	attrs hcl.Attributes
	tests []ruleTest
	e     *Evaluation
	in    *instance
	ctx   *hcl.EvalContext // with what the rule refers to
}

// ruleTest says which violations a rule finds in some objects.
type ruleTest struct {
	name  string
	attrs hcl.Attributes
	rng   hcl.Range
}

// RuleViolation is a rule's finding about one object.
type RuleViolation struct {
	Addr, Attribute, Message, Severity, Fix string
}

// Waiver accepts a finding until a day.
type Waiver struct {
	Rule, On, Reason, Owner string
	Expires                 time.Time // the last day
	Range                   hcl.Range
}

// Policy reads the rule and waiver blocks. A rule in a module that is called several times is
// returned once for each call.
func (c *Config) Policy() (rules []Rule, waivers []Waiver, diags hcl.Diagnostics) {
	for _, block := range c.waivers {
		w, more := c.waiver(block)
		waivers, diags = append(waivers, w), append(diags, more...)
	}
	e := c.Evaluate(nil)
	e.mu.Lock()
	defer e.mu.Unlock()
	seen := map[string]hcl.Range{}
	e.walk(func(in *instance) {
		if in.node.class != classRule || in.node.broken {
			return
		}
		r, more := e.rule(in)
		diags = append(diags, more...)
		first, taken := seen[r.Name]
		if taken && first == r.Range {
			r.Name += " in " + in.scope.path
		} else if taken {
			diags = append(diags, policyError(r.Range, "Duplicate rule", "The rule %q was already declared at %s.", r.Name, first))
		}
		seen[r.Name] = r.Range
		if !more.HasErrors() {
			rules = append(rules, r)
		}
	})
	return rules, waivers, distinct(diags)
}

func policyError(at hcl.Range, summary, format string, args ...any) *hcl.Diagnostic {
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: fmt.Sprintf(format, args...), Subject: &at}
}

func (e *Evaluation) rule(in *instance) (Rule, hcl.Diagnostics) {
	content, diags := in.node.block.Body.Content(policyRuleSchema)
	diags = suggest(diags, policyRuleSchema)
	r := Rule{Name: in.node.name, Range: in.node.rng, attrs: content.Attributes, e: e, in: in, ctx: e.context(in)}
	if a := content.Attributes["severity"]; a != nil {
		severity, more := a.Expr.Value(nil)
		diags = append(diags, more...)
		if names := []string{"low", "medium", "high", "critical"}; !more.HasErrors() && !slices.Contains(names, schema.Text(severity)) {
			diags = append(diags, policyError(a.Expr.Range(), "Invalid value for severity", "severity must be one of %s.", strings.Join(names, ", ")))
		}
	}
	for _, b := range content.Blocks {
		inner, more := b.Body.Content(policyTestSchema)
		diags = append(diags, suggest(more, policyTestSchema)...)
		r.tests = append(r.tests, ruleTest{b.Labels[0], inner.Attributes, b.DefRange})
	}
	return r, diags
}

// Violations evaluates the rule with the values planned and access. If it is unknown whether the
// rule holds, that is a violation too.
func (r *Rule) Violations(values map[string]cty.Value) (list []RuleViolation, diags hcl.Diagnostics) {
	ctx := r.ctx.NewChild()
	ctx.Variables = values
	a := r.attrs["for_each"]
	if a == nil {
		return r.violation(ctx, cty.NilVal, cty.NilVal)
	}
	all, diags := a.Expr.Value(ctx)
	all, _ = all.UnmarkDeep()
	switch {
	case diags.HasErrors() || all.IsNull():
		return nil, diags
	case !all.IsKnown():
		return []RuleViolation{{Message: "for_each of the rule isn't known, so the rule can't be evaluated", Severity: r.Severity()}}, diags
	}
	if !all.CanIterateElements() {
		return nil, append(diags, policyError(a.Expr.Range(), "Not a collection", "for_each of a rule must be a list, set or map, such as [for o in planned : o if o.kind == \"web_app\"]."))
	}
	for it := all.ElementIterator(); it.Next(); {
		key, value := it.Element()
		found, more := r.violation(ctx, key, value)
		list, diags = append(list, found...), append(diags, more...)
		if more.HasErrors() {
			break // the next one would report the same
		}
	}
	return list, diags
}

// violation evaluates the condition for one element.
func (r *Rule) violation(ctx *hcl.EvalContext, key, value cty.Value) ([]RuleViolation, hcl.Diagnostics) {
	v := RuleViolation{}
	if key != cty.NilVal {
		ctx = ctx.NewChild()
		ctx.Variables = map[string]cty.Value{"each": cty.ObjectVal(map[string]cty.Value{"key": key, "value": value})}
		v.Addr = schema.Text(key)
		for _, name := range []string{"principal", "addr"} {
			if value.IsKnown() && !value.IsNull() && value.Type().IsObjectType() && value.Type().HasAttribute(name) {
				v.Addr = schema.Text(value.GetAttr(name))
			}
		}
	}
	holds, diags := r.attrs["condition"].Expr.Value(ctx)
	holds, _ = holds.Unmark()
	switch {
	case diags.HasErrors():
		return nil, diags
	case !holds.IsKnown():
		v.Severity = r.Severity()
		v.Message = "the condition of the rule isn't known"
		return []RuleViolation{v}, diags
	case holds.IsNull():
		return nil, append(diags, policyError(r.attrs["condition"].Expr.Range(), "Invalid condition", "The condition of a rule is null for %s; it must be true or false.", cmp.Or(v.Addr, "everything")))
	}
	if holds.Type() != cty.Bool {
		return nil, append(diags, policyError(r.attrs["condition"].Expr.Range(), "Invalid condition", "The condition of a rule must be true, or false for a violation."))
	}
	if holds.True() {
		return nil, diags
	}
	for name, to := range map[string]*string{"message": &v.Message, "severity": &v.Severity, "attribute": &v.Attribute, "fix": &v.Fix} {
		if a := r.attrs[name]; a != nil {
			text, more := a.Expr.Value(ctx)
			diags = append(diags, more...)
			*to = schema.Text(text)
		}
	}
	if v.Message == "" {
		v.Message = "the condition of the rule is false"
	}
	return []RuleViolation{v}, diags
}

// checkPolicy reads the blocks and runs the tests of the rules.
func (c *Config) checkPolicy() hcl.Diagnostics {
	rules, _, diags := c.Policy()
	for i := range rules {
		for _, t := range rules[i].tests {
			diags = append(diags, rules[i].test(t)...)
		}
	}
	return diags
}

// test evaluates the rule with the objects of a test, and compares the violations.
func (r *Rule) test(t ruleTest) (diags hcl.Diagnostics) {
	values := map[string]cty.Value{"planned": cty.EmptyTupleVal, "access": cty.EmptyTupleVal, "violations": cty.EmptyTupleVal}
	for name := range values {
		if a := t.attrs[name]; a != nil {
			v, more := a.Expr.Value(&hcl.EvalContext{Functions: r.e.c.funcs})
			diags = append(diags, more...)
			values[name] = v
		}
	}
	want := values["violations"]
	delete(values, "violations")
	if diags.HasErrors() {
		return diags
	}
	found, diags := r.Violations(values)
	var got []string
	for _, v := range found {
		got = append(got, v.Addr)
	}
	expected := []string{}
	if want.CanIterateElements() {
		for it := want.ElementIterator(); it.Next(); {
			_, v := it.Element()
			expected = append(expected, schema.Text(v))
		}
	}
	slices.Sort(got)
	slices.Sort(expected)
	if !diags.HasErrors() && !slices.Equal(got, expected) {
		diags = append(diags, policyError(t.rng, "Test of a rule failed", "The rule %q finds violations by [%s] in the objects of the test %q, which expects [%s].",
			r.Name, strings.Join(got, ", "), t.name, strings.Join(expected, ", ")))
	}
	return diags
}

func (c *Config) waiver(block *hcl.Block) (Waiver, hcl.Diagnostics) {
	content, diags := block.Body.Content(waiverSchema)
	diags = suggest(diags, waiverSchema)
	w := Waiver{Range: block.DefRange}
	for name, to := range map[string]*string{"rule": &w.Rule, "reason": &w.Reason, "owner": &w.Owner} {
		if a := content.Attributes[name]; a != nil {
			v, more := a.Expr.Value(nil)
			diags = append(diags, more...)
			if *to = schema.Text(v); *to == "" && !more.HasErrors() {
				diags = append(diags, policyError(a.Expr.Range(), "Missing value", "%s of a waiver must be a string that isn't empty.", name))
			}
		}
	}
	if a := content.Attributes["on"]; a != nil {
		if v, more := a.Expr.Value(nil); !more.HasErrors() {
			w.On = schema.Text(v) // an address as a string, or "*"
		} else {
			r := &identityReader{}
			target, _ := r.target(&instance{scope: newScope(c.main, "", nil)}, a, nil)
			w.On, diags = target.text, append(diags, r.diags...)
		}
	}
	if a := content.Attributes["expires"]; a != nil {
		v, more := a.Expr.Value(nil)
		diags = append(diags, more...)
		day, err := time.Parse(time.DateOnly, schema.Text(v))
		if err != nil && !more.HasErrors() {
			diags = append(diags, policyError(a.Expr.Range(), "Invalid date", "expires must be the waiver's last day, such as \"2027-03-31\"."))
		}
		w.Expires = day
	}
	if _, err := schema.ParseAddr(w.On); err != nil && w.On != "*" && !strings.HasPrefix(w.On, "module.") && !diags.HasErrors() {
		diags = append(diags, policyError(content.Attributes["on"].Expr.Range(), "Invalid address", "on must be an address such as service_app.reporter, or \"*\" for every object."))
	}
	return w, diags
}
