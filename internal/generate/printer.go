package generate

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
)

// printer writes blocks in HCL's syntax.
type printer struct {
	bytes.Buffer
	depth   int
	content bool // whether the current block has content
}

func (p *printer) indent() { p.WriteString(strings.Repeat("  ", p.depth)) }

func (p *printer) comment(text string) {
	p.indent()
	p.WriteString("# " + text + "\n")
}

// open begins a block.
func (p *printer) open(typ string, labels ...string) {
	if p.depth > 0 && p.content {
		p.WriteByte('\n')
	}
	p.indent()
	p.WriteString(typ)
	for _, label := range labels {
		p.WriteString(" " + quoted(label))
	}
	p.WriteString(" {\n")
	p.depth++
	p.content = false
}

// close ends it.
func (p *printer) close() {
	p.depth--
	if p.content {
		p.indent()
	} else {
		p.Truncate(p.Len() - 1) // the end of the line
	}
	p.WriteString("}\n")
	p.content = true
}

// attr writes an attribute and indents further lines of the expression.
func (p *printer) attr(name, expr string) {
	p.indent()
	p.WriteString(name + " = " + strings.ReplaceAll(expr, "\n", "\n"+strings.Repeat("  ", p.depth)) + "\n")
	p.content = true
}

// quoted returns a string literal without templates.
func quoted(s string) string { return string(hclwrite.TokensForValue(cty.StringVal(s)).Bytes()) }

// lineWidth is the maximum length of a list on one line.
const lineWidth = 80

// listOf returns a list of expressions, on one line if it is short.
func listOf(list []string) string {
	if line := "[" + strings.Join(list, ", ") + "]"; len(list) < 2 || len(line) <= lineWidth && !strings.Contains(line, "\n") {
		return line
	}
	return "[\n  " + strings.Join(list, ",\n  ") + ",\n]"
}

// expressionOf returns a value as an expression.
func expressionOf(v cty.Value) string {
	switch t := v.Type(); {
	case v.IsNull():
		return "null"
	case t.IsListType() || t.IsTupleType() || t.IsSetType():
		var list []string
		for it := v.ElementIterator(); it.Next(); {
			_, element := it.Element()
			list = append(list, expressionOf(element))
		}
		return listOf(list)
	case t.IsMapType() || t.IsObjectType():
		attrs := v.AsValueMap()
		var lines []string
		for _, name := range slices.Sorted(maps.Keys(attrs)) {
			lines = append(lines, key(name)+" = "+expressionOf(attrs[name]))
		}
		return objectOf(lines)
	}
	return string(hclwrite.TokensForValue(v).Bytes())
}

func objectOf(lines []string) string {
	if len(lines) == 0 {
		return "{}"
	}
	for i := range lines {
		lines[i] = strings.ReplaceAll(lines[i], "\n", "\n  ")
	}
	return "{\n  " + strings.Join(lines, "\n  ") + "\n}"
}

// key returns the name of an attribute of an object, in quotes if necessary.
func key(name string) string {
	if hclsyntax.ValidIdentifier(name) && !reserved(name) {
		return name
	}
	return quoted(name)
}

// jsonExpression returns a JSON object as an expression, without null members; "" if it is empty.
func jsonExpression(raw string) (string, error) {
	var object map[string]any
	decoder := json.NewDecoder(strings.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(&object); err != nil {
		return "", err
	}
	maps.DeleteFunc(object, func(_ string, v any) bool { return v == nil })
	if len(object) == 0 {
		return "", nil
	}
	return jsonValue(object), nil
}

func jsonValue(v any) string {
	switch v := v.(type) {
	case map[string]any:
		var lines []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			lines = append(lines, key(name)+" = "+jsonValue(v[name]))
		}
		return objectOf(lines)
	case []any:
		var list []string
		for _, element := range v {
			list = append(list, jsonValue(element))
		}
		return listOf(list)
	case string:
		return quoted(v)
	case json.Number:
		return v.String()
	case bool:
		if v {
			return "true"
		}
		return "false"
	}
	return "null"
}
