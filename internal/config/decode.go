package config

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hcldec"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/oktaform/oktaform/internal/budget"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// decodeBody decodes a block's body. hcldec iterates over a map; decodeBody returns diagnostics in
// the order of the file.
func decodeBody(body hcl.Body, spec hcldec.Spec, ctx *hcl.EvalContext) (cty.Value, hcl.Diagnostics) {
	value, diags := hcldec.Decode(body, spec, ctx)
	return value, asInFile(diags)
}

func asInFile(diags hcl.Diagnostics) hcl.Diagnostics {
	at := func(d *hcl.Diagnostic) int {
		if d.Subject == nil {
			return 0
		}
		return d.Subject.Start.Byte
	}
	slices.SortFunc(diags, func(a, b *hcl.Diagnostic) int {
		return cmp.Or(at(a)-at(b), strings.Compare(a.Summary, b.Summary), strings.Compare(a.Detail, b.Detail))
	})
	return diags
}

// evaluated evaluates the attributes that a body contains. hcldec would create values for all
// possible attributes.
func (n *node) evaluated(content *hcl.BodyContent, spec hcldec.ObjectSpec, ctx *hcl.EvalContext) (map[string]cty.Value, hcl.Diagnostics) {
	values := make(map[string]cty.Value, len(content.Attributes)+1)
	var diags hcl.Diagnostics
	for name, a := range content.Attributes {
		want := spec[name].(*hcldec.AttrSpec).Type
		if n.broken && len(a.Expr.Variables()) > 0 {
			values[name] = cty.UnknownVal(want)
			continue
		}
		v, more := a.Expr.Value(ctx)
		diags = append(diags, more...)
		converted, err := converted(v, want)
		if err != nil {
			converted = cty.UnknownVal(want)
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Incorrect attribute value type",
				Detail:  fmt.Sprintf("Inappropriate value for attribute %q: %s.", name, err),
				Subject: a.Expr.Range().Ptr(), Context: hcl.RangeBetween(a.NameRange, a.Expr.Range()).Ptr(), Expression: a.Expr, EvalContext: ctx})
		}
		values[name] = converted
	}
	return values, diags
}

// converted is like convert.Convert, which creates a new converter in each call: nearly all lists
// are tuples of elements that already have the right type.
func converted(v cty.Value, want cty.Type) (cty.Value, error) {
	t := v.Type()
	switch {
	case t.Equals(want):
		return v, nil
	case want.IsListType() && t.IsTupleType() && !v.IsMarked() && v.IsKnown() && !v.IsNull() && t.Length() > 0 &&
		!slices.ContainsFunc(t.TupleElementTypes(), func(elem cty.Type) bool { return !elem.Equals(want.ElementType()) }):
		return cty.ListVal(schema.Elements(v)), nil
	}
	return budget.Convert(v, want)
}

// decoder converts the result of hcldec to the value of a kind and collects errors.
type decoder struct {
	ctx   *hcl.EvalContext
	now   time.Time
	diags hcl.Diagnostics
}

// attrs checks and converts the attributes of one body; raw contains those that are given. It
// stores local ones in local and returns the others, without null ones that are not given.
func (dec *decoder) attrs(list []schema.Attr, raw map[string]cty.Value, content *hcl.BodyContent, header hcl.Range, local map[string]cty.Value) map[string]cty.Value {
	out := make(map[string]cty.Value, len(raw)+4)
	for i := range list {
		a := &list[i]
		if a.Computed && !a.Settable {
			continue
		}
		given, ok := content.Attributes[a.Name]
		v, there := raw[a.Name]
		if !ok && (!there || v.IsNull()) {
			switch {
			case a.Local:
				local[a.Name] = leftOut(a)
			case a.Required: // already reported
				out[a.Name] = cty.UnknownVal(a.Type)
			}
			continue
		}
		if !ok { // a block's label
			given = &hcl.Attribute{Name: a.Name, Range: header, NameRange: header}
		}
		before := len(dec.diags)
		filled := a.Narrows && dec.narrows(a, v, given)
		switch {
		case dec.diags[before:].HasErrors():
		case schema.IsRef(a.Type):
			v = dec.refs(a, v, given)
		case a.HoldsIDs():
			v = dec.ids(a, v, given)
		case a.JSON:
			v = dec.json(a, v, given)
		case a.Type == cty.DynamicPseudoType:
		default:
			dec.check(a, v, given)
			dec.moment(a, v, given)
		}
		if dec.diags[before:].HasErrors() {
			v = cty.UnknownVal(a.Type) // its error is already reported
		} else if filled && !v.IsKnown() {
			v = cty.UnknownVal(a.Type).RefineNotNull().Refine().CollectionLengthLowerBound(1).NewValue()
		}
		if a.Sensitive && !v.IsNull() {
			v = v.Mark(schema.Sensitive)
		}
		if a.Local {
			if v.IsNull() {
				v = leftOut(a)
			}
			local[a.Name] = v
			continue
		}
		out[a.Name] = v
	}
	return out
}

// leftOut returns the value of a local attribute that is not given.
func leftOut(a *schema.Attr) cty.Value {
	if a.Default != cty.NilVal {
		return a.Default
	}
	return cty.NullVal(a.Type)
}

// check applies Required and OneOf to a value of the right type.
func (dec *decoder) check(a *schema.Attr, v cty.Value, given *hcl.Attribute) {
	v, marks := v.UnmarkDeep()
	if len(marks) > 0 && (len(a.OneOf) > 0 || a.Known != nil) {
		dec.error(given, "Sensitive value for "+a.Name, "Plans and messages show %s, so its value must not be sensitive.", a.Name)
		return
	}
	if v.IsNull() {
		if a.Required && given.Expr != nil { // a missing one is already reported
			dec.error(given, "Missing value", "%s must have a value; it is null here.", a.Name)
		}
		return
	}
	if a.Required && v.Type() == cty.String && v.IsKnown() && v.AsString() == "" {
		dec.error(given, "Missing value", "%s must not be empty.", a.Name)
	}
	if a.Sensitive && v.IsKnown() && v.AsString() == "" {
		dec.error(given, "Missing value", "%s is empty here. If it comes from a variable, the variable has an empty string; null means no value.", a.Name)
	}
	if v.Type().IsListType() && v.IsKnown() {
		for _, elem := range schema.Elements(v) {
			if elem.IsNull() {
				dec.error(given, "Missing value", "%s must not contain null.", a.Name)
				return
			}
			dec.oneOf(a, elem, given)
		}
		return
	}
	dec.oneOf(a, v, given)
}

// moment warns of a time that is in the future by this machine's clock, which may be wrong: a plan
// refuses times in the future by the org's clock.
func (dec *decoder) moment(a *schema.Attr, v cty.Value, given *hcl.Attribute) {
	if a.VersionOf == "" {
		return
	}
	t, err := schema.ParseMoment(schema.Text(v))
	if err != nil || dec.now.IsZero() || !t.After(dec.now) {
		return
	}
	dec.diags = append(dec.diags, &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: "Time in the future",
		Detail: fmt.Sprintf("%s lies in the future by this machine's clock. If it also does by the org's clock, a plan refuses it: every run until then would make the change again.", a.Name), Subject: given.Range.Ptr()})
}

func (dec *decoder) oneOf(a *schema.Attr, v cty.Value, given *hcl.Attribute) {
	if a.Known != nil && v.IsKnown() {
		dec.known(a, v.AsString(), given)
	}
	if len(a.OneOf) == 0 || !v.IsKnown() || slices.Contains(a.OneOf, v.AsString()) {
		return
	}
	dec.error(given, "Invalid value for "+a.Name, "%q is not one of %s.%s",
		v.AsString(), strings.Join(a.OneOf, ", "), DidYouMean(strings.ToUpper(v.AsString()), a.OneOf))
}

// known warns of an unknown value: Okta may have added it since.
func (dec *decoder) known(a *schema.Attr, value string, given *hcl.Attribute) {
	names := a.Known()
	if slices.Contains(names, value) {
		return
	}
	dec.diags = append(dec.diags, &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: "Unknown value in " + a.Name,
		Detail:  fmt.Sprintf("%q is not in the catalog of this version of oktaform.%s If Okta has added it since, ignore this warning.", value, DidYouMean(value, names)),
		Subject: given.Expr.Range().Ptr()})
}

// json stores any value as its JSON text.
func (dec *decoder) json(a *schema.Attr, v cty.Value, given *hcl.Attribute) cty.Value {
	v, marks := v.UnmarkDeep()
	switch {
	case v.IsNull():
		return cty.NullVal(a.Type)
	case !v.IsWhollyKnown():
		return cty.UnknownVal(a.Type).WithMarks(marks)
	case !v.Type().IsObjectType() && !v.Type().IsMapType():
		dec.error(given, "Not an object", "%s must be an object, for example { team = \"iam\" }.", a.Name)
		return cty.UnknownVal(a.Type)
	}
	raw, err := ctyjson.Marshal(v, v.Type())
	if err != nil {
		dec.error(given, "Not an object", "%s can't be written as JSON: %s.", a.Name, err)
		return cty.UnknownVal(a.Type)
	}
	return cty.StringVal(string(raw)).WithMarks(marks)
}

func (dec *decoder) error(given *hcl.Attribute, summary, format string, args ...any) {
	d := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: summary, Detail: fmt.Sprintf(format, args...), Subject: &given.Range}
	if given.Expr != nil {
		d.Subject = given.Expr.Range().Ptr()
		if traversal, diags := hcl.AbsTraversalForExpr(given.Expr); !diags.HasErrors() && kinds.Named(traversal.RootName()) == nil {
			d.Expression, d.EvalContext = given.Expr, dec.ctx // "with var.x as ..."
		}
	}
	dec.diags = append(dec.diags, d)
}

// withoutSecrets removes the sensitive strings of a value from a message that quotes them.
func withoutSecrets(message string, value cty.Value) string {
	_ = cty.Walk(value, func(_ cty.Path, marked cty.Value) (bool, error) {
		if !marked.IsMarked() {
			return true, nil
		}
		bare, _ := marked.UnmarkDeep()
		return false, cty.Walk(bare, func(_ cty.Path, v cty.Value) (bool, error) {
			if s := schema.Text(v); s != "" {
				message = strings.ReplaceAll(message, strconv.Quote(s), "(sensitive value)")
			}
			return true, nil
		})
	})
	return message
}

// problem returns the diagnostic for a kind's Problem, at the position of its attribute or block.
func problem(p schema.Problem, n *node, content *hcl.BodyContent) *hcl.Diagnostic {
	d := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: p.Summary, Detail: p.Detail, Subject: &n.rng}
	attrs := content.Attributes
	if blocks := content.Blocks.OfType(p.Block); p.Block != "" && p.Index < len(blocks) {
		d.Subject = &blocks[p.Index].DefRange
		attrs, _ = blocks[p.Index].Body.JustAttributes()
	}
	if a, ok := attrs[p.Attr]; ok {
		d.Subject = a.Expr.Range().Ptr()
	}
	return d
}
