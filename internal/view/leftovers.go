package view

import (
	"fmt"
	"strings"
	"time"

	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// Leftovers writes what a sweep destroys, with the names that people gave, and what stays and
// why. now is the org's time.
func Leftovers(list []plan.Leftover, found *schema.Snapshot, now time.Time, style Style) string {
	var b strings.Builder
	for _, l := range list {
		switch {
		case l.Stays == "":
			fmt.Fprintf(&b, "%s will be destroyed:\n", style.Bold(Plain(l.Owner)))
		case l.Refused:
			b.WriteString(style.fill(fmt.Sprintf("%s is refused, and stays: %s.", style.Bold(style.Red(Plain(l.Owner))), Plain(l.Stays)), "  ") + "\n")
		default:
			b.WriteString(style.fill(fmt.Sprintf("%s stays: %s.", style.Bold(Plain(l.Owner)), Plain(l.Stays)), "  ") + "\n")
		}
		for i := range l.Objects {
			o := &l.Objects[i]
			symbol := " "
			if l.Stays == "" {
				symbol = style.symbol("-")
			}
			b.WriteString(style.fill(fmt.Sprintf("  %s %s, created %s", symbol, Plain(plan.Called(o)), plan.Age(o, now)), "    ") + "\n")
		}
		b.WriteString("\n")
	}
	objects, owners := Swept(list)
	switch {
	case len(list) == 0:
		b.WriteString(style.Bold("Nothing here carries the mark of such an owner.") + "\n")
	case owners == 0:
		b.WriteString(style.Bold("Nothing to sweep.") + "\n")
	default:
		fmt.Fprintf(&b, "%s %s of %s to destroy.\n", style.Bold("Sweep:"), numbered(objects, "object"), numbered(owners, "owner"))
	}
	for _, what := range found.Unread {
		b.WriteString("\n" + style.fill(fmt.Sprintf("%s not read: %s. What such an owner has of these stays.", style.Bold("Note:"), Plain(strings.TrimSuffix(what, "."))), "  ") + "\n")
	}
	return b.String()
}

// Swept counts the objects that a sweep destroys, and their owners.
func Swept(list []plan.Leftover) (objects, owners int) {
	for _, l := range list {
		if l.Stays == "" {
			objects += len(l.Objects)
			owners++
		}
	}
	return objects, owners
}

// WhereSwept is the line above a sweep: which org and whose objects it is about.
func WhereSwept(url string, owners schema.OwnerPattern, as string, style Style) string {
	return style.fill(fmt.Sprintf("Org %s, owners %s, as %s.", style.Bold(Plain(url)), style.Bold(Plain(string(owners))), Plain(as)), "  ") + "\n\n"
}

// SweepQuestion asks whether the sweep is to be carried out.
func SweepQuestion(url string, list []plan.Leftover, as string, style Style) string {
	objects, owners := Swept(list)
	return style.fill(fmt.Sprintf("Destroy %s of %s in %s?", numbered(objects, "object"), numbered(owners, "owner"), Plain(url)), "  ") + "\n" +
		style.fill(fmt.Sprintf("  oktaform will destroy the objects marked with - above, as %s. There is no undo.", Plain(as)), "  ")
}

// SweepDone is the last line of a sweep.
func SweepDone(destroyed, kept int, style Style) string {
	if kept > 0 {
		return style.fill(style.Bold(fmt.Sprintf("Sweep incomplete: %d destroyed; what %s left is still there, in part or as a whole.", destroyed, numbered(kept, "owner"))), "") + "\n"
	}
	return style.Bold(style.Green(fmt.Sprintf("Sweep complete! Resources: %d destroyed.", destroyed))) + "\n"
}

// Leftover writes one owner of a sweep: what it has, and whether that goes.
func (s *Stream) Leftover(l plan.Leftover) {
	action, message := "destroy", l.Owner+": Plan to destroy"
	if l.Stays != "" {
		action, message = "stay", l.Owner+" stays: "+l.Stays
	}
	if l.Refused {
		action, message = "refuse", l.Owner+" is refused: "+l.Stays
	}
	objects := []map[string]any{}
	for i := range l.Objects {
		o := &l.Objects[i]
		object := map[string]any{"addr": o.Owner.Addr, "kind": o.Kind, "id": o.ID, "name": plan.Called(o)}
		if !o.Created.IsZero() {
			object["created"] = o.Created.UTC().Format(time.RFC3339)
		}
		objects = append(objects, object)
	}
	s.line("info", "planned_sweep", message, map[string]any{"sweep": map[string]any{"owner": l.Owner, "action": action, "reason": l.Stays, "objects": objects}})
}

// SweepDone writes the summary of a sweep.
func (s *Stream) SweepDone(destroyed, kept int) {
	s.line("info", "change_summary", strings.TrimSpace(SweepDone(destroyed, kept, Style{})), map[string]any{"changes": map[string]any{
		"add": 0, "change": 0, "remove": destroyed, "import": 0, "forget": 0, "operation": "sweep"}})
}
