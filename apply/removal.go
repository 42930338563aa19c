package apply

import (
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// removal is what is removed after its replacement has been tested: keys, roles and scopes of an
// object, the old object of a replacement, or an object that one of these still refers to.
type removal struct {
	change  *plan.Change
	names   []string       // what still exists of the old, for people
	desired schema.Desired // what the object is to become; not used for a deletion
	old     *schema.Object // the object to delete
	begin   time.Time
	write   *write // nil if this run has not written the object
}

// referred reports whether the object is deleted only because nothing refers to it anymore, and has
// no replacement of its own.
func (rm removal) referred() bool { return rm.change.Action == plan.Delete && !rm.change.Owner.Deposed }

// holds reports whether what exists until the removal refers to an object.
func (rm removal) holds(id string) bool {
	object := rm.old
	if object == nil {
		object = rm.write.now
	}
	if object == nil { // its removal failed somewhere, so it may still refer to anything
		object = rm.change.Prior
	}
	found := false
	rm.change.Kind.EachRef(object.Value, func(ref cty.Value) {
		other := ref.GetAttr("id")
		found = found || other.IsKnown() && !other.IsNull() && other.AsString() == id
	})
	return found
}

// next takes a removal whose object no other removal refers to.
func next(removals []removal) (removal, []removal) {
	free := func(rm removal) bool {
		return rm.old == nil || !slices.ContainsFunc(removals, func(other removal) bool { return other.change != rm.change && other.holds(rm.old.ID) })
	}
	i := max(slices.IndexFunc(removals, free), 0) // if two refer to each other, take the first
	chosen := removals[i]
	return chosen, slices.Delete(removals, i, i+1)
}

// removePaired runs the tests of what is new, and does the removals whose tests have passed. If a
// test fails, old and new both stay valid.
func (r *run) removePaired(p *plan.Plan) {
	if len(r.removals) == 0 {
		return
	}
	if r.stopped() {
		for _, rm := range r.removals {
			r.withhold(rm, nil, stoppedReason)
		}
		return
	}
	// Evaluated anew: an app that this run created has a client id only now.
	tests, diags := r.config.Evaluate(r.known).SmokeTests()
	r.diags = append(r.diags, diags...)
	tests = slices.DeleteFunc(tests, func(t schema.SmokeTest) bool { return !p.Targeted(t.App.Addr) })
	failed := r.test(tests)
	for left := slices.Clone(r.removals); len(left) > 0; {
		var rm removal
		rm, left = next(left)
		broken := slices.DeleteFunc(concerned(tests, rm), func(t schema.SmokeTest) bool { return !slices.Contains(failed, t.Name) })
		switch {
		case diags.HasErrors():
			r.withhold(rm, nil, "the smoke tests can't be evaluated")
		case len(broken) > 0:
			r.withhold(rm, names(broken), "a smoke test of what replaces it failed")
		case r.behind(p, rm) != "":
			r.withhold(rm, nil, r.behind(p, rm))
		case r.stopped():
			r.withhold(rm, nil, stoppedReason)
		default:
			r.remove(rm)
		}
	}
}

const stoppedReason = "the run was stopped"

// test runs the tests that some removal waits for, and returns the names of those that failed.
func (r *run) test(tests []schema.SmokeTest) []string {
	if r.options.Smoke == nil {
		return nil
	}
	var run []schema.SmokeTest
	for _, t := range tests {
		waits := func(rm removal) bool {
			return slices.ContainsFunc(concerned(tests, rm), func(c schema.SmokeTest) bool { return c.Name == t.Name })
		}
		if slices.ContainsFunc(r.removals, waits) {
			run = append(run, t)
		}
	}
	if len(run) == 0 {
		return nil
	}
	return r.options.Smoke(r.ctx, run)
}

// concerned returns the positive tests that decide about a removal: those of an app or, for other
// objects, all of them, because any test may depend on these. What is deleted only because nothing
// refers to it anymore has no tests.
func concerned(tests []schema.SmokeTest, rm removal) []schema.SmokeTest {
	if rm.referred() {
		return nil
	}
	c := rm.change
	var out []schema.SmokeTest
	for _, t := range tests {
		if positive(t) && (!c.Kind.IsApp() || t.App.Addr.String() == c.Addr.String()) {
			out = append(out, t)
		}
	}
	return out
}

// positive reports whether a test expects success.
func positive(t schema.SmokeTest) bool {
	return t.ExpectError == "" && !slices.ContainsFunc(t.Requests, refuses)
}

func names(tests []schema.SmokeTest) []string {
	var out []string
	for _, t := range tests {
		out = append(out, t.Name)
	}
	return out
}

// behind says what still refers to an object that is to be deleted.
func (r *run) behind(p *plan.Plan, rm removal) string {
	if rm.old == nil {
		return ""
	}
	var stuck []string
	for _, other := range r.stuck {
		if other.change != rm.change && other.holds(rm.old.ID) {
			stuck = append(stuck, other.change.Addr.String())
		}
	}
	waitsFor := dependents(p, rm.change)
	if rm.referred() {
		waitsFor = nil
		for c := range r.failed {
			if slices.Contains(rm.change.DependsOn, c.Addr) {
				waitsFor = append(waitsFor, c)
			}
		}
	}
	for _, c := range waitsFor {
		if addr := c.Addr.String(); r.failed[c] && !slices.Contains(stuck, addr) {
			stuck = append(stuck, addr)
		}
	}
	slices.Sort(stuck)
	if len(stuck) == 0 {
		return ""
	}
	return strings.Join(stuck, ", ") + " may still refer to it"
}

// remove removes what was replaced.
func (r *run) remove(rm removal) {
	c, ctx := rm.change, schema.WithAddr(r.ctx, rm.change.Addr.String())
	e := Event{Step: Completed, Change: c, ID: c.ID}
	if rm.begin.IsZero() {
		rm.begin = r.now()
		r.emit(Event{Step: Started, Change: c, ID: c.ID})
	}
	var diags hcl.Diagnostics
	if rm.old != nil {
		doing := "deleting the old object of the replacement"
		if rm.referred() {
			doing = "deleting"
		}
		if err := r.org.Delete(ctx, *rm.old, c.OnDestroy); err != nil {
			diags = failure(c, doing, err)
		} else {
			r.result.Done.Destroy++
		}
	} else {
		diags = r.narrow(rm)
	}
	if rm.write == nil {
		rm.write = &write{change: c}
		r.wrote = append(r.wrote, rm.write)
	}
	rm.write.removed = true
	if rm.write.now != nil {
		e.ID = rm.write.now.ID
	}
	e.Elapsed = r.now().Sub(rm.begin)
	if diags.HasErrors() {
		e.Step, e.Err = Failed, diags
		r.result.Failed++
		r.failed[c] = r.failed[c] || rm.referred()
		r.stuck = append(r.stuck, rm)
		r.diags = append(r.diags, diags...)
	}
	r.emit(e)
}

// narrow changes an object that holds old and new to what is declared.
func (r *run) narrow(rm removal) hcl.Diagnostics {
	c, w := rm.change, rm.write
	object, err := r.org.Update(schema.WithAddr(r.ctx, c.Addr.String()), *w.now, rm.desired)
	if w.now = made(object); w.now != nil {
		r.result.objects[c.Addr.String()] = w.now
	}
	if err != nil {
		return failure(c, "removing the replaced parts of", err)
	}
	return nil
}

// withhold records that the old is not removed.
func (r *run) withhold(rm removal, tests []string, reason string) {
	r.stuck = append(r.stuck, rm)
	if rm.referred() {
		r.skip(rm.change)
		return
	}
	old := rm.names
	if len(old) == 0 {
		old = []string{oldHalf(rm.change)}
	}
	r.result.Withheld = append(r.result.Withheld, Removal{Addr: rm.change.Addr, Old: old, Tests: tests})
	r.emit(Event{Step: Withheld, Change: rm.change, ID: rm.change.ID, Old: old, Reason: reason})
}

// refuses reports whether a request expects a refusal, whichever of its statuses is returned.
func refuses(q schema.TestRequest) bool {
	return len(q.Status) > 0 && !slices.ContainsFunc(q.Status, func(status int) bool { return status < 400 })
}
