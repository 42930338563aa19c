package fileedit

import (
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// expression returns a value as an expression. why says what must be declared first if the value
// refers to something that no file can name.
func expression(a *schema.Attr, v cty.Value) (text, why string) {
	v, _ = v.UnmarkDeep()
	v = a.Opened(v)
	switch {
	case v.IsNull():
		return "null", ""
	case !v.IsWhollyKnown():
		return "", "its value is known only after apply"
	case v.Type().Equals(schema.Ref):
		return reference(a, v)
	case v.Type().IsListType() || v.Type().IsTupleType() || v.Type().IsSetType():
		var list []string
		for it := v.ElementIterator(); it.Next(); {
			_, element := it.Element()
			text, why := expression(a, element)
			if why != "" {
				return "", why
			}
			list = append(list, text)
		}
		if line := "[" + strings.Join(list, ", ") + "]"; len(line) <= 80 || len(list) < 2 {
			return line, ""
		}
		return "[\n  " + strings.Join(list, ",\n  ") + ",\n]", ""
	case v.Type().IsMapType() || v.Type().IsObjectType():
		attrs := v.AsValueMap()
		var lines []string
		for _, name := range slices.Sorted(maps.Keys(attrs)) {
			text, why := expression(&schema.Attr{}, attrs[name])
			if why != "" {
				return "", why
			}
			lines = append(lines, propertyName(name)+" = "+strings.ReplaceAll(text, "\n", "\n  "))
		}
		if len(lines) == 0 {
			return "{}", ""
		}
		return "{\n  " + strings.Join(lines, "\n  ") + "\n}", ""
	}
	return string(hclwrite.TokensForValue(v).Bytes()), ""
}

// reference returns the expression for another object: its address if it is declared, else what may
// be used instead.
func reference(a *schema.Attr, ref cty.Value) (text, why string) {
	id, name, addr := schema.Text(ref.GetAttr("id")), schema.Text(ref.GetAttr("name")), schema.Text(ref.GetAttr("addr"))
	switch {
	case addr != "" && !strings.HasPrefix(addr, "module."):
		return addr, ""
	case a.NameOrID && name != "", a.OrName && !a.OrID && name != "":
		return quoted(name), ""
	case a.OrID && id != "":
		return quoted(id), ""
	}
	return "", "it names " + quoted(name) + " (" + id + "), which no file here declares: declare it, or look it up with a data block, and run the command again"
}

func propertyName(name string) string {
	if hclsyntax.ValidIdentifier(name) && name != "true" && name != "false" && name != "null" && name != "for" {
		return name
	}
	return quoted(name)
}

// literal reports whether an expression contains its value itself, without references.
func literal(e hclsyntax.Expression) bool {
	switch e := e.(type) {
	case *hclsyntax.LiteralValueExpr:
		return true
	case *hclsyntax.TemplateExpr:
		return !slices.ContainsFunc(e.Parts, func(part hclsyntax.Expression) bool { return !literal(part) })
	case *hclsyntax.UnaryOpExpr:
		return literal(e.Val)
	case *hclsyntax.ScopeTraversalExpr:
		root := e.Traversal.RootName()
		return root == "data" || kinds.Named(root) != nil
	case *hclsyntax.TupleConsExpr:
		return !slices.ContainsFunc(e.Exprs, func(one hclsyntax.Expression) bool { return !literal(one) })
	case *hclsyntax.ObjectConsExpr:
		return !slices.ContainsFunc(e.Items, func(item hclsyntax.ObjectConsItem) bool { return !literal(item.ValueExpr) })
	}
	return false
}

// denotes reports whether an expression denotes an element: it is the same string, or the address
// of the referenced object.
func (o *Object) denotes(e hclsyntax.Expression, v cty.Value) bool {
	if v.Type().Equals(schema.Ref) {
		if addr := schema.Text(v.GetAttr("addr")); addr != "" {
			source := string(e.Range().SliceBytes(o.Src))
			return source == addr || source == addr+".id"
		}
		got := staticValue(e)
		return got != cty.NilVal && got.Type() == cty.String && (got.AsString() == schema.Text(v.GetAttr("id")) || got.AsString() == schema.Text(v.GetAttr("name")))
	}
	got := staticValue(e)
	return got != cty.NilVal && got.RawEquals(v)
}

// staticValue returns the value of a constant expression; cty.NilVal for others.
func staticValue(e hclsyntax.Expression) cty.Value {
	if len(e.Variables()) > 0 {
		return cty.NilVal
	}
	v, diags := e.Value(nil)
	if diags.HasErrors() || v.IsNull() || !v.IsWhollyKnown() {
		return cty.NilVal
	}
	return v
}
