package view

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// list returns the elements that are added, removed and unchanged.
func (d *differ) list(a *schema.Attr, before, after cty.Value, indent int) string {
	var b strings.Builder
	b.WriteString("[\n")
	kept, written := 0, 0
	write := func(symbol, text string) {
		if written++; written <= shownElements {
			fmt.Fprintf(&b, "%s%s %s,\n", strings.Repeat(" ", indent+6), d.symbol(symbol), text)
		}
	}
	olds, news := texts(before), texts(after)
	if !a.Unordered && reordered(olds, news) {
		// The order matters, so all of them are shown.
		for _, text := range olds {
			write("-", text)
		}
		for _, text := range news {
			write("+", text)
		}
		b.WriteString(d.folded(written-shownElements, indent))
		return b.String() + strings.Repeat(" ", indent+4) + "]"
	}
	for _, text := range olds {
		if slices.Contains(news, text) {
			kept++
		} else {
			write("-", text)
		}
	}
	for _, text := range news {
		if !slices.Contains(olds, text) {
			write("+", text)
		}
	}
	b.WriteString(d.folded(written-shownElements, indent))
	if kept > 0 {
		fmt.Fprintf(&b, "%s%s\n", strings.Repeat(" ", indent+8), d.style.Dim(fmt.Sprintf("# (%s hidden)", Count(kept, "unchanged element"))))
	}
	return b.String() + strings.Repeat(" ", indent+4) + "]"
}

// shownElements is the number of elements of a list that a plan shows.
const shownElements = 50

// folded is the line in place of the elements of a list that are too many to show.
func (d *differ) folded(n, indent int) string {
	if n <= 0 {
		return ""
	}
	return strings.Repeat(" ", indent+8) + d.style.Dim(fmt.Sprintf("# (%s not shown; --format json has all)", Count(n, "more element"))) + "\n"
}

// reordered reports whether the common elements of both lists have another order or number.
func reordered(a, b []string) bool {
	common := func(list, other []string) []string {
		return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return !slices.Contains(other, s) })
	}
	return !slices.Equal(common(a, b), common(b, a))
}

func texts(list cty.Value) []string {
	var out []string
	list, _ = list.Unmark()
	if list.IsNull() || !list.IsKnown() {
		return nil
	}
	for it := list.ElementIterator(); it.Next(); {
		_, elem := it.Element()
		out = append(out, element(elem))
	}
	return out
}

// element returns one value on one line: references as addresses, or as the name and id of an
// undeclared object.
func element(v cty.Value) string {
	switch {
	case v.ContainsMarked():
		return "(sensitive value)"
	case !v.IsKnown():
		return "(known after apply)"
	case v.Type().Equals(schema.Ref):
		if addr := str(v, "addr"); addr != "" {
			return addr
		}
		if str(v, "name") == str(v, "id") {
			return Quote(str(v, "id"))
		}
		return fmt.Sprintf("%s (%s)", Quote(str(v, "name")), Plain(str(v, "id")))
	case v.IsNull():
		return "null"
	case v.Type() == cty.String:
		return Quote(v.AsString())
	}
	return strings.TrimSpace(string(Tokens(v)))
}
