package review

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/internal/review/versions"
	"github.com/oktaform/oktaform/schema"
)

// custom applies the policy rules of both versions. If both versions find the same violation, the
// higher severity counts.
func (x *examined) custom(was, is []versions.Custom) (findings []Finding) {
	if len(was)+len(is) == 0 {
		return nil
	}
	values := x.values()
	at := map[string]int{}
	for _, r := range slices.Concat(is, was) {
		for _, f := range x.violations(r, values) {
			first, found := at[f.key()]
			if !found {
				at[f.key()] = len(findings)
				findings = append(findings, f)
				continue
			}
			findings[first].Severity = max(findings[first].Severity, f.Severity)
		}
	}
	return findings
}

// violations evaluates one rule. A rule that cannot be evaluated is a finding itself: it might have
// found something.
func (x *examined) violations(r versions.Custom, values map[string]cty.Value) (findings []Finding) {
	violations, diags := r.Violations(values)
	finding := Finding{Rule: "rule." + r.Name(), Title: "Rule of this project", Severity: severityOf(r), Range: r.Place(),
		Rationale: "A rule of this configuration.", Source: "rule \"" + r.Name() + "\""}
	for _, d := range diags {
		if d.Severity == hcl.DiagError {
			f := finding
			f.Severity, f.Message = max(f.Severity, severity.High), "the rule can't be evaluated: "+d.Summary+": "+d.Detail
			f.blind = true
			f.Fix = "Mend the rule, or what it looks at, so that it can tell."
			findings = append(findings, f)
		}
	}
	blind := r.Blind()
	for _, v := range violations {
		f := finding
		f.Attribute, f.Message, f.Fix, f.blind = v.Attribute, v.Message, v.Fix, blind
		if s, err := severity.Parse(v.Severity); err == nil {
			f.Severity = max(f.Severity, s)
		}
		if o := x.ByAddr[v.Addr]; o != nil {
			f.Addr, f.Range = o.Addr, o.At(v.Attribute)
		} else if addr, err := schema.ParseAddr(v.Addr); err == nil {
			f.Addr = addr
		}
		findings = append(findings, f)
	}
	return findings
}

// values returns what rules can refer to: planned, a list of all objects with addr, kind, change
// and attributes; and access, a list of what each principal may do.
func (x *examined) values() map[string]cty.Value {
	planned, entries := []cty.Value{}, []cty.Value{}
	for i := range x.Objects {
		o := &x.Objects[i]
		attrs := map[string]cty.Value{}
		if o.Value.IsKnown() && !o.Value.IsNull() {
			attrs = o.Value.Values()
		}
		attrs["addr"], attrs["kind"] = cty.StringVal(o.Addr.String()), cty.StringVal(o.Kind.Name)
		attrs["change"] = cty.StringVal(x.changeOf(o))
		planned = append(planned, cty.ObjectVal(attrs))
		if !access.IsPrincipal(o) {
			continue
		}
		a := x.Of(o)
		for _, e := range a.Entries {
			entries = append(entries, cty.ObjectVal(map[string]cty.Value{
				"principal": cty.StringVal(o.Addr.String()), "actor": cty.StringVal(string(a.Actor)),
				"operation": cty.StringVal(e.Operation.String()), "method": cty.StringVal(e.Operation.Method), "path": cty.StringVal(e.Operation.Path),
				"family": cty.StringVal(e.Operation.Family()), "write": cty.BoolVal(!e.Operation.Reads()), "risk": cty.StringVal(e.Risk().String()),
				"within": cty.StringVal(string(e.Extent)), "via": cty.StringVal(e.Via), "confidence": cty.StringVal(string(e.Confidence)),
			}))
		}
	}
	return map[string]cty.Value{"planned": cty.TupleVal(planned), "access": listOrEmpty(entries)}
}

func listOrEmpty(values []cty.Value) cty.Value {
	if len(values) == 0 {
		return cty.ListValEmpty(accessType())
	}
	return cty.ListVal(values)
}

func accessType() cty.Type {
	attrs := map[string]cty.Type{"write": cty.Bool}
	for _, name := range []string{"principal", "actor", "operation", "method", "path", "family", "risk", "within", "via", "confidence"} {
		attrs[name] = cty.String
	}
	return cty.Object(attrs)
}

func (x *examined) changeOf(o *access.Object) string {
	for _, c := range x.review.Objects {
		if c.Addr == o.Addr {
			return c.Change
		}
	}
	return ""
}

// Who is a principal that may call an operation in the second version.
type Who struct {
	Addr schema.Addr
	Name string
	access.Entry
	Actor access.Actor
}

// WhoMay returns the principals that may call the operation.
func (r *Review) WhoMay(o catalog.Operation) []Who {
	var list []Who
	for i := range r.Principals {
		p := &r.Principals[i]
		if p.After == nil {
			continue
		}
		for _, e := range p.After.Entries {
			if e.Operation.String() == o.String() {
				list = append(list, Who{p.Addr, p.Name, e, p.After.Actor})
			}
		}
	}
	return list
}
