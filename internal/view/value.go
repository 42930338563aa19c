package view

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// Value writes a value as Terraform's console does: in HCL's syntax, with the types of collections
// and nulls.
func Value(v cty.Value) string { return valueText(v, "") }

func valueText(v cty.Value, indent string) string {
	v, marks := v.Unmark()
	if _, secret := marks[schema.Sensitive]; secret {
		return "(sensitive value)"
	}
	t := v.Type()
	switch {
	case !v.IsKnown():
		return "(known after apply)"
	case v.IsNull():
		return nullText(t)
	case t == cty.String:
		return stringText(v.AsString(), indent)
	case t == cty.Number:
		return v.AsBigFloat().Text('f', -1)
	case t == cty.Bool:
		return strconv.FormatBool(v.True())
	case t.IsObjectType():
		return mappingText(v, indent)
	case t.IsTupleType():
		return sequenceText(v, indent)
	case t.IsMapType():
		return "tomap(" + mappingText(v, indent) + ")"
	case t.IsListType():
		return "tolist(" + sequenceText(v, indent) + ")"
	case t.IsSetType():
		return "toset(" + sequenceText(v, indent) + ")"
	}
	return "(a value of type " + t.FriendlyName() + ")"
}

func nullText(t cty.Type) string {
	switch {
	case t == cty.DynamicPseudoType:
		return "null"
	case t.IsPrimitiveType():
		return "to" + t.FriendlyName() + "(null)"
	case t.IsListType(), t.IsSetType(), t.IsMapType():
		kind, _, _ := strings.Cut(t.FriendlyName(), " ")
		return fmt.Sprintf("to%s(null) /* of %s */", kind, t.ElementType().FriendlyName())
	}
	return fmt.Sprintf("null /* %s */", t.FriendlyName())
}

// stringText writes a string in quotes, or as a heredoc if it has several lines.
func stringText(text, indent string) string {
	lines := strings.Split(text, "\n")
	if len(lines) == 1 {
		return strconv.Quote(text)
	}
	begin, end := "<<", "EOT"
	if indent != "" {
		begin = "<<-"
	}
	for slices.ContainsFunc(lines, func(line string) bool { return strings.TrimSpace(line) == end }) {
		end += "_"
	}
	var b strings.Builder
	b.WriteString(begin + end)
	for _, line := range append(lines, end) {
		b.WriteString("\n" + indent + line)
	}
	return b.String()
}

func mappingText(v cty.Value, indent string) string {
	var lines []string
	for it := v.ElementIterator(); it.Next(); {
		key, element := it.Element()
		lines = append(lines, strconv.Quote(key.AsString())+" = "+valueText(element, indent+"  "))
	}
	return inBrackets("{", lines, "}", indent, "  ")
}

func sequenceText(v cty.Value, indent string) string {
	var lines []string
	for it := v.ElementIterator(); it.Next(); {
		_, element := it.Element()
		lines = append(lines, valueText(element, indent+"  ")+",")
	}
	return inBrackets("[", lines, "]", indent, "  ")
}

// inBrackets writes each line on a line of its own, further indented.
func inBrackets(open string, lines []string, end, indent, further string) string {
	if len(lines) == 0 {
		return open + end
	}
	return open + "\n" + indent + further + strings.Join(lines, "\n"+indent+further) + "\n" + indent + end
}

// ValueType writes the type of a value as Terraform's console does. The names of attributes can be
// made from a secret, so those in a sensitive value are not shown.
func ValueType(v cty.Value) string {
	if hidesNames(v) {
		return "(sensitive value)"
	}
	return typeText(v.Type(), "")
}

// hidesNames reports whether an object is, or is part of, a sensitive value.
func hidesNames(v cty.Value) bool {
	v, marks := v.Unmark()
	if _, secret := marks[schema.Sensitive]; secret && hasNames(v.Type()) {
		return true
	}
	if v.IsNull() || !v.IsKnown() || !v.CanIterateElements() {
		return false
	}
	for it := v.ElementIterator(); it.Next(); {
		if _, element := it.Element(); hidesNames(element) {
			return true
		}
	}
	return false
}

// hasNames reports whether values of the type contain objects.
func hasNames(t cty.Type) bool {
	switch {
	case t.IsObjectType():
		return true
	case t.IsTupleType():
		return slices.ContainsFunc(t.TupleElementTypes(), hasNames)
	case t.IsCollectionType():
		return hasNames(t.ElementType())
	}
	return false
}

func typeText(t cty.Type, indent string) string {
	const further = "    "
	switch {
	case t == cty.DynamicPseudoType:
		return "dynamic"
	case t.IsObjectType():
		attrs := t.AttributeTypes()
		var lines []string
		for _, name := range slices.Sorted(maps.Keys(attrs)) {
			lines = append(lines, name+": "+typeText(attrs[name], indent+further)+",")
		}
		return "object(" + inBrackets("{", lines, "}", indent, further) + ")"
	case t.IsTupleType():
		var lines []string
		for _, element := range t.TupleElementTypes() {
			lines = append(lines, typeText(element, indent+further)+",")
		}
		return "tuple(" + inBrackets("[", lines, "]", indent, further) + ")"
	case t.IsListType(), t.IsSetType(), t.IsMapType():
		kind, _, _ := strings.Cut(t.FriendlyName(), " ")
		return kind + "(" + typeText(t.ElementType(), indent) + ")"
	}
	return t.FriendlyName()
}

// Tokens returns a value in HCL's syntax.
func Tokens(v cty.Value) []byte { return hclwrite.TokensForValue(v).Bytes() }
