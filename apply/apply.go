package apply

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// Org is what apply needs of an org.
type Org interface {
	// Create makes the object with its mark and everything that belongs to it.
	Create(context.Context, schema.Desired) (schema.Object, error)
	// Update brings an object to what is desired, if it is still as prior says.
	Update(ctx context.Context, prior schema.Object, d schema.Desired) (schema.Object, error)
	// Delete removes an object; onDestroy says how a user goes: deactivate or delete.
	Delete(ctx context.Context, prior schema.Object, onDestroy string) error
}

// Config is what apply needs of a configuration.
type Config interface {
	plan.Config
	GenerateKey(schema.PrivateKey) error
}

// Options say how to apply.
type Options struct {
	Parallelism int // changes at once; 0 means 1
	Clock       func() time.Time
	Events      func(Event)     // called for each step, one call at a time; may be nil
	Stop        <-chan struct{} // when closed, nothing new is started; may be nil
}

// Step is what an Event tells of.
type Step string

// The steps of a change.
const (
	Started   Step = "start"
	Completed Step = "complete"
	Failed    Step = "errored"
	Skipped   Step = "skipped" // something that it depends on failed, or the run was stopped
)

// Event is one step of a run.
type Event struct {
	Time    time.Time
	Step    Step
	Change  *plan.Change
	ID      string        // of the object, as far as it is known
	Elapsed time.Duration // since the change was started
	Err     error
}

// Result is what a run did.
type Result struct {
	Done   plan.Counts
	Failed int
	// NotDone counts the changes that were not started.
	NotDone int
	objects map[string]*schema.Object
}

// Known tells what the org holds for a declared object after the run.
func (r *Result) Known(addr schema.Addr) *schema.Object { return r.objects[addr.String()] }

// Run carries out the plan. It goes on with what doesn't depend on a failed
// change. The Result is never nil.
func Run(ctx context.Context, p *plan.Plan, c Config, org Org, o Options) (*Result, hcl.Diagnostics) {
	r := &run{ctx: ctx, plan: p, org: org, config: c, options: o, result: &Result{objects: map[string]*schema.Object{}}}
	for i := range p.Changes {
		if change := &p.Changes[i]; change.Prior != nil && change.Action != plan.Delete {
			r.result.objects[change.Addr.String()] = change.Prior
		}
	}
	r.eval = c.Evaluate(r.known)
	r.schedule(p.Changes)
	return r.result, r.diags
}

type run struct {
	ctx     context.Context
	plan    *plan.Plan
	org     Org
	config  Config
	options Options
	eval    *config.Evaluation

	mu     sync.Mutex // guards what follows, and calls of Events
	result *Result
	diags  hcl.Diagnostics
}

func (r *run) known(addr schema.Addr) *schema.Object {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.result.objects[addr.String()]
}

func (r *run) stopped() bool {
	select {
	case <-r.options.Stop:
		return true
	case <-r.ctx.Done():
		return true
	default:
		return false
	}
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
	object, diags := r.change(c)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.diags = append(r.diags, diags...)
	e := Event{Step: Completed, Change: c, ID: c.ID, Elapsed: r.now().Sub(begin)}
	if object != nil {
		e.ID = object.ID
		r.result.objects[c.Addr.String()] = object
	}
	if diags.HasErrors() {
		e.Step, e.Err = Failed, diags
		r.result.Failed++
	} else {
		r.result.Done.Count(*c)
	}
	r.emit(e)
	return !diags.HasErrors()
}

func (r *run) change(c *plan.Change) (*schema.Object, hcl.Diagnostics) {
	if c.Action == plan.Delete {
		if err := r.org.Delete(r.ctx, *c.Prior, c.OnDestroy); err != nil {
			return nil, failure(c, "deleting", err)
		}
		return nil, nil
	}
	if c.Action == plan.Forget {
		object, err := r.org.Update(r.ctx, *c.Prior, schema.Desired{Addr: c.Addr, Kind: c.Kind, Value: c.Prior.Value})
		if err != nil {
			return nil, failure(c, "forgetting", err)
		}
		return made(object), nil
	}
	for _, key := range c.Generates {
		if err := r.config.GenerateKey(key); err != nil {
			return nil, failure(c, "making the private key of", err)
		}
	}
	d, diags := r.eval.Object(c.Addr)
	if diags.HasErrors() {
		return nil, diags
	}
	if names := inconsistent(c, d); len(names) > 0 {
		return nil, failure(c, "evaluating", fmt.Errorf("%s came out differently from what the plan shows, so nothing was sent; plan again", list(names)))
	}
	if err := r.displace(r.ctx, c); err != nil {
		return nil, failure(c, doing(c.Action), err)
	}
	object, err := r.write(c, d)
	if err != nil {
		return object, failure(c, doing(c.Action), err)
	}
	if names := differs(c.Kind, d.Value, object.Value); len(names) > 0 {
		return object, failure(c, doing(c.Action), fmt.Errorf("the org took the request, but %s isn't as planned afterwards; plan again to see how", list(names)))
	}
	return object, nil
}

func (r *run) write(c *plan.Change, d schema.Desired) (*schema.Object, error) {
	switch c.Action {
	case plan.Create:
		object, err := r.org.Create(r.ctx, d)
		return made(object), err
	case plan.Replace:
		return r.replace(c, d)
	}
	object, err := r.org.Update(r.ctx, *c.Prior, d)
	return made(object), err
}

// replace marks the old object as deposed before the new one is made, so that a
// run that dies in between leaves no two candidates for the address.
func (r *run) replace(c *plan.Change, d schema.Desired) (*schema.Object, error) {
	old := d
	old.Value, old.Owner.Deposed = c.Prior.Value, true
	deposed, err := r.org.Update(r.ctx, *c.Prior, old)
	if err != nil {
		return nil, err
	}
	object, err := r.org.Create(r.ctx, d)
	if err != nil {
		return made(object), err
	}
	return made(object), r.org.Delete(r.ctx, deposed, "")
}

// made is nil for an object that never came into being.
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
	case plan.Adopt:
		return "adopting"
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
