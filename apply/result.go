package apply

import (
	"slices"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// Step is what an Event tells of.
type Step string

// The steps of a change.
const (
	Started   Step = "start"
	Waiting   Step = "waiting" // the new is there; the removal of the old waits for tests
	Completed Step = "complete"
	Failed    Step = "errored"
	Skipped   Step = "skipped"  // something that it depends on failed, or the run was stopped
	Withheld  Step = "withheld" // the new is there, the old stays as well
	Undone    Step = "undone"   // by a rollback
	Kept      Step = "kept"     // a rollback left it as it is
)

// Event is one step of a run.
type Event struct {
	Time    time.Time
	Step    Step
	Change  *plan.Change
	ID      string        // of the object, as far as it is known
	Elapsed time.Duration // since the change was started
	// Old names what of the old is still there: with Waiting and Withheld.
	Old []string
	// Reason says why: with Withheld and Kept.
	Reason string
	Err    error
}

// Result is what a run did.
type Result struct {
	Done   plan.Counts
	Failed int
	// NotDone counts the changes that were not started.
	NotDone int
	// Withheld are the removals that were not done, although what replaces them is
	// there.
	Withheld []Removal
	run      *run
	objects  map[string]*schema.Object
}

// Removal is what stays of the old where a test of the new failed.
type Removal struct {
	Addr  schema.Addr
	Old   []string // for people: public_key "2025", the old web_app (0oa...)
	Tests []string // that failed; empty when something else kept it from being done
}

// Known tells what the org holds for a declared object after the run.
func (r *Result) Known(addr schema.Addr) *schema.Object { return r.objects[addr.String()] }

// Created lists the ids of the objects that the run made, by kind.
func (r *Result) Created() map[string][]string {
	ids := map[string][]string{}
	for _, w := range r.run.wrote {
		if w.made && w.now != nil {
			ids[w.change.Kind.Name] = append(ids[w.change.Kind.Name], w.now.ID)
		}
	}
	return ids
}

// Uncertain reports whether is holds for an error of the run.
func (r *Result) Uncertain(is func(error) bool) bool {
	return slices.ContainsFunc(r.run.diags, func(d *hcl.Diagnostic) bool {
		err, ok := d.Extra.(error)
		return ok && is(err)
	})
}
