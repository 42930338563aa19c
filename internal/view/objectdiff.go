package view

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// object returns the diff of an object with custom properties: each added, removed or different one
// on a line.
func (d *differ) object(before, after cty.Value, indent int) string {
	olds, news := properties(before), properties(after)
	names := slices.Sorted(maps.Keys(news))
	for name := range olds {
		if _, ok := news[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var lines []line
	unchanged := 0
	for _, name := range names {
		old, now := orNull(olds, name), orNull(news, name)
		l := line{name: propertyName(name)}
		switch {
		case plainEqual(old, now) || old.IsNull() && now.IsNull():
			unchanged++
			continue
		case old.IsNull():
			l.symbol, l.text = "+", d.property(now, "+", indent+4)
		case now.IsNull():
			l.symbol, l.text = "-", d.property(old, "-", indent+4)+d.style.Dim(" -> null")
		case old.Type().IsObjectType() && now.Type().IsObjectType():
			l.symbol, l.text = "~", d.object(old, now, indent+4)
		default:
			l.symbol, l.text = "~", d.property(old, "-", indent+4)+d.style.Yellow(" -> ")+d.property(now, "+", indent+4)
		}
		lines = append(lines, l)
	}
	if len(lines)+unchanged == 0 {
		return "{}"
	}
	var b strings.Builder
	b.WriteString("{\n")
	(&differ{style: d.style, out: &b}).lines(lines, indent+4)
	if unchanged > 0 {
		fmt.Fprintf(&b, "%s%s\n", strings.Repeat(" ", indent+8), d.style.Dim(fmt.Sprintf("# (%s hidden)", Count(unchanged, "unchanged attribute"))))
	}
	return b.String() + strings.Repeat(" ", indent+4) + "}"
}

// property returns the complete value of one property.
func (d *differ) property(v cty.Value, symbol string, indent int) string {
	t := v.Type()
	switch {
	case v.IsNull():
		return "null"
	case t.IsObjectType() && symbol == "+":
		return d.object(cty.NullVal(t), v, indent)
	case t.IsObjectType():
		return d.object(v, cty.NullVal(t), indent)
	case t.IsPrimitiveType():
		return element(v)
	}
	text, err := ctyjson.Marshal(v, t)
	if err != nil {
		return "..."
	}
	return Plain(string(text))
}

func properties(v cty.Value) map[string]cty.Value {
	if v.IsNull() || !v.IsKnown() || !v.Type().IsObjectType() {
		return nil
	}
	return v.AsValueMap()
}

func orNull(values map[string]cty.Value, name string) cty.Value {
	if v, ok := values[name]; ok {
		return v
	}
	return cty.NullVal(cty.DynamicPseudoType)
}

func propertyName(name string) string {
	if hclsyntax.ValidIdentifier(name) {
		return name
	}
	return Quote(name)
}
