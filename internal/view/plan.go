package view

import (
	"fmt"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// NoChanges is the text of an empty plan.
const NoChanges = "No changes. Your infrastructure matches the configuration."

// Plan writes a plan for people: what happens to each object, then the summary. A plan without
// other changes shows only outputs that are not known yet.
func Plan(p *plan.Plan, style Style) string {
	var b strings.Builder
	if p.Empty() {
		b.WriteString(style.Bold(style.Green("No changes.")) + style.Bold(strings.TrimPrefix(NoChanges, "No changes.")) + "\n")
		notes(&b, p, style)
		return b.String()
	}
	b.WriteString("oktaform will perform the following actions:\n")
	d := &differ{style: style, out: &b}
	for _, c := range riskiestLast(p) {
		b.WriteString("\n" + header(c, style))
		d.change(c)
	}
	b.WriteString("\n" + Summary(p, style) + "\n")
	d.outputs(p)
	notes(&b, p, style)
	return legend(p, style) + b.String()
}

// riskiestLast returns the changes with what is destroyed and replaced at the end: there, next to
// the summary and the question, it is on the screen.
func riskiestLast(p *plan.Plan) (changes []*plan.Change) {
	for i := range p.Changes {
		if p.Changes[i].Action != plan.NoOp {
			changes = append(changes, &p.Changes[i])
		}
	}
	risk := map[plan.Action]int{plan.Forget: 1, plan.Replace: 2, plan.Delete: 3}
	slices.SortStableFunc(changes, func(a, b *plan.Change) int { return risk[a.Action] - risk[b.Action] })
	return changes
}

// Where returns the line above a plan: the org, the owner, and the principal (as), which is "" if
// unknown.
func Where(p *plan.Plan, as string, style Style) string {
	if p.URL == "" {
		return ""
	}
	line := "Org " + style.Bold(Plain(p.URL)) + ", owner " + style.Bold(Plain(p.Owner))
	if as != "" {
		line += ", as " + Plain(as)
	}
	return style.fill(line+".", "  ") + "\n\n"
}

// Question returns the question whether to apply the plan: where, for which owner, as whom, and how
// many objects.
func Question(p *plan.Plan, as string, style Style) string {
	in := ""
	if p.URL != "" {
		in = " in " + Plain(p.URL)
	}
	who := ""
	if as != "" {
		who = ", as " + Plain(as)
	}
	if p.Destroy {
		objects := "all " + numbered(p.Counts().Destroy, "object")
		if p.Counts().Destroy == 1 {
			objects = "the one object"
		}
		return style.fill(fmt.Sprintf("Destroy %s of %s%s?", objects, Plain(p.Owner), in), "  ") + "\n" +
			style.fill(fmt.Sprintf("  oktaform will destroy the objects shown above%s. There is no undo.", who), "  ")
	}
	return style.fill(fmt.Sprintf("Do you want to perform these actions%s?", in), "  ") + "\n" +
		style.fill(fmt.Sprintf("  oktaform will perform the actions described above for the owner %s%s: %s.", Plain(p.Owner), who, counts(p)), "  ")
}

// Summary returns the line with the numbers of a plan's actions.
func Summary(p *plan.Plan, style Style) string { return style.Bold("Plan:") + " " + counts(p) + "." }

func counts(p *plan.Plan) string {
	n := p.Counts()
	imports := ""
	if n.Import > 0 {
		imports = fmt.Sprintf("%d to import, ", n.Import)
	}
	return fmt.Sprintf("%s%d to add, %d to change, %d to destroy%s", imports, n.Add, n.Change, n.Destroy, forgotten(n.Forget, "to forget"))
}

func notes(b *strings.Builder, p *plan.Plan, style Style) {
	for _, note := range p.Notes {
		b.WriteString("\n" + style.fill(style.Bold("Note:")+" "+Plain(note), "  ") + "\n")
	}
}

// legend explains the symbols in the plan.
func legend(p *plan.Plan, style Style) string {
	used := map[plan.Action]bool{}
	for i := range p.Changes {
		if c := &p.Changes[i]; !c.OnlyMoved() {
			used[c.Action] = true
		}
	}
	var b strings.Builder
	b.WriteString(style.fill("oktaform used the selected org to generate the following execution plan.", "") + "\n")
	if delete(used, plan.NoOp); len(used) > 0 {
		b.WriteString(style.fill("Resource actions are indicated with the following symbols:", "") + "\n")
	}
	for _, row := range []struct {
		on           bool
		symbol, text string
	}{
		{used[plan.Create], "+", "create"},
		{used[plan.Update] || used[plan.Import], "~", "update in-place"},
		{used[plan.Delete], "-", "destroy"},
		{used[plan.Replace], "+/-", "create replacement and then destroy"},
		{used[plan.Forget], ".", "forget: the object stays, without a mark"},
	} {
		if row.on {
			fmt.Fprintf(&b, "%s%s %s\n", strings.Repeat(" ", 3-len(row.symbol)), style.symbol(row.symbol), row.text)
		}
	}
	return b.String() + "\n"
}

// header returns the sentence above a change.
func header(c *plan.Change, style Style) string {
	comment := func(text string) string { return style.fill("  # "+text, "  # ") + "\n" }
	sentence := comment(style.Bold(Plain(c.Addr.String()) + " " + map[plan.Action]string{
		plan.Create: "will be created", plan.Update: "will be updated in-place", plan.Replace: "must be replaced",
		plan.Import: "will be imported", plan.Delete: deleted(c),
		plan.Forget: "will no longer be managed by oktaform, but will not be destroyed",
	}[c.Action]))
	if c.OnlyMoved() {
		sentence = comment(style.Bold(Plain(c.PrevAddr.String()) + " has moved to " + Plain(c.Addr.String())))
		if !strings.Contains(c.Reason, ";") {
			return sentence
		}
	}
	if c.Reason != "" {
		sentence += comment("(" + Plain(c.Reason) + ")")
	}
	if stays := c.Stays(); len(stays) > 0 {
		sentence += comment("(" + Plain(strings.Join(stays, ", ")) + " " + stay(len(stays)) + " beside the new until that is tested)")
	}
	for _, key := range c.Generates {
		sentence += comment(fmt.Sprintf("(a key pair will be made for public_key %q; the private key goes to %s)", Plain(key.KID), Plain(key.File)))
	}
	return sentence
}

func stay(n int) string {
	if n == 1 {
		return "stays"
	}
	return "stay"
}

func deleted(c *plan.Change) string {
	if c.OnDestroy == "deactivate" {
		return "will be deactivated"
	}
	return "will be destroyed"
}

// outputs writes the outputs with unknown values. Previous values are not stored, so others are no
// changes.
func (d *differ) outputs(p *plan.Plan) {
	var lines []line
	for _, o := range p.Outputs {
		if !o.Value.IsWhollyKnown() {
			lines = append(lines, line{"+", o.Name, OutputText(config.Output(o))})
		}
	}
	if len(lines) == 0 {
		return
	}
	d.out.WriteString("\nChanges to Outputs:\n")
	d.lines(lines, 0)
}

// Outputs writes the values of the outputs, as after an apply.
func Outputs(outputs []config.Output, style Style) string {
	if len(outputs) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("\n" + style.Bold(style.Green("Outputs:")) + "\n\n")
	for _, o := range outputs {
		fmt.Fprintf(&b, "%s = %s\n", o.Name, OutputText(o))
	}
	return b.String()
}

// OutputText returns one output's value as HCL, unless it is sensitive.
func OutputText(o config.Output) string {
	switch {
	case o.Sensitive:
		return "<sensitive>"
	case !o.Value.IsWhollyKnown():
		return "(known after apply)"
	}
	return hclText(o.Value)
}

func hclText(v cty.Value) string {
	if v.Type().Equals(schema.Ref) {
		return element(v)
	}
	return Lines(strings.TrimSpace(string(Tokens(v))))
}
