package view

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// line is one line of a diff: a symbol, a name and a value. Lines without a name contain only text.
type line struct {
	symbol string
	name   string
	text   string
}

// differ writes the body of a change.
type differ struct {
	style Style
	out   *strings.Builder
}

// change writes one change as a block, with the attributes that differ.
func (d *differ) change(c *plan.Change) {
	symbol := string(c.Action)
	switch {
	case c.Action == plan.Import:
		symbol = "~"
	case c.OnlyMoved():
		symbol = ""
	}
	fmt.Fprintf(d.out, "%s%s %s %q {\n", strings.Repeat(" ", max(0, 3-max(1, len(symbol)))), d.symbol(symbol), c.Addr.Kind, Plain(c.Addr.Name))
	var id []line
	switch {
	case c.Action == plan.Create:
		id = []line{{"+", "id", "(known after apply)"}}
	case c.Action == plan.Delete:
		id = []line{{"-", "id", Quote(c.ID) + d.style.Dim(" -> null")}}
	case c.Action == plan.Replace:
		id = []line{{"~", "id", Quote(c.ID) + d.style.Yellow(" -> ") + "(known after apply)"}}
	default:
		id = []line{{"", "id", Quote(c.ID)}}
	}
	id = append(id, d.mark(c)...)
	if label := attrOf(c.After, c.Kind.Label); plainEqual(label, attrOf(c.Before, c.Kind.Label)) {
		id = append(id, line{"", c.Kind.Label, element(label)}) // so that people recognize it
	}
	d.body(c.Kind, c.Before, c.After, id, c.Replaces)
	fmt.Fprintf(d.out, "    }\n")
}

// DiffFromDeclared returns the diff from the declared value to the org's: of an attribute or a type
// of blocks, or, without one, of a whole object that is not declared.
func DiffFromDeclared(c *plan.Change, attribute string) string {
	var b strings.Builder
	d := &differ{out: &b}
	switch {
	case attribute != "" && c.Kind.Attr(attribute) != nil:
		a := c.Kind.Attr(attribute)
		if l, changed := d.attr(a, attrOf(c.After, attribute), attrOf(c.Before, attribute), 0); changed {
			d.lines([]line{l}, 0)
		}
	case attribute != "":
		d.blocks(c.Kind.Block(attribute), attrOf(c.After, attribute), attrOf(c.Before, attribute), 0)
	case c.Action == plan.Delete:
		whole := *c
		whole.Action, whole.Before, whole.After = plan.Create, c.After, c.Before
		d.body(c.Kind, whole.Before, whole.After, nil, nil)
	}
	return strings.TrimPrefix(strings.TrimSuffix(b.String(), "\n"), "\n")
}

// mark writes how the mark of the object changes.
func (d *differ) mark(c *plan.Change) (lines []line) {
	switch {
	case !c.Kind.Owned() || c.Action == plan.Delete:
	case c.Prior == nil:
		if c.Owner.Protect {
			lines = append(lines, line{"+", "prevent_destroy", "true"})
		}
	default:
		was := c.Prior.Owner
		if was.Owner != c.Owner.Owner || was.Addr != c.Owner.Addr {
			lines = append(lines, line{"~", "owner", d.owner(was) + d.style.Yellow(" -> ") + d.owner(c.Owner)})
		}
		if was.Protect != c.Owner.Protect {
			lines = append(lines, line{"~", "prevent_destroy", fmt.Sprint(was.Protect) + d.style.Yellow(" -> ") + fmt.Sprint(c.Owner.Protect)})
		}
		if was.Additive != c.Owner.Additive && was.Owner == c.Owner.Owner {
			lines = append(lines, line{"~", "authoritative.admin_role", fmt.Sprint(!was.Additive) + d.style.Yellow(" -> ") + fmt.Sprint(!c.Owner.Additive)})
		}
	}
	return lines
}

func (d *differ) owner(o schema.Owner) string {
	if o.IsZero() {
		return "null"
	}
	return Quote(o.Owner + " " + o.Addr)
}

// body writes the attributes of an object, then its nested blocks.
func (d *differ) body(k *schema.Kind, before, after schema.Value, id []line, replaces []string) {
	d.attrs(k.Attrs, before, after, id, replaces, 4)
	hidden := 0
	for i := range k.Blocks {
		hidden += d.blocks(&k.Blocks[i], attrOf(before, k.Blocks[i].Type), attrOf(after, k.Blocks[i].Type), 4)
	}
	if hidden > 0 {
		fmt.Fprintf(d.out, "\n        %s\n", d.style.Dim(fmt.Sprintf("# (%s hidden)", Count(hidden, "unchanged block"))))
	}
}

// attrs writes the attributes that differ, after the lines that identify the object.
func (d *differ) attrs(attrs []schema.Attr, before, after attributes, id []line, replaces []string, indent int) {
	lines := id
	hidden, defaults := 0, 0
	for i := range attrs {
		a := &attrs[i]
		if a.Local || a.Hidden {
			continue
		}
		l, changed := d.attr(a, attrOf(before, a.Name), attrOf(after, a.Name), indent)
		if !changed {
			if !attrOf(after, a.Name).IsNull() && !slices.ContainsFunc(id, func(l line) bool { return l.name == a.Name }) {
				hidden++
			}
			continue
		}
		if (before.IsNull() || after.IsNull()) && isDefault(a, attrOf(before, a.Name), attrOf(after, a.Name)) {
			defaults++
			continue
		}
		if slices.Contains(replaces, a.Name) {
			l.text += d.style.Red(" # forces replacement")
		}
		lines = append(lines, l)
	}
	slices.SortFunc(lines, func(a, b line) int { return strings.Compare(a.name, b.name) })
	d.lines(lines, indent)
	pad := strings.Repeat(" ", indent+4)
	if hidden > 0 && !before.IsNull() && !after.IsNull() {
		fmt.Fprintf(d.out, "%s%s\n", pad, d.style.Dim(fmt.Sprintf("# (%s hidden)", Count(hidden, "unchanged attribute"))))
	}
	if defaults > 0 && indent == 4 {
		fmt.Fprintf(d.out, "%s%s\n", pad, d.style.Dim(fmt.Sprintf("# (%s with Okta's default hidden)", Count(defaults, "attribute"))))
	}
}

// isDefault reports whether an attribute of a created or deleted object can be omitted, because it
// has its default.
func isDefault(a *schema.Attr, before, after cty.Value) bool {
	return a.Default != cty.NilVal && (plainEqual(before, a.Default) || plainEqual(after, a.Default))
}

// blocks writes the nested blocks of one type that are added, removed or different, and returns the
// number of the others.
func (d *differ) blocks(b *schema.Block, before, after cty.Value, indent int) (unchanged int) {
	olds, news := byKey(b, before), byKey(b, after)
	keys := slices.Compact(slices.Sorted(slices.Values(append(slices.Collect(maps.Keys(olds)), slices.Collect(maps.Keys(news))...))))
	for _, key := range keys {
		old, hasOld := olds[key]
		now, hasNew := news[key]
		symbol := "~"
		switch {
		case !hasOld:
			symbol, old = "+", cty.NullVal(b.ValueType())
		case !hasNew:
			symbol, now = "-", cty.NullVal(b.ValueType())
		case plainEqual(old, now):
			unchanged++
			continue
		}
		label, id := "", []line(nil)
		if b.Label == "" && len(b.Key) > 0 && symbol == "~" { // so that people recognize it
			id = []line{{"", b.Key[0], element(attrOf(now, b.Key[0]))}}
		}
		if b.Label != "" {
			label = fmt.Sprintf(" %q", Plain(cmp.Or(str(now, b.Label), str(old, b.Label))))
		}
		fmt.Fprintf(d.out, "\n%s%s %s%s {", strings.Repeat(" ", indent+2), d.symbol(symbol), b.Type, label)
		inner := slices.DeleteFunc(slices.Clone(b.Attrs), func(a schema.Attr) bool { return a.Name == b.Label })
		var body strings.Builder
		(&differ{style: d.style, out: &body}).attrs(inner, old, now, id, nil, indent+4)
		if body.Len() > 0 {
			d.out.WriteString("\n" + body.String() + strings.Repeat(" ", indent+4))
		}
		d.out.WriteString("}\n")
	}
	return unchanged
}

// byKey indexes nested blocks by their keys.
func byKey(b *schema.Block, list cty.Value) map[string]cty.Value {
	out := map[string]cty.Value{}
	list, _ = list.Unmark()
	if list.IsNull() || !list.IsKnown() {
		return out
	}
	for it := list.ElementIterator(); it.Next(); {
		_, v := it.Element()
		out[b.KeyOf(v)] = v
	}
	return out
}

func (d *differ) lines(lines []line, indent int) {
	width := 0
	for _, l := range lines {
		width = max(width, len(l.name))
	}
	for _, l := range lines {
		fmt.Fprintf(d.out, "%s%s %-*s = %s\n", strings.Repeat(" ", indent+2), d.symbol(l.symbol), width, l.name, l.text)
	}
}

func (d *differ) symbol(s string) string {
	if s == "" {
		return " "
	}
	return d.style.symbol(s)
}

// attributes is implemented by objects and nested blocks.
type attributes interface {
	IsNull() bool
	IsKnown() bool
	GetAttr(name string) cty.Value
}

func attrOf(v attributes, name string) cty.Value {
	if v.IsNull() || !v.IsKnown() {
		return cty.NullVal(cty.DynamicPseudoType)
	}
	return v.GetAttr(name)
}

// attr returns the line of an attribute, and whether it belongs in the diff.
func (d *differ) attr(a *schema.Attr, before, after cty.Value, indent int) (line, bool) {
	l := line{name: a.Name}
	if a.WriteOnly && before.IsNull() && !after.IsNull() {
		// A write-only value never differs; it is sent when the object is created.
		return line{"+", a.Name, "(sensitive value)"}, !before.Type().Equals(a.Type)
	}
	equal := plainEqual(before, after)
	before, after = a.Opened(before), a.Opened(after)
	switch {
	case before.IsNull() && empty(after) || after.IsNull() && empty(before):
		return l, false
	case before.IsNull() && after.IsNull():
		return l, false
	case before.IsNull():
		l.symbol, l.text = "+", d.value(a, after, "+", indent)
	case after.IsNull():
		l.symbol, l.text = "-", d.value(a, before, "-", indent)+d.style.Dim(" -> null")
	case equal:
		return l, false
	case a.Sensitive || before.ContainsMarked() || after.ContainsMarked():
		l.symbol, l.text = "~", "(sensitive value)"
	case before.Type().IsObjectType() && after.Type().IsObjectType() && a.JSON:
		l.symbol, l.text = "~", d.object(before, after, indent)
	case before.Type().IsListType() && after.IsWhollyKnown() || before.Type().IsListType() && schema.IsRef(a.Type) && after.IsKnown():
		l.symbol, l.text = "~", d.list(a, before, after, indent)
	default:
		l.symbol, l.text = "~", d.value(a, before, "-", indent)+d.style.Yellow(" -> ")+d.value(a, after, "+", indent)
	}
	return l, true
}

// empty reports whether v is a list without elements.
func empty(v cty.Value) bool {
	v, _ = v.Unmark()
	return !v.IsNull() && v.IsKnown() && v.Type().IsListType() && v.LengthInt() == 0
}

func plainEqual(a, b cty.Value) bool {
	a, _ = a.UnmarkDeep()
	b, _ = b.UnmarkDeep()
	return a.RawEquals(b)
}

// value returns a complete value, with a symbol before each element of a list.
func (d *differ) value(a *schema.Attr, v cty.Value, symbol string, indent int) string {
	if a.Sensitive || v.ContainsMarked() {
		return "(sensitive value)"
	}
	if !v.IsKnown() {
		return "(known after apply)"
	}
	if a.JSON {
		return d.property(v, symbol, indent)
	}
	if v.Type().IsListType() {
		if v.LengthInt() == 0 {
			return "[]"
		}
		var b strings.Builder
		b.WriteString("[\n")
		n := 0
		for it := v.ElementIterator(); it.Next(); n++ {
			if n < shownElements {
				_, elem := it.Element()
				fmt.Fprintf(&b, "%s%s %s,\n", strings.Repeat(" ", indent+6), d.style.symbol(symbol), element(elem))
			}
		}
		b.WriteString(d.folded(n-shownElements, indent))
		return b.String() + strings.Repeat(" ", indent+4) + "]"
	}
	return element(v)
}

// Quote returns a string as HCL writes it, which also escapes unprintable characters.
func Quote(s string) string {
	return string(Tokens(cty.StringVal(s)))
}

func str(object cty.Value, name string) string {
	v, _ := attrOf(object, name).Unmark()
	if v.IsNull() || !v.IsKnown() || v.Type() != cty.String {
		return ""
	}
	return v.AsString()
}

// Count returns a number with its noun: "1 item", "2 items".
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
