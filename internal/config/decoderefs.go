package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// refs converts references to their type. The error for something else shows how a reference is
// written.
func (dec *decoder) refs(a *schema.Attr, v cty.Value, given *hcl.Attribute) cty.Value {
	v, marks := v.Unmark()
	if v.IsNull() {
		if a.Required && given.Expr != nil {
			dec.error(given, "Missing value", "%s must have a value; it is null here.", a.Name)
		}
		return cty.NullVal(a.Type)
	}
	if v.Type() == cty.DynamicPseudoType && !v.IsKnown() {
		return cty.UnknownVal(a.Type)
	}
	if a.Type.Equals(schema.Ref) {
		return dec.ref(a, v, given).WithMarks(marks)
	}
	if t := v.Type(); !t.IsTupleType() && !t.IsListType() && !t.IsSetType() {
		dec.error(given, "Not a list", "%s must be a list of references, for example [%s].", a.Name, example(a))
		return cty.UnknownVal(a.Type)
	}
	if !v.IsKnown() {
		return cty.UnknownVal(a.Type)
	}
	out := []cty.Value{}
	for _, elem := range schema.Elements(v) {
		if elem.IsNull() {
			dec.error(given, "Missing reference", "%s has an element that is null: an object that doesn't exist. Leave such elements out: [for %s in ... : %[2]s if %[2]s != null].",
				a.Name, noun(a))
			return cty.UnknownVal(a.Type)
		}
		out = append(out, dec.ref(a, elem, given))
	}
	if len(out) == 0 {
		return cty.ListValEmpty(schema.Ref)
	}
	return cty.ListVal(out).WithMarks(marks)
}

// ids reads a list of references and returns their ids.
func (dec *decoder) ids(a *schema.Attr, v cty.Value, given *hcl.Attribute) cty.Value {
	_, marks := v.UnmarkDeep()
	refs, _ := dec.refs(a, v, given).Unmark()
	switch {
	case refs.IsNull() || !refs.IsKnown():
		return refs.WithMarks(marks)
	case refs.LengthInt() == 0:
		return cty.ListValEmpty(cty.String)
	}
	var list []cty.Value
	for _, ref := range schema.Elements(refs) {
		id := cty.UnknownVal(cty.String)
		if ref.IsKnown() {
			id = ref.GetAttr("id")
		}
		list = append(list, id)
	}
	return cty.ListVal(list).WithMarks(marks)
}

func (dec *decoder) ref(a *schema.Attr, v cty.Value, given *hcl.Attribute) cty.Value {
	v, _ = v.Unmark()
	if v.Type() == cty.DynamicPseudoType && !v.IsKnown() {
		return cty.UnknownVal(schema.Ref)
	}
	if (a.OrID || a.NameOrID) && v.Type() == cty.String && !v.IsNull() {
		return cty.ObjectVal(map[string]cty.Value{"id": v, "addr": cty.StringVal(""), "name": v})
	}
	if a.OrName && v.Type() == cty.String && !v.IsNull() {
		return cty.ObjectVal(map[string]cty.Value{"id": cty.NullVal(cty.String), "addr": cty.StringVal(""), "name": v})
	}
	if v.IsNull() || !v.Type().IsObjectType() || !v.Type().HasAttribute("addr") || !v.Type().HasAttribute("id") {
		dec.error(given, "Not a reference", "%s takes %s.", a.Name, takes(a))
		return cty.UnknownVal(schema.Ref)
	}
	ref, err := asRef(v)
	if err != nil {
		dec.error(given, "Not a reference", "%s: %s.", a.Name, err)
		return cty.UnknownVal(schema.Ref)
	}
	if addr := schema.Text(ref.GetAttr("addr")); addr != "" {
		parsed, err := schema.ParseAddr(addr)
		if parsed.Data && !kinds.TakesData(a, parsed.Kind) {
			dec.error(given, "Reference to the wrong kind", "%s takes references such as %s; %s is a %s.",
				a.Name, example(a), parsed, parsed.Kind)
		}
		if kind := kinds.Named(parsed.Kind); err == nil && !parsed.Data && kind != nil && !slices.Contains(a.Refs, parsed.Kind) {
			dec.error(given, "Reference to the wrong kind", "%s takes references such as %s; %s is a %s.",
				a.Name, example(a), parsed, kind.Title)
		}
	}
	return ref
}

// takes describes what can be given for a reference.
func takes(a *schema.Attr) string {
	declared, data := kinds.RefExamples(a)
	switch {
	case a.NameOrID:
		return "a name or an id as a string"
	case a.OrName:
		return fmt.Sprintf("the name of a %s as a string, or a data source such as %s", a.Refs[0], data)
	case a.OrID:
		return fmt.Sprintf("a reference such as %s or %s, or an id as a string", declared, data)
	}
	return fmt.Sprintf("references to declared objects or data sources, for example %s or %s, not names or ids", declared, data)
}

// noun names the objects that the attribute refers to.
func noun(a *schema.Attr) string {
	_, data := kinds.RefExamples(a)
	return strings.Split(data, ".")[1]
}

func example(a *schema.Attr) string {
	declared, _ := kinds.RefExamples(a)
	return declared
}

// asRef converts an object to a reference. A declared object has many more attributes, which the
// conversion would check one by one.
func asRef(v cty.Value) (cty.Value, error) {
	of := v.Type()
	if v.IsKnown() && of.HasAttribute("id") && of.HasAttribute("addr") && of.HasAttribute("name") {
		v = cty.ObjectVal(map[string]cty.Value{"id": v.GetAttr("id"), "addr": v.GetAttr("addr"), "name": v.GetAttr("name")})
	}
	return convert.Convert(v, schema.Ref)
}
