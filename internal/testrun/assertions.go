package testrun

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/oktaform/oktaform/internal/budget"
	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/versions"
	"github.com/oktaform/oktaform/internal/smoke"
	"github.com/oktaform/oktaform/internal/testfile"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// runState is what a run has led to: what its assertions are about.
type runState struct {
	in      *instance
	run     *testfile.Run
	plan    *plan.Plan // that the run has made or applied; nil without one
	after   *plan.Plan // made after an apply
	smoke   *smoke.Report
	summary string
	eval    *config.Evaluation // nil if the run could not be carried out
	review  *review.Review     // see reviewed
}

func (r *runState) evaluate(e *config.Evaluation) { r.eval = e }

// reviewed returns the review of the configuration.
func (r *runState) reviewed() *review.Review {
	if r.review == nil {
		r.review = r.in.reviewed()
	}
	return r.review
}

// access returns the review that knows the effective access: of what the org holds where it was
// read, else of the configuration.
func (r *runState) access() *review.Review {
	switch {
	case r.after != nil:
		return review.Assess(versions.FromPlan(r.after), review.Options{Now: r.in.Clock.LocalNow()})
	case r.plan != nil:
		return review.Assess(versions.FromPlan(r.plan), review.Options{Now: r.in.Clock.LocalNow()})
	case r.run.Command == testfile.Destroy:
		return &review.Review{}
	}
	return r.reviewed()
}

// outputs returns the outputs of the configuration as an object.
func (r *runState) outputs() (cty.Value, hcl.Diagnostics) {
	all, diags := r.eval.Outputs()
	attrs := map[string]cty.Value{}
	for _, o := range all {
		attrs[o.Name] = o.Value
		if o.Sensitive {
			attrs[o.Name] = o.Value.Mark(schema.Sensitive)
		}
	}
	return object(attrs), diags
}

// assert checks the assertions of a run.
func (t *fileTest) assert(r *runState, run *testfile.Run) (diags hcl.Diagnostics) {
	if len(run.Asserts) == 0 {
		return nil
	}
	names := r.names(t)
	for _, a := range run.Asserts {
		diags = append(diags, r.check(a, names, t.file.Source.Bytes)...)
	}
	return diags
}

// names are what assertions can refer to besides the configuration.
func (r *runState) names(t *fileTest) *hcl.EvalContext {
	outputs, _ := r.outputs()
	access := r.access()
	return &hcl.EvalContext{
		Variables: map[string]cty.Value{"output": outputs, "run": object(t.outputs), "response": object(t.responses),
			"plan": planValue(r.plan), "smoke": smokeValue(r.smoke), "findings": findingsValue(r.reviewed())},
		Functions: map[string]function.Function{"who_may": whoMay(access), "may": may(access), "access": accessOf(access)},
	}
}

// check evaluates one assertion.
func (r *runState) check(a testfile.Assert, names *hcl.EvalContext, source []byte) hcl.Diagnostics {
	at := a.Condition.Range()
	v, ctx, diags := r.eval.Value(a.Condition, names)
	if diags.HasErrors() {
		return diags
	}
	v, _ = v.UnmarkDeep()
	holds, err := convert.Convert(v, cty.Bool)
	switch {
	case v.IsNull() || err != nil:
		return append(diags, failure(at, "Invalid condition", "The condition must be true or false.%s", referred(a.Condition, ctx, source)))
	case !holds.IsKnown():
		return append(diags, failure(at, "Unknown condition", "The condition can't be decided in run %q, because it refers to values that only the org can give. Use command = apply, or a run after one.%s", r.run.Name, referred(a.Condition, ctx, source)))
	case holds.True():
		return diags
	}
	message := "The condition is false."
	text, _, more := r.eval.Value(a.Message, names)
	if more.HasErrors() {
		diags = append(diags, more...)
	} else if text, marks := text.UnmarkDeep(); len(marks) > 0 {
		message = "(the error_message holds a sensitive value)"
	} else if text, err := convert.Convert(text, cty.String); err == nil && text.IsKnown() && !text.IsNull() {
		message = text.AsString()
	}
	return append(diags, failure(at, "Test assertion failed", "%s%s", message, referred(a.Condition, ctx, source)))
}

// maxShown is how much of a value a message shows.
const maxShown = 300

// referred lists what a condition refers to, with the values.
func referred(condition hcl.Expression, ctx *hcl.EvalContext, source []byte) string {
	var list []string
	add := func(at hcl.Range, v cty.Value) {
		line := fmt.Sprintf("  %s is %s", at.SliceBytes(source), shown(v))
		if !slices.Contains(list, line) {
			list = append(list, line)
		}
	}
	native, ok := condition.(hclsyntax.Expression)
	if !ok {
		return ""
	}
	_ = hclsyntax.VisitAll(native, func(n hclsyntax.Node) hcl.Diagnostics {
		if expr, ok := n.(hclsyntax.Expression); ok {
			if call, ok := budget.Bare(expr).(*hclsyntax.FunctionCallExpr); ok && slices.Contains([]string{"who_may", "may", "access", "length"}, call.Name) {
				if v, diags := call.Value(ctx); !diags.HasErrors() {
					add(call.Range(), v)
				}
			}
		}
		return nil
	})
	for _, t := range condition.Variables() {
		if v, diags := t.TraverseAbs(ctx); !diags.HasErrors() {
			add(t.SourceRange(), v)
		}
	}
	if len(list) == 0 {
		return ""
	}
	return "\n" + lines(list)
}

// shown returns a value as it would be written, shortened.
func shown(v cty.Value) string {
	bare, marks := v.UnmarkDeep()
	if _, secret := marks[schema.Sensitive]; secret {
		return "(sensitive value)"
	}
	if !bare.IsKnown() {
		return "(known after apply)"
	}
	if bare.Type().IsObjectType() && bare.Type().HasAttribute("addr") && bare.GetAttr("addr").IsKnown() {
		return "the object " + bare.GetAttr("addr").AsString()
	}
	if !bare.IsWhollyKnown() {
		return "(partly known after apply)"
	}
	text := string(hclwrite.TokensForValue(bare).Bytes())
	text = strings.Join(strings.Fields(text), " ")
	if len(text) > maxShown {
		text = text[:maxShown] + "..."
	}
	return text
}

var actionNames = map[plan.Action]string{plan.NoOp: "no-op", plan.Create: "create", plan.Update: "update", plan.Delete: "delete",
	plan.Replace: "replace", plan.Forget: "release", plan.Import: "import"}

// planValue describes a plan. Without one, it is null.
func planValue(p *plan.Plan) cty.Value {
	if p == nil {
		return cty.NullVal(cty.DynamicPseudoType)
	}
	changes := map[string]cty.Value{}
	for i := range p.Changes {
		c := &p.Changes[i]
		if c.Action == plan.NoOp {
			continue
		}
		var attributes []cty.Value
		if c.Action == plan.Update || c.Action == plan.Import {
			for _, name := range c.Kind.Changed(c.Before, c.After) {
				attributes = append(attributes, cty.StringVal(name))
			}
		}
		changes[c.Addr.String()] = cty.ObjectVal(map[string]cty.Value{"action": cty.StringVal(actionNames[c.Action]), "attributes": cty.TupleVal(attributes)})
	}
	n := p.Counts()
	return cty.ObjectVal(map[string]cty.Value{"empty": cty.BoolVal(p.Empty()), "add": number(n.Add), "change": number(n.Change), "destroy": number(n.Destroy),
		"import": number(n.Import), "changes": object(changes)})
}

func number(n int) cty.Value { return cty.NumberIntVal(int64(n)) }

// smokeValue describes a report of smoke tests.
func smokeValue(r *smoke.Report) cty.Value {
	if r == nil {
		return cty.NullVal(cty.DynamicPseudoType)
	}
	tests := map[string]cty.Value{}
	for _, t := range r.Tests {
		tests[t.Name] = cty.ObjectVal(map[string]cty.Value{"outcome": cty.StringVal(string(t.Outcome)), "app": cty.StringVal(t.App), "reason": cty.StringVal(t.Reason)})
	}
	return cty.ObjectVal(map[string]cty.Value{"passed": number(r.Passed), "failed": number(r.Failed), "skipped": number(r.Skipped), "tests": object(tests)})
}

// findingsValue lists the findings of a review.
func findingsValue(r *review.Review) cty.Value {
	var list []cty.Value
	for _, f := range slices.Concat(r.Standing, r.Findings) {
		list = append(list, cty.ObjectVal(map[string]cty.Value{"rule": cty.StringVal(f.Rule), "title": cty.StringVal(f.Title), "severity": cty.StringVal(f.Severity.String()),
			"object": cty.StringVal(f.Addr.String()), "attribute": cty.StringVal(f.Attribute), "message": cty.StringVal(f.Message), "waived": cty.BoolVal(f.Waiver != nil)}))
	}
	return cty.TupleVal(list)
}

// operation returns the operation that a text names.
func operation(v cty.Value) (catalog.Operation, error) {
	method, path, _ := strings.Cut(strings.TrimSpace(v.AsString()), " ")
	found, ok := catalog.Find(strings.ToUpper(method), strings.TrimSpace(path))
	if !ok {
		return found, fmt.Errorf("the catalog has no operation %q: name a method and a path, such as \"DELETE /api/v1/users/{id}\"", v.AsString())
	}
	return found, nil
}

// whoMay is the function who_may: the addresses of the principals that may do an operation.
func whoMay(r *review.Review) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "operation", Type: cty.String}},
		Type:   function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			o, err := operation(args[0])
			if err != nil {
				return cty.DynamicVal, err
			}
			var names []string
			for _, who := range r.WhoMay(o) {
				names = append(names, who.Addr.String())
			}
			slices.Sort(names)
			var list []cty.Value
			for _, name := range slices.Compact(names) {
				list = append(list, cty.StringVal(name))
			}
			return cty.TupleVal(list), nil
		},
	})
}

// may is the function may: whether a principal may do an operation.
func may(r *review.Review) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{principalParameter, {Name: "operation", Type: cty.String}},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			o, err := operation(args[1])
			if err != nil {
				return cty.UnknownVal(cty.Bool), err
			}
			p, err := principal(r, args[0])
			if err != nil {
				return cty.UnknownVal(cty.Bool), err
			}
			return cty.BoolVal(slices.ContainsFunc(entries(p), func(e access.Entry) bool { return e.Operation.String() == o.String() })), nil
		},
	})
}

// accessOf is the function access: all that a principal may do.
func accessOf(r *review.Review) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{principalParameter},
		Type:   function.StaticReturnType(cty.DynamicPseudoType),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			p, err := principal(r, args[0])
			if err != nil {
				return cty.DynamicVal, err
			}
			var list []cty.Value
			for _, e := range entries(p) {
				list = append(list, cty.ObjectVal(map[string]cty.Value{"operation": cty.StringVal(e.Operation.String()), "extent": cty.StringVal(string(e.Extent)), "via": cty.StringVal(e.Via)}))
			}
			return cty.TupleVal(list), nil
		},
	})
}

var principalParameter = function.Parameter{Name: "principal", Type: cty.DynamicPseudoType, AllowUnknown: true, AllowMarked: true, AllowDynamicType: true}

// principal finds the principal that an argument names: an object, or its address as a text.
func principal(r *review.Review, v cty.Value) (*review.Principal, error) {
	v, _ = v.Unmark()
	if v.IsKnown() && !v.IsNull() && v.Type().IsObjectType() && v.Type().HasAttribute("addr") {
		v, _ = v.GetAttr("addr").Unmark()
	}
	if v.Type() != cty.String || v.IsNull() || !v.IsKnown() {
		return nil, fmt.Errorf("a principal is an app, a user or a group, such as service_app.NAME, or the address of one as a text")
	}
	for i := range r.Principals {
		if p := &r.Principals[i]; p.Addr.String() == v.AsString() {
			return p, nil
		}
	}
	return nil, fmt.Errorf("%s is no app, user or group with access that the run knows", v.AsString())
}

func entries(p *review.Principal) []access.Entry {
	if p.After == nil {
		return nil
	}
	return p.After.Entries
}
