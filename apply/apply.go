package apply

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// Org is the part of an org that apply uses; *org.Client implements it.
type Org interface {
	// Create creates the object with its mark and everything that belongs to it.
	Create(context.Context, schema.Desired) (schema.Object, error)
	// Update changes an object to what is desired. It fails if the object no longer equals prior.
	Update(ctx context.Context, prior schema.Object, d schema.Desired) (schema.Object, error)
	// Delete removes an object. onDestroy says what happens to a user: deactivate, delete, or ""
	// for nothing.
	Delete(ctx context.Context, prior schema.Object, onDestroy string) error
	// Unchanged fails if an object no longer equals prior.
	Unchanged(ctx context.Context, prior schema.Object) error
}

// Config is the part of a configuration that apply uses.
type Config interface {
	plan.Config
	GenerateKey(schema.PrivateKey) error
}

// Options configure how to apply.
type Options struct {
	Parallelism int // concurrent changes; 0 means 1
	Clock       func() time.Time
	Events      func(Event)     // called for each step, never concurrently; may be nil
	Stop        <-chan struct{} // when closed, no new change is started; may be nil
	// Hold is called before each change and reports whether the run may still write. Its error ends
	// the run as Stop does. It may be nil.
	Hold func(context.Context) error
	// Smoke runs tests and returns the names of those that failed. It is called between creating
	// new objects and removing what they replace. Nil means no tests.
	Smoke func(context.Context, []schema.SmokeTest) []string
}

// Run carries out the plan: first everything except the removals of what is replaced, then the
// tests of the replacements, then these removals. If a change fails, it continues with the changes
// that do not depend on it. The Result is never nil.
func Run(ctx context.Context, p *plan.Plan, c Config, org Org, o Options) (*Result, hcl.Diagnostics) {
	r := &run{ctx: ctx, plan: p, original: map[*plan.Change]*schema.Object{}, org: org, config: c, options: o, failed: map[*plan.Change]bool{},
		result: &Result{objects: map[string]*schema.Object{}}}
	r.result.run = r
	maps.Copy(r.result.objects, p.Data)
	for i := range p.Changes {
		if change := &p.Changes[i]; change.Prior != nil && change.Action != plan.Delete {
			r.result.objects[change.Addr.String()] = change.Prior
		}
	}
	r.eval = c.Evaluate(r.known)
	first, deletions, last := split(p)
	r.schedule(first)
	for _, c := range deletions {
		r.removals = append(r.removals, removal{change: c, old: c.Prior})
	}
	r.removePaired(p)
	r.schedule(last)
	return r.result, r.diags
}

// split returns the changes before the tests; the deletions after them (old halves of interrupted
// replacements, and what these refer to); and the changes that wait for those.
func split(p *plan.Plan) (first, deletions, last []*plan.Change) {
	for i := range p.Changes {
		switch c := &p.Changes[i]; {
		case c.Action == plan.NoOp:
		case c.Action == plan.Delete && (c.AfterTests || c.Owner.Deposed && !p.Destroy):
			deletions = append(deletions, c)
		case c.AfterTests:
			last = append(last, c)
		default:
			first = append(first, c)
		}
	}
	return first, deletions, last
}

type run struct {
	ctx     context.Context
	plan    *plan.Plan
	org     Org
	config  Config
	options Options
	eval    *config.Evaluation

	mu       sync.Mutex // guards the fields below, and calls of Events
	result   *Result
	diags    hcl.Diagnostics
	removals []removal
	stuck    []removal // removals that were not done
	wrote    []*write
	failed   map[*plan.Change]bool           // failed or skipped
	original map[*plan.Change]*schema.Object // objects that were renamed temporarily, as they were before
	lost     bool                            // whether Hold has said that the run may no longer write
}

// write is what a change did to the org, for a rollback.
type write struct {
	change  *plan.Change
	made    bool           // now is a new object
	now     *schema.Object // as this run left it; nil if unknown
	old     *schema.Object // the old object of a replacement, while it exists
	removed bool           // whether something was removed for good
	stays   schema.Value   // what a rollback leaves, or may leave; null for nothing
}

func (r *run) known(addr schema.Addr) *schema.Object {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.result.objects[addr.String()]
}

// stopped reports whether no new change may be started.
func (r *run) stopped() bool {
	select {
	case <-r.options.Stop:
		return true
	case <-r.ctx.Done():
		return true
	default:
	}
	if r.options.Hold == nil {
		return false
	}
	err := r.options.Hold(r.ctx)
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil && !r.lost {
		r.lost = true
		r.diags = append(r.diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "The run was stopped", Detail: err.Error(), Extra: err})
	}
	return r.lost
}

func (r *run) now() time.Time {
	if r.options.Clock != nil {
		return r.options.Clock()
	}
	return time.Now()
}

func (r *run) emit(e Event) {
	e.Time = r.now()
	if r.options.Events != nil {
		r.options.Events(e)
	}
}

// do carries out one change and reports whether it succeeded.
func (r *run) do(c *plan.Change) bool {
	begin := r.now()
	r.mu.Lock()
	r.emit(Event{Step: Started, Change: c, ID: c.ID})
	r.mu.Unlock()
	w := &write{change: c}
	left, diags := r.change(schema.WithAddr(r.ctx, c.Addr.String()), c, w)
	if w.now != nil && c.Action != plan.Forget {
		r.mu.Lock()
		r.result.objects[c.Addr.String()] = w.now
		r.mu.Unlock()
		if !diags.HasErrors() {
			diags = append(diags, r.eval.Postconditions(c.Addr)...)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.diags = append(r.diags, diags...)
	r.wrote = append(r.wrote, w)
	e := Event{Step: Completed, Change: c, ID: c.ID, Elapsed: r.now().Sub(begin)}
	if w.now != nil {
		e.ID = w.now.ID
		r.result.objects[c.Addr.String()] = w.now
	}
	switch {
	case diags.HasErrors():
		e.Step, e.Err = Failed, diags
		r.result.Failed++
		r.failed[c] = true
	case left != nil:
		left.begin, left.write = begin, w
		r.removals = append(r.removals, *left)
		e.Step, e.Old = Waiting, left.names
		r.count(c, left)
	default:
		r.count(c, nil)
	}
	r.emit(e)
	return !diags.HasErrors()
}

// count counts a change. The deletion of a replacement's old half is counted when it is done.
func (r *run) count(c *plan.Change, left *removal) {
	r.result.Done.Count(*c)
	if left != nil && left.old != nil {
		r.result.Done.Destroy--
	}
}

// change carries out the part of a change that does not wait for tests, and returns what remains to
// be removed.
func (r *run) change(ctx context.Context, c *plan.Change, w *write) (*removal, hcl.Diagnostics) {
	if c.Action == plan.Delete {
		w.removed = true
		if err := r.org.Delete(ctx, *c.Prior, c.OnDestroy); err != nil {
			return nil, failure(c, "deleting", err)
		}
		return nil, nil
	}
	if c.Action == plan.Forget {
		object, err := r.org.Update(ctx, *c.Prior, schema.Desired{Addr: c.Addr, Kind: c.Kind, Value: c.Prior.Value})
		if w.now = made(object); err != nil {
			return nil, failure(c, "forgetting", err)
		}
		return nil, nil
	}
	for _, key := range c.Generates {
		if err := r.config.GenerateKey(key); err != nil {
			return nil, failure(c, "generating the private key of", err)
		}
	}
	d, diags := r.eval.Object(c.Addr)
	if diags.HasErrors() {
		return nil, diags
	}
	if names := inconsistent(c, d); len(names) > 0 {
		return nil, failure(c, "evaluating", fmt.Errorf("%s has other values than the plan shows, so nothing was sent; plan again", list(names)))
	}
	d.RenewCredentials = c.Renews
	if err := r.renameTemporarily(ctx, c); err != nil {
		return nil, failure(c, doing(c.Action), err)
	}
	first, left, err := r.write(ctx, c, d, w)
	if err != nil {
		return nil, failure(c, doing(c.Action), err)
	}
	if names := c.Kind.Mismatches(first.Value, w.now.Value); len(names) > 0 {
		return nil, failure(c, doing(c.Action), fmt.Errorf("the org accepted the request, but afterwards %s isn't as planned; plan again to see the difference", list(names)))
	}
	return left, nil
}

// write writes one object and returns what it was to become.
func (r *run) write(ctx context.Context, c *plan.Change, d schema.Desired, w *write) (schema.Desired, *removal, error) {
	switch c.Action {
	case plan.Create:
		object, err := r.org.Create(ctx, d)
		w.now, w.made = made(object), true
		return d, nil, err
	case plan.Replace:
		left, err := r.replace(ctx, c, d, w)
		return d, left, err
	}
	if c.TakesBack != nil {
		left, err := r.takeBack(ctx, c, d, w)
		return d, left, err
	}
	first, kept := overlap(c.Prior.Value, d)
	object, err := r.org.Update(ctx, *c.Prior, first)
	w.now = made(object)
	if err != nil || len(kept) == 0 {
		return first, nil, err
	}
	return first, &removal{change: c, names: kept, desired: d}, nil
}

// replace marks the old object as deposed before it creates the new one, so that an interrupted run
// does not leave two candidates for the address. The old object is deleted when everything that
// referred to it refers to the new one.
func (r *run) replace(ctx context.Context, c *plan.Change, d schema.Desired, w *write) (*removal, error) {
	old := d
	old.Value, old.Owner.Deposed = c.Prior.Value, true
	deposed, err := r.org.Update(ctx, *c.Prior, old)
	if err != nil {
		return nil, err
	}
	w.old = &deposed
	object, err := r.org.Create(ctx, d)
	w.now, w.made = made(object), true
	return &removal{change: c, names: []string{oldHalf(c)}, old: &deposed}, err
}

// takeBack marks the new half of a replacement as deposed before the old one gets its mark back,
// for the same reason. The new half is deleted when everything that referred to it refers to the
// old one again.
func (r *run) takeBack(ctx context.Context, c *plan.Change, d schema.Desired, w *write) (*removal, error) {
	half := schema.Desired{Addr: c.Addr, Kind: c.Kind, Owner: c.TakesBack.Owner, Value: c.TakesBack.Value}
	half.Owner.Deposed = true
	deposed, err := r.org.Update(ctx, *c.TakesBack, half)
	if err != nil {
		return nil, err
	}
	object, err := r.org.Update(ctx, *c.Prior, d)
	w.now = made(object)
	return &removal{change: c, names: []string{fmt.Sprintf("the %s that replaced it (%s)", c.Kind.Name, deposed.ID)}, old: &deposed}, err
}

func oldHalf(c *plan.Change) string { return fmt.Sprintf("the old %s (%s)", c.Kind.Name, c.ID) }

// made returns the object; nil if it was not created.
func made(object schema.Object) *schema.Object {
	if object.ID == "" {
		return nil
	}
	return &object
}

func doing(a plan.Action) string {
	switch a {
	case plan.Create:
		return "creating"
	case plan.Replace:
		return "replacing"
	case plan.Import:
		return "importing"
	}
	return "updating"
}

func failure(c *plan.Change, doing string, err error) hcl.Diagnostics {
	d := &hcl.Diagnostic{Severity: hcl.DiagError, Summary: fmt.Sprintf("Error %s %s", doing, c.Addr), Detail: err.Error(), Extra: err}
	if c.Range.Filename != "" {
		d.Subject = &c.Range
	}
	return hcl.Diagnostics{d}
}

// dependents returns the changes that wait for c, because they refer to it.
func dependents(p *plan.Plan, c *plan.Change) []*plan.Change {
	var out []*plan.Change
	for i := range p.Changes {
		if other := &p.Changes[i]; other != c && other.Action != plan.NoOp && slices.Contains(other.DependsOn, c.Addr) {
			out = append(out, other)
		}
	}
	return out
}
