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
	switch e.Step {
	case apply.Waiting:
		return style.bold(addr+": "+strings.ToLower(verb[1])+" done, "+Plain(strings.Join(e.Old, ", "))+" still there"+id) + "\n"
	case apply.Withheld:
		return style.bold(style.red(addr+": "+Plain(strings.Join(e.Old, ", "))+" not removed: "+Plain(e.Reason)+id)) + "\n"
	case apply.Undone:
		return style.bold(addr+": undone"+id) + "\n"
	case apply.Kept:
		return style.bold(style.yellow(addr+": not undone"+id)) + ": " + Plain(e.Reason) + "\n"
	case apply.Started:
		return style.bold(addr+": "+verb[0]+id) + "\n"
	case apply.Completed:
		return style.bold(fmt.Sprintf("%s: %s complete after %s%s", addr, verb[1], seconds(e.Elapsed), id)) + "\n"
	case apply.Failed:
		return style.bold(style.red(fmt.Sprintf("%s: %s failed after %s%s", addr, verb[1], seconds(e.Elapsed), id))) + "\n"
	}
	return style.bold(addr+": not started") + "\n"
}

func seconds(d time.Duration) string { return d.Round(time.Second).String() }

// Applied returns the last line of a successful apply or destroy.
func Applied(r *apply.Result, destroyed bool, style Style) string {
	n := r.Done
	if destroyed {
		return style.bold(style.green(fmt.Sprintf("Destroy complete! Resources: %d destroyed.", n.Destroy))) + "\n"
	}
	imports := ""
	if n.Import > 0 {
		imports = fmt.Sprintf("%d imported, ", n.Import)
	}
	return style.bold(style.green(fmt.Sprintf("Apply complete! Resources: %s%d added, %d changed, %d destroyed%s.", imports, n.Add, n.Change, n.Destroy, forgotten(n.Forget, "forgotten")))) + "\n"
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
	b.WriteString(style.bold(fmt.Sprintf("Apply incomplete: %d added, %d changed, %d destroyed; %d failed, %d not started. %s",
		n.Add, n.Change, n.Destroy, r.Failed, r.NotDone, then)) + "\n")
	for _, w := range r.Withheld {
		if len(w.Tests) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n%s: %s %s not removed, since %s failed with what replaces it. Both are valid now. Mend what is new before the next apply: that removes what isn't declared without asking these tests, unless it is an old half of a replacement.\n",
			Plain(w.Addr.String()), Plain(strings.Join(w.Old, ", ")), was(len(w.Old)), Plain(quoted(w.Tests)))
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
		return style.bold("Rolled back: what this run did is undone.") + "\n"
	}
	return style.bold("Rolled back in part: the lines above say what stays, and why. plan shows where the org differs from the configuration.") + "\n"
}

// Irreversible names what neither a rollback nor a later apply can restore.
func Irreversible(p *plan.Plan, style Style) string {
	var b strings.Builder
	for i := range p.Changes {
		c := &p.Changes[i]
		goes := c.Action == plan.Delete && c.OnDestroy != "deactivate" || c.Action == plan.Replace
		if !goes || !c.Kind.IsApp() {
			continue
		}
		client := c.Before.GetAttr("client_id")
		if client.IsMarked() || client.IsNull() || !client.IsKnown() {
			continue
		}
		fmt.Fprintf(&b, "\n%s %s: the client id %s, its secrets and the sign-ins made with it are gone for good once the old app is deleted.\n",
			style.bold(style.yellow("Can't be undone:")), Plain(c.Addr.String()), Plain(client.AsString()))
	}
	return b.String()
}
