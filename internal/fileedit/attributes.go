package fileedit

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// Accept changes an attribute, or the nested blocks of a type, from the declared value to the
// org's.
func (o *Object) Accept(name string, declared, actual schema.Value) error {
	if a := o.kind.Attr(name); a != nil {
		return o.attribute(o.block, a, declared.GetAttr(name), actual.GetAttr(name))
	}
	b := o.kind.Block(name)
	for _, inner := range o.block.Body.Blocks {
		if inner.Type == "dynamic" && len(inner.Labels) == 1 && inner.Labels[0] == name {
			return refuse(inner.DefRange(), "this dynamic block generates the %s blocks: edit the values that it uses by hand", name)
		}
	}
	return o.blocks(b, declared.GetAttr(name), actual.GetAttr(name))
}

// SetStrings changes an attribute that is a list of strings.
func (o *Object) SetStrings(name string, declared, actual []string) error {
	return o.attribute(o.block, o.kind.Attr(name), stringList(declared), stringList(actual))
}

func stringList(texts []string) cty.Value {
	if len(texts) == 0 {
		return cty.ListValEmpty(cty.String)
	}
	values := make([]cty.Value, len(texts))
	for i, text := range texts {
		values[i] = cty.StringVal(text)
	}
	return cty.ListVal(values)
}

// attribute edits one attribute of a block.
func (o *Object) attribute(in *hclsyntax.Block, a *schema.Attr, declared, actual cty.Value) error {
	declared, actual = unmarked(declared), unmarked(actual)
	there := in.Body.Attributes[a.Name]
	switch {
	case a.Local || a.WriteOnly || a.Computed && !a.Settable:
		return refuse(in.DefRange(), "%s is set by Okta, and can't be declared", a.Name)
	case a.Sensitive:
		return refuse(in.DefRange(), "%s is secret, and is never written to a file", a.Name)
	case there == nil && (actual.IsNull() || isDefault(a, actual) && !a.Unmanaged):
		return nil // left out means that, once what it depends on is accepted, too
	case there == nil:
		text, why := expression(a, actual)
		if why != "" {
			return refuse(in.DefRange(), "%s: %s", a.Name, why)
		}
		o.append(in, a.Name+" = "+text+"\n", false)
		return nil
	case actual.IsNull() && a.Required:
		return refuse(there.Range(), "%s is required, and the org has none: revert the change with apply", a.Name)
	case actual.IsNull(), a.Narrows && isEmpty(actual): // without a list there is no limit
		if !literal(there.Expr) {
			return o.computed(there)
		}
		o.cutLines(there.Range())
		return nil
	}
	switch e := there.Expr.(type) {
	case *hclsyntax.TupleConsExpr:
		if actual.Type().IsListType() {
			return o.list(e, a, declared, actual)
		}
	case *hclsyntax.ObjectConsExpr:
		if a.JSON {
			return o.object(e, a.Opened(declared), a.Opened(actual))
		}
	}
	return o.value(there.Expr, a, actual)
}

// computed refuses an attribute whose value is defined elsewhere.
func (o *Object) computed(there *hclsyntax.Attribute) error {
	return refuse(there.Range(), "%s is computed (%s): edit its source by hand", there.Name, clipped(there.Expr.Range().SliceBytes(o.Src)))
}

// value replaces a whole expression.
func (o *Object) value(e hclsyntax.Expression, a *schema.Attr, actual cty.Value) error {
	if !literal(e) {
		return refuse(e.Range(), "%s is computed (%s): edit its source by hand", cmp.Or(a.Name, "the value"), clipped(e.Range().SliceBytes(o.Src)))
	}
	text, why := expression(a, actual)
	if why != "" {
		return refuse(e.Range(), "%s: %s", a.Name, why)
	}
	r := e.Range()
	end := r.End.Byte
	if bytes.HasPrefix(r.SliceBytes(o.Src), []byte("<<")) && end > r.Start.Byte && o.Src[end-1] == '\n' {
		end-- // the newline that ends a heredoc also ends the line
	}
	o.replace(r.Start.Byte, end, strings.ReplaceAll(text, "\n", "\n"+o.indent(r.Start.Byte)))
	return nil
}

// list edits the elements of a list that differ.
func (o *Object) list(e *hclsyntax.TupleConsExpr, a *schema.Attr, declared, actual cty.Value) error {
	was, is := schema.Elements(declared), schema.Elements(actual)
	gone, added := lacking(was, is), lacking(is, was)
	if !a.Unordered && !schema.IsRef(a.Type) && !slices.EqualFunc(append(lacking(was, gone), added...), is, schema.Equal) {
		return o.value(e, a, actual) // their order matters
	}
	var cut []int
	for _, v := range gone {
		i := slices.IndexFunc(e.Exprs, func(one hclsyntax.Expression) bool { return o.denotes(one, v) })
		if i < 0 {
			return o.value(e, a, actual)
		}
		cut = append(cut, i)
	}
	var texts []string
	for _, v := range added {
		text, why := expression(a, v)
		if why != "" {
			return refuse(e.Range(), "%s: %s", a.Name, why)
		}
		texts = append(texts, text)
	}
	o.elements(e, cut, texts)
	return nil
}

// elements removes elements from a list and appends others.
func (o *Object) elements(e *hclsyntax.TupleConsExpr, cut []int, add []string) {
	open, end := e.OpenRange.End.Byte, e.Range().End.Byte-1
	kept := slices.DeleteFunc(slices.Clone(e.Exprs), func(one hclsyntax.Expression) bool {
		return slices.ContainsFunc(cut, func(i int) bool { return e.Exprs[i] == one })
	})
	if !bytes.Contains(o.Src[open:end], []byte("\n")) || len(kept)+len(add) == 0 || len(e.Exprs) == 0 {
		var all []string
		for _, one := range kept {
			all = append(all, string(one.Range().SliceBytes(o.Src)))
		}
		o.replace(open, end, strings.Join(append(all, add...), ", "))
		return
	}
	for _, i := range cut {
		r := e.Exprs[i].Range()
		to := r.End.Byte
		if comma := bytes.IndexByte(o.Src[to:end], ','); comma >= 0 && len(bytes.TrimSpace(o.Src[to:to+comma])) == 0 {
			to += comma + 1
		}
		r.End.Byte = to
		o.cutLines(r)
	}
	if len(add) == 0 {
		return
	}
	if len(kept) == 0 {
		at := o.lineEnd(open)
		indent := o.indent(e.Exprs[0].Range().Start.Byte)
		o.replace(at, at, indent+strings.Join(add, ",\n"+indent)+",\n")
		return
	}
	last := kept[len(kept)-1].Range()
	indent := o.indent(last.Start.Byte)
	at, comma := last.End.Byte, ","
	if i := bytes.IndexByte(o.Src[at:end], ','); i >= 0 && len(bytes.TrimSpace(o.Src[at:at+i])) == 0 {
		comma = ""
		at += i + 1
	}
	if comma != "" {
		o.replace(last.End.Byte, last.End.Byte, comma)
	}
	line := o.lineEnd(at)
	if line > end { // the list ends on the line of its last element
		o.replace(end, end, "\n"+indent+strings.Join(add, ",\n"+indent)+",\n"+o.indent(o.lineStart(end)))
		return
	}
	o.replace(line, line, indent+strings.Join(add, ",\n"+indent)+",\n")
}

// object edits the properties of an object that differ.
func (o *Object) object(e *hclsyntax.ObjectConsExpr, declared, actual cty.Value) error {
	was, is := properties(declared), properties(actual)
	seen := map[string]bool{}
	for _, item := range e.Items {
		name := schema.Text(keyOf(item.KeyExpr))
		if name == "" {
			return refuse(item.KeyExpr.Range(), "the name of a property is computed here: edit it by hand")
		}
		seen[name] = true
		now, has := is[name]
		switch {
		case !has || now.IsNull():
			if old, had := was[name]; had && !old.IsNull() {
				if !literal(item.ValueExpr) {
					return refuse(item.ValueExpr.Range(), "%s is computed (%s): edit its source by hand", name, clipped(item.ValueExpr.Range().SliceBytes(o.Src)))
				}
				o.cutItem(e, item)
			}
		case was[name] != cty.NilVal && was[name].RawEquals(now):
		default:
			inner, nested := item.ValueExpr.(*hclsyntax.ObjectConsExpr)
			if nested && now.Type().IsObjectType() && was[name] != cty.NilVal && was[name].Type().IsObjectType() {
				if err := o.object(inner, was[name], now); err != nil {
					return err
				}
				continue
			}
			if err := o.value(item.ValueExpr, &schema.Attr{Name: name}, now); err != nil {
				return err
			}
		}
	}
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(is)) {
		if seen[name] || is[name].IsNull() {
			continue
		}
		text, why := expression(&schema.Attr{}, is[name])
		if why != "" {
			return refuse(e.Range(), "%s: %s", name, why)
		}
		lines = append(lines, propertyName(name)+" = "+text)
	}
	o.addItems(e, lines)
	return nil
}

// cutItem removes a property with its comma.
func (o *Object) cutItem(e *hclsyntax.ObjectConsExpr, item hclsyntax.ObjectConsItem) {
	r := item.ValueExpr.Range()
	end := e.Range().End.Byte - 1
	r.Start = item.KeyExpr.Range().Start
	if comma := bytes.IndexByte(o.Src[r.End.Byte:end], ','); comma >= 0 && len(bytes.TrimSpace(o.Src[r.End.Byte:r.End.Byte+comma])) == 0 {
		r.End.Byte += comma + 1
	} else if before := bytes.TrimRight(o.Src[:r.Start.Byte], " \t"); len(before) > 0 && before[len(before)-1] == ',' {
		r.Start.Byte = len(before) - 1
	}
	o.cutLines(r)
}

// addItems appends properties to an object.
func (o *Object) addItems(e *hclsyntax.ObjectConsExpr, lines []string) {
	if len(lines) == 0 {
		return
	}
	open, end := e.OpenRange.End.Byte, e.Range().End.Byte-1
	body := bytes.TrimSpace(o.Src[open:end])
	if !bytes.Contains(o.Src[open:end], []byte("\n")) {
		separator := ""
		if len(body) > 0 && body[len(body)-1] != ',' {
			separator = ", "
		}
		o.replace(open+len(bytes.TrimRight(o.Src[open:end], " \t")), end, separator+strings.Join(lines, ", ")+" ")
		if len(body) == 0 {
			o.splices[len(o.splices)-1].text = " " + strings.Join(lines, ", ") + " "
		}
		return
	}
	indent := o.indent(o.lineStart(end)+len(o.indent(end))) + "  "
	at := o.lineStart(end)
	o.replace(at, at, indent+strings.ReplaceAll(strings.Join(lines, "\n"), "\n", "\n"+indent)+"\n")
}

// keyOf returns the name of a property.
func keyOf(e hclsyntax.Expression) cty.Value {
	v, diags := e.Value(nil)
	if diags.HasErrors() || v.IsNull() || !v.IsKnown() {
		return cty.NilVal
	}
	return v
}

func properties(v cty.Value) map[string]cty.Value {
	if v == cty.NilVal || v.IsNull() || !v.IsKnown() || !v.Type().IsObjectType() {
		return nil
	}
	return v.AsValueMap()
}

// lacking returns a without the elements of b.
func lacking(a, b []cty.Value) (out []cty.Value) {
	for _, v := range a {
		if !slices.ContainsFunc(b, func(w cty.Value) bool { return schema.Equal(v, w) }) {
			out = append(out, v)
		}
	}
	return out
}

func isDefault(a *schema.Attr, v cty.Value) bool {
	return a.Default != cty.NilVal && v.RawEquals(a.Default)
}

func unmarked(v cty.Value) cty.Value {
	v, _ = v.UnmarkDeep()
	return v
}

// clipped returns the beginning of an expression's source, on one line.
func clipped(source []byte) string {
	text := strings.Join(strings.Fields(string(source)), " ")
	if len(text) > 60 {
		return text[:57] + "..."
	}
	return text
}
