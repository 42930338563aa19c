package view

import (
	"fmt"
	"strings"
	"time"

	"github.com/oktaform/oktaform/apply"
	"github.com/oktaform/oktaform/plan"
)

// Progress returns the line for one step of an apply.
func Progress(e apply.Event, style Style) string {
	addr := Plain(e.Change.Addr.String())
	verb := map[plan.Action][2]string{
		plan.Create: {"Creating...", "Creation"}, plan.Update: {"Modifying...", "Modifications"}, plan.Import: {"Importing...", "Import"},
		plan.Replace: {"Replacing...", "Replacement"}, plan.Delete: {"Destroying...", "Destruction"},
		plan.Forget: {"Forgetting...", "Forgetting"},
	}[e.Change.Action]
	id := ""
	if e.ID != "" {
		id = " [id=" + Plain(e.ID) + "]"
	}
	line := func(text string) string { return style.fill(text, "  ") + "\n" }
	switch e.Step {
	case apply.Waiting:
		return line(style.Bold(addr + ": " + strings.ToLower(verb[1]) + " done, " + Plain(strings.Join(e.Old, ", ")) + " still there" + id))
	case apply.Withheld:
		return line(style.Bold(style.Red(addr + ": " + Plain(strings.Join(e.Old, ", ")) + " not removed: " + Plain(e.Reason) + id)))
	case apply.Undone:
		return line(style.Bold(addr + ": undone" + id))
	case apply.Kept:
		return line(style.Bold(style.Yellow(addr+": not undone"+id)) + ": " + Plain(e.Reason))
	case apply.Started:
		return line(style.Bold(addr + ": " + verb[0] + id))
	case apply.Completed:
		return line(style.Bold(fmt.Sprintf("%s: %s complete after %s%s", addr, verb[1], seconds(e.Elapsed), id)))
	case apply.Failed:
		return line(style.Bold(style.Red(fmt.Sprintf("%s: %s failed after %s%s", addr, verb[1], seconds(e.Elapsed), id))))
	}
	return NotStarted([]string{e.Change.Addr.String()}, style)
}

// shownAddresses is the number of addresses that a line lists before it counts the rest.
const shownAddresses = 5

// NotStarted lists changes that were not started: few of them one by one, many in one line.
func NotStarted(addrs []string, style Style) string {
	if len(addrs) > shownAddresses {
		return style.fill(style.Bold(fmt.Sprintf("%s not started: %s", numbered(len(addrs), "change"), Some(addrs))), "  ") + "\n"
	}
	var b strings.Builder
	for _, addr := range addrs {
		b.WriteString(style.Bold(Plain(addr)+": not started") + "\n")
	}
	return b.String()
}

// Some lists the first of many addresses and counts the others.
func Some(addrs []string) string {
	if len(addrs) <= shownAddresses {
		return Plain(strings.Join(addrs, ", "))
	}
	const few = shownAddresses - 2
	return fmt.Sprintf("%s and %s more", Plain(strings.Join(addrs[:few], ", ")), number(len(addrs)-few))
}

// Interrupted says what an interrupted run waits for: the changes in flight, and a rate limit if
// one holds them back.
func Interrupted(running []string, wait string, style Style) string {
	line := "Interrupted: starting no others."
	if len(running) > 0 {
		line = fmt.Sprintf("Interrupted: finishing %s, starting no others: %s.", numbered(len(running), "change"), Some(running))
	}
	if wait != "" {
		line += " Waiting for a rate limit: " + wait + "."
	}
	return style.fill(line+" Interrupt again to stop at once.", "  ") + "\n"
}

func seconds(d time.Duration) string { return d.Round(time.Second).String() }

// Applied returns the last line of a successful apply or destroy.
func Applied(r *apply.Result, destroyed bool, style Style) string {
	n := r.Done
	if destroyed {
		return style.Bold(style.Green(fmt.Sprintf("Destroy complete! Resources: %d destroyed.", n.Destroy))) + "\n"
	}
	imports := ""
	if n.Import > 0 {
		imports = fmt.Sprintf("%d imported, ", n.Import)
	}
	return style.Bold(style.Green(fmt.Sprintf("Apply complete! Resources: %s%d added, %d changed, %d destroyed%s.", imports, n.Add, n.Change, n.Destroy, forgotten(n.Forget, "forgotten")))) + "\n"
}

// forgotten returns the end of a counting sentence; it mentions released objects only if there are
// any.
func forgotten(n int, what string) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", %d %s", n, what)
}

// Stopped says what a failed or interrupted run did and did not do.
func Stopped(r *apply.Result, rollback bool, style Style) string {
	n, then := r.Done, "Nothing was rolled back: run apply again to go on from here."
	if rollback {
		then = "It is rolled back as far as that is possible."
	}
	var b strings.Builder
	b.WriteString(style.fill(style.Bold(fmt.Sprintf("Apply incomplete: %d added, %d changed, %d destroyed; %d failed, %d not started. %s",
		n.Add, n.Change, n.Destroy, r.Failed, r.NotDone, then)), "") + "\n")
	for _, w := range r.Withheld {
		if len(w.Tests) == 0 {
			continue
		}
		b.WriteString("\n" + style.fill(fmt.Sprintf("%s: %s %s not removed, since %s failed with what replaces it. Both are valid now. Mend what is new before the next apply: that removes what isn't declared without asking these tests, unless it is an old half of a replacement.",
			Plain(w.Addr.String()), Plain(strings.Join(w.Old, ", ")), was(len(w.Old)), Plain(quoted(w.Tests))), "") + "\n")
	}
	return b.String()
}

func was(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}

func quoted(names []string) string {
	var out []string
	for _, name := range names {
		out = append(out, fmt.Sprintf("%q", name))
	}
	return strings.Join(out, ", ")
}

// RolledBack returns the last line of a rollback.
func RolledBack(all bool, style Style) string {
	if all {
		return style.Bold("Rolled back: what this run did is undone.") + "\n"
	}
	return style.fill(style.Bold("Rolled back in part: the lines above say what stays, and why. plan shows where the org differs from the configuration."), "") + "\n"
}

// Irreversible names what neither a rollback nor a later apply can restore.
func Irreversible(p *plan.Plan, style Style) string {
	var lines, others []string
	for i := range p.Changes {
		c := &p.Changes[i]
		goes := c.Action == plan.Delete && c.OnDestroy != "deactivate" || c.Action == plan.Replace
		if !goes {
			continue
		}
		if !c.Kind.IsApp() {
			others = append(others, c.Addr.String())
			continue
		}
		client := c.Before.GetAttr("client_id")
		if client.IsMarked() || client.IsNull() || !client.IsKnown() {
			continue
		}
		lines = append(lines, style.fill(fmt.Sprintf("%s %s: the client id %s, its secrets and the sign-ins made with it are gone for good once the old app is deleted.",
			style.Bold(style.Yellow("Can't be undone:")), Plain(c.Addr.String()), Plain(client.AsString())), "  "))
	}
	rest := 0
	if len(lines) > shownAddresses {
		lines, rest = lines[:shownAddresses], len(lines)-shownAddresses
	}
	var b strings.Builder
	for _, line := range lines {
		b.WriteString("\n" + line + "\n")
	}
	if rest > 0 {
		b.WriteString("\n" + style.fill(fmt.Sprintf("%s the same of %s more.", style.Bold(style.Yellow("Can't be undone:")), numbered(rest, "app")), "  ") + "\n")
	}
	if len(others) > 0 {
		b.WriteString("\n" + style.fill(fmt.Sprintf("%s %s: created again, they have other ids, and lack what no file declares of them.",
			style.Bold(style.Yellow("Can't be undone:")), Some(others)), "  ") + "\n")
	}
	return b.String()
}
