package view

import (
	"fmt"
	"time"

	"github.com/oktaform/oktaform/apply"
	"github.com/oktaform/oktaform/plan"
)

// Progress is the line for one step of an apply.
func Progress(e apply.Event, style Style) string {
	addr := Plain(e.Change.Addr.String())
	verb := map[plan.Action][2]string{
		plan.Create: {"Creating...", "Creation"}, plan.Update: {"Modifying...", "Modifications"}, plan.Adopt: {"Importing...", "Import"},
		plan.Replace: {"Replacing...", "Replacement"}, plan.Delete: {"Destroying...", "Destruction"},
		plan.Forget: {"Forgetting...", "Forgetting"},
	}[e.Change.Action]
	id := ""
	if e.ID != "" {
		id = " [id=" + Plain(e.ID) + "]"
	}
	switch e.Step {
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

// Applied is the last line of an apply or destroy that succeeded.
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

// forgotten is the end of a sentence that counts: it speaks of forgetting only
// where that happens.
func forgotten(n int, what string) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", %d %s", n, what)
}

// Stopped tells what a run that failed or was interrupted did and what not.
func Stopped(r *apply.Result, style Style) string {
	n := r.Done
	return style.bold(fmt.Sprintf("Apply incomplete: %d added, %d changed, %d destroyed; %d failed, %d not started. Nothing was rolled back: run apply again to go on from here.",
		n.Add, n.Change, n.Destroy, r.Failed, r.NotDone)) + "\n"
}
