package apply

import (
	"slices"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// Step is the kind of an Event.
type Step string

// The steps of a change.
const (
	Started   Step = "start"
	Waiting   Step = "waiting" // the new exists; the removal of the old waits for tests
	Completed Step = "complete"
	Failed    Step = "errored"
	Skipped   Step = "skipped"  // a dependency failed, or the run was stopped
	Withheld  Step = "withheld" // the new exists, and the old stays
	Undone    Step = "undone"   // by a rollback
	Kept      Step = "kept"     // a rollback left it unchanged
)

// Event is one step of a run.
type Event struct {
	Time    time.Time
	Step    Step
	Change  *plan.Change
	ID      string        // of the object, if known
	Elapsed time.Duration // since the change was started
	// Old names what still exists of the old, for Waiting and Withheld.
	Old []string
	// Reason says why, for Withheld and Kept.
	Reason string
	Err    error
}

// Result is what a run did.
type Result struct {
	Done   plan.Counts
	Failed int
	// NotDone is the number of changes that were not started.
	NotDone int
	// Withheld are the removals that were not done, although the replacements exist.
	Withheld []Removal
	run      *run
	objects  map[string]*schema.Object
}

// Removal is a part of a replaced object, or the whole, that was not removed.
type Removal struct {
	Addr  schema.Addr
	Old   []string // for people: public_key "2025", the old web_app (0oa...)
	Tests []string // that failed; empty if something else prevented the removal
}

// Known returns what the org holds for a declared object after the run.
func (r *Result) Known(addr schema.Addr) *schema.Object { return r.objects[addr.String()] }

// Created returns the ids of the objects that the run created, by kind.
func (r *Result) Created() map[string][]string {
	ids := map[string][]string{}
	for _, w := range r.run.wrote {
		if w.made && w.now != nil {
			ids[w.change.Kind.Name] = append(ids[w.change.Kind.Name], w.now.ID)
		}
	}
	return ids
}

// Wrote reports whether the org carried out the change of an object, even if it failed afterwards.
func (r *Result) Wrote(addr schema.Addr) bool {
	return slices.ContainsFunc(r.run.wrote, func(w *write) bool { return w.now != nil && w.change.Addr == addr })
}

// Uncertain reports whether an error of the run leaves open what the org did, by uncertain.
func (r *Result) Uncertain(uncertain func(error) bool) bool {
	return slices.ContainsFunc(r.run.diags, func(d *hcl.Diagnostic) bool {
		err, ok := d.Extra.(error)
		return ok && uncertain(err)
	})
}
