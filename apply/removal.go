package apply

import (
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// removal is what is to go when that which replaces it has been tested: keys
// and roles of an object, or the old half of a replacement.
type removal struct {
	change  *plan.Change
	names   []string       // what of the old is still there, for people
	desired schema.Desired // what the object is to become; not for an old half
	old     *schema.Object // the old half of a replacement
	begin   time.Time
	write   *write // nil for an old half that an earlier run left
}

// removePaired runs the tests of what is new, and does the removals whose tests
// have not failed. Where one failed, new and old both stay valid.
func (r *run) removePaired(p *plan.Plan) {
	if len(r.removals) == 0 {
		return
	}
	if r.stopped() {
		for _, rm := range r.removals {
			r.withhold(rm, nil, "the run was stopped")
		}
		return
	}
	tests, diags := r.eval.SmokeTests()
	r.diags = append(r.diags, diags...)
	tests = slices.DeleteFunc(tests, func(t schema.SmokeTest) bool { return !p.Targeted(t.App.Addr) })
	failed := r.test(tests)
	for _, rm := range r.removals {
		broken := slices.DeleteFunc(concerned(tests, rm.change), func(t schema.SmokeTest) bool { return !slices.Contains(failed, t.Name) })
		switch {
		case diags.HasErrors():
			r.withhold(rm, nil, "the smoke tests can't be evaluated")
		case len(broken) > 0:
			r.withhold(rm, names(broken), "a smoke test of what replaces it failed")
		case r.behind(p, rm) != "":
			r.withhold(rm, nil, r.behind(p, rm))
		case r.stopped():
			r.withhold(rm, nil, "the run was stopped")
		default:
			r.remove(rm)
		}
	}
}

// test runs the tests that some removal waits for, and names those that failed.
func (r *run) test(tests []schema.SmokeTest) []string {
	if r.options.Smoke == nil {
		return nil
	}
	var run []schema.SmokeTest
	for _, t := range tests {
		waits := func(rm removal) bool {
			return slices.ContainsFunc(concerned(tests, rm.change), func(c schema.SmokeTest) bool { return c.Name == t.Name })
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

// concerned are the positive tests of an app, and all of them for what is no
// app: it isn't known which of them hang on it.
func concerned(tests []schema.SmokeTest, c *plan.Change) []schema.SmokeTest {
	var out []schema.SmokeTest
	for _, t := range tests {
		if positive(t) && (!c.Kind.IsApp() || t.App.Addr.String() == c.Addr.String()) {
			out = append(out, t)
		}
	}
	return out
}

// positive reports whether a test expects no refusal.
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

// behind says what still holds on to the old half of a replacement.
func (r *run) behind(p *plan.Plan, rm removal) string {
	if rm.old == nil {
		return ""
	}
	var stuck []string
	for _, c := range dependents(p, rm.change) {
		if r.failed[c] {
			stuck = append(stuck, c.Addr.String())
		}
	}
	if len(stuck) == 0 {
		return ""
	}
	return strings.Join(stuck, ", ") + " may still refer to it"
}

// remove takes away what was replaced.
func (r *run) remove(rm removal) {
	c, ctx := rm.change, schema.WithAddr(r.ctx, rm.change.Addr.String())
	e := Event{Step: Completed, Change: c, ID: c.ID}
	if rm.begin.IsZero() {
		rm.begin = r.now()
		r.emit(Event{Step: Started, Change: c, ID: c.ID})
	}
	var diags hcl.Diagnostics
	if rm.old != nil {
		if err := r.org.Delete(ctx, *rm.old, c.OnDestroy); err != nil {
			diags = failure(c, "deleting the old half of", err)
		} else {
			r.result.Done.Destroy++
		}
	} else {
		diags = r.narrow(rm)
	}
	if rm.write != nil {
		rm.write.removed = true
		if rm.write.now != nil {
			e.ID = rm.write.now.ID
		}
	}
	e.Elapsed = r.now().Sub(rm.begin)
	if diags.HasErrors() {
		e.Step, e.Err = Failed, diags
		r.result.Failed++
		r.diags = append(r.diags, diags...)
	}
	r.emit(e)
}

// narrow brings an object from what holds the new and the old to what is
// declared.
func (r *run) narrow(rm removal) hcl.Diagnostics {
	c, w := rm.change, rm.write
	object, err := r.org.Update(schema.WithAddr(r.ctx, c.Addr.String()), *w.now, rm.desired)
	if w.now = made(object); w.now != nil {
		r.result.objects[c.Addr.String()] = w.now
	}
	if err != nil {
		return failure(c, "removing what was replaced in", err)
	}
	return nil
}

// withhold leaves the old where it is.
func (r *run) withhold(rm removal, tests []string, reason string) {
	old := rm.names
	if len(old) == 0 {
		old = []string{oldHalf(rm.change)}
	}
	r.result.Withheld = append(r.result.Withheld, Removal{Addr: rm.change.Addr, Old: old, Tests: tests})
	r.emit(Event{Step: Withheld, Change: rm.change, ID: rm.change.ID, Old: old, Reason: reason})
}

// refuses reports whether a request is expected to be refused, whichever of its
// statuses comes.
func refuses(q schema.TestRequest) bool {
	return len(q.Status) > 0 && !slices.ContainsFunc(q.Status, func(status int) bool { return status < 400 })
}
