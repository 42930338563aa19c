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

// ConcisePlan writes a plan in one line for each object: what happens to it, and which attributes
// and nested blocks differ.
func ConcisePlan(p *plan.Plan, style Style) string {
	if p.Empty() {
		return Plan(p, style)
	}
	var b strings.Builder
	for _, c := range riskiestLast(p) {
		b.WriteString(conciseLine(c, style) + "\n")
	}
	b.WriteString("\n" + Summary(p, style) + "\n")
	notes(&b, p, style)
	return b.String()
}

func conciseLine(c *plan.Change, style Style) string {
	symbol := string(c.Action)
	if c.Action == plan.Import {
		symbol = "~"
	}
	if c.OnlyMoved() {
		return style.fill(fmt.Sprintf("    %s has moved to %s", Plain(c.PrevAddr.String()), Plain(c.Addr.String())), "      ")
	}
	line := strings.Repeat(" ", 3-len(symbol)) + style.symbol(symbol) + " " + style.Bold(Plain(c.Addr.String()))
	after := c.After
	if after.IsNull() {
		after = c.Before
	}
	if label := attrOf(after, c.Kind.Label); !label.IsNull() {
		line += " " + element(label)
	}
	d := &differ{}
	switch differs := d.differing(c); {
	case c.Action == plan.Delete:
		line += ": " + strings.TrimPrefix(deleted(c), "will be ")
	case c.Action == plan.Import:
		line += ": imported" + prefixed("; ", differs)
	case c.Action == plan.Replace:
		line += ": replaced because of " + strings.Join(c.Replaces, ", ")
	default:
		line += prefixed(": ", differs)
	}
	return style.fill(line, "      ")
}

func prefixed(prefix string, names []string) string {
	if len(names) == 0 {
		return ""
	}
	return prefix + strings.Join(names, ", ")
}

// differing names the attributes and the nested blocks that differ.
func (d *differ) differing(c *plan.Change) (names []string) {
	for i := range c.Kind.Attrs {
		a := &c.Kind.Attrs[i]
		before, after := attrOf(c.Before, a.Name), attrOf(c.After, a.Name)
		if a.Local || a.Hidden || a.Name == c.Kind.Label && c.Before.IsNull() {
			continue
		}
		_, changed := d.attr(a, before, after, 0)
		if changed && !((c.Before.IsNull() || c.After.IsNull()) && isDefault(a, before, after)) && !a.Computed {
			names = append(names, a.Name)
		}
	}
	for i := range c.Kind.Blocks {
		b := &c.Kind.Blocks[i]
		names = append(names, differingBlocks(b, byKey(b, attrOf(c.Before, b.Type)), byKey(b, attrOf(c.After, b.Type)))...)
	}
	return names
}

func differingBlocks(b *schema.Block, olds, news map[string]cty.Value) (names []string) {
	keys := append(slices.Collect(maps.Keys(olds)), slices.Collect(maps.Keys(news))...)
	slices.Sort(keys)
	for _, key := range slices.Compact(keys) {
		old, hasOld := olds[key]
		now, hasNew := news[key]
		sign := "~"
		switch {
		case !hasOld:
			sign = "+"
		case !hasNew:
			sign = "-"
		case plainEqual(old, now):
			continue
		}
		name := sign + b.Type
		if b.Label != "" {
			name += " " + Quote(cmp.Or(str(now, b.Label), str(old, b.Label)))
		}
		names = append(names, name)
	}
	return names
}
