package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/schema"
)

// Action is what happens to an object. Its value is the symbol that stands for
// it in a plan's text.
type Action string

const (
	NoOp    Action = " "
	Create  Action = "+"
	Update  Action = "~"
	Delete  Action = "-"
	Replace Action = "+/-" // the replacement is made before the old object goes
	Forget  Action = "."   // our mark is taken away, and the object stays
	Import  Action = "<"   // an unowned object is marked as ours, and brought to what is declared
)

// Change is what happens to one object.
type Change struct {
	Addr schema.Addr
	// PrevAddr is the address in the mark of an object that was declared under
	// another one; zero where it wasn't.
	PrevAddr schema.Addr
	Kind     *schema.Kind
	Action   Action
	ID       string         // of the existing object
	Prior    *schema.Object // the existing object as it was read; nil for Create
	// Before and After are what the object is and will be; null before a Create and after
	// a Delete. What only Okta can know is unknown in After.
	Before, After schema.Value
	Owner         schema.Owner // the mark that it will carry
	// Replaces names the attributes that can't be changed in place.
	Replaces []string
	// Reason says in words why, where the diff alone doesn't: for people only,
	// nothing decides by it.
	Reason string
	// Generates are the private keys that have to be made first.
	Generates []schema.PrivateKey
	// Renews says that an app's client secrets are replaced before it gains its first right, since its
	// creation was never finished.
	Renews bool
	// OnDestroy says what a Delete does to a user: deactivate or delete.
	OnDestroy string
	// UndeclaredElements names what additive sets hold beyond what is declared, by the set;
	// After holds it too.
	UndeclaredElements map[string][]string
	// OpenMembers says that the configuration doesn't say who is in a group.
	OpenMembers bool
	// UndeclaredAdmin says that a Delete takes the admin roles of somebody away who
	// isn't in the configuration at all.
	UndeclaredAdmin bool
	// LostRoles names the admin roles that the change takes away, where the org doesn't show that this
	// configuration assigned them.
	LostRoles []string
	// DependsOn lists the changes that must be done before, by their addresses.
	DependsOn []schema.Addr
	// TemporaryRenames lists the changes whose objects have to give up a name before
	// this one can take it, though they are changed, or deleted, only after it.
	TemporaryRenames []schema.Addr
	// Overlap is what stays of the old until what replaces it is tested.
	Overlap []Retained
	// TakesBack is the new half of a replacement whose old half is declared again,
	// and is updated by this change; it goes when the old one is tested.
	TakesBack *schema.Object
	// AfterTests makes a change wait until the tests have passed and what they
	// keep is removed: something of that still refers to what a Delete deletes.
	AfterTests bool
	Range      hcl.Range
}

// locate has a diagnostic show where the object is declared, if it is.
func (c *Change) locate(d *hcl.Diagnostic) {
	if c.Range.Filename != "" {
		d.Subject = &c.Range
	}
}

// reason adds a reason to those that the change has.
func (c *Change) reason(why string) {
	if c.Reason != "" {
		why = c.Reason + "; " + why
	}
	c.Reason = why
}

// Output is the change of an output's value.
type Output struct {
	Name      string
	Value     cty.Value
	Sensitive bool
}

// Plan is what a run would do.
type Plan struct {
	OrgID string
	URL   string
	// Principal is the client id of the app, or the id of the user, that the org
	// was read as; "" when that can't be known.
	Principal string
	// Credential is the mode of the credential that the org was read with, as
	// SSWS; "" where that isn't known.
	Credential string
	// As says in words in whose name the org was read; "" where that isn't known.
	As      string
	Owner   string
	Destroy bool
	// Changes holds every object concerned, no-ops included, in the order of
	// their addresses.
	Changes []Change
	Outputs []Output
	// Data holds what data blocks have found, by their addresses.
	Data map[string]*schema.Object
	// Targets are the objects that the plan is about; nil: all.
	Targets map[schema.Addr]bool
	// Notes tell what the plan leaves alone and a person might wonder about.
	Notes []string
}

// Known tells what the reading of the org found that the plan is of.
func (p *Plan) Known() config.Known {
	objects := map[string]*schema.Object{}
	maps.Copy(objects, p.Data)
	for i := range p.Changes {
		if c := &p.Changes[i]; c.Prior != nil && c.Action != Delete {
			objects[c.Addr.String()] = c.Prior
		}
	}
	return func(addr schema.Addr) *schema.Object { return objects[addr.String()] }
}

// Empty reports whether nothing would change.
func (p *Plan) Empty() bool {
	return !slices.ContainsFunc(p.Changes, func(c Change) bool { return c.Action != NoOp })
}

// Counts are the numbers of a plan's summary. A replacement counts as an
// addition and a destruction, and one that only moves as nothing.
type Counts struct{ Add, Change, Destroy, Import, Forget int }

// Counts counts the actions of the plan.
func (p *Plan) Counts() Counts {
	var n Counts
	for _, c := range p.Changes {
		n.Count(c)
	}
	return n
}

// Count adds one change.
func (n *Counts) Count(c Change) {
	if c.TakesBack != nil {
		n.Destroy++
	}
	switch c.Action {
	case Create:
		n.Add++
	case Update:
		if !c.OnlyMoved() {
			n.Change++
		}
	case Delete:
		n.Destroy++
	case Replace:
		n.Add++
		n.Destroy++
	case Forget:
		n.Forget++
	case Import:
		n.Import++
		if !c.Kind.Equal(c.Before, c.After) {
			n.Change++
		}
	}
}

// Config is what planning needs of a configuration.
type Config interface {
	Evaluate(config.Known) *config.Evaluation
}

// Options say how to plan.
type Options struct {
	Owner   string
	Destroy bool // plan the deletion of everything that is owned
	Import  bool // import unowned objects with a declared label
	// TrustKeys lets apps gain rights although their keys or secrets are not known here, Trusted those
	// with these addresses.
	TrustKeys bool
	Trusted   []string
	// Command is the command line that asked for the plan; what a message proposes begins with it.
	Command string
	// AuthoritativeAdmins takes the admin roles of whoever isn't declared away.
	AuthoritativeAdmins bool
	// Targets are addresses of objects, blocks and modules: the plan is about these,
	// and what they depend on. None: about all.
	Targets  []string
	TakeOver bool // go on although nothing owned matches what is declared
	// Now is the org's time; nil leaves out the checks that need it.
	Now func() (time.Time, error)
	// Exchanges are the admin roles that an unfinished run was exchanging, by address; asked
	// where the plan takes roles away. nil: there is none.
	Exchanges func() (map[string][]string, error)
}

// Query says what has to be read of the org to plan for the declared objects.
func Query(declared []schema.Desired, identity schema.Identity, o Options) schema.Query {
	q := schema.Query{Owner: o.Owner, PreviousOwner: identity.PreviousOwner, Admins: o.AuthoritativeAdmins && !o.Destroy, Unowned: o.Import,
		Objects: identity.Wants()}
	q.Objects = slices.Grow(q.Objects, len(declared))
	for _, d := range declared {
		w := schema.ObjectQuery{Addr: d.Addr, Was: identity.From(d.Addr.String())}
		if a := identity.Import(d.Addr.String()); a != nil {
			w.Imports = a.Name()
		}
		if d.Value.IsKnown() {
			w.Clues = clues(d.Kind, d.Value)
			w.Name = text(d.Value.GetAttr(d.Kind.Label))
			w.ID = attachedTo(d)
			w.SideData = d.Kind.SideData(d.Value)
			w.Rights = schema.RightsOf(d.Value)
		}
		q.Objects = append(q.Objects, w)
	}
	return q
}

// Make plans. Diagnostics without errors may come with a plan.
func Make(c Config, s *schema.Snapshot, o Options) (*Plan, hcl.Diagnostics) {
	p := &Plan{Data: s.Data, OrgID: s.OrgID, URL: s.URL, Principal: s.Principal, Owner: o.Owner, Destroy: o.Destroy}
	declared, diags := c.Evaluate(KnownData(s.Data)).All()
	if diags.HasErrors() {
		return nil, diags
	}
	if o.Now != nil && !o.Destroy {
		if diags = append(diags, checkMoments(declared, o.Now)...); diags.HasErrors() {
			return nil, diags
		}
	}
	identity, more := c.Evaluate(KnownData(s.Data)).Identity()
	if diags = append(diags, more...); more.HasErrors() {
		return nil, diags
	}
	m, more := match(declared, identity, s, o)
	diags = append(diags, more...)
	if more.HasErrors() {
		return nil, diags
	}
	for i, d := range declared { // the rest is evaluated anew, with what is known now
		declared[i] = schema.Desired{Addr: d.Addr, DependsOn: d.DependsOn}
	}
	if o.Destroy {
		if declared, more = c.Evaluate(m.known).All(); !more.HasErrors() {
			p.Changes, more = m.destroy(declared)
		}
	} else if p.Changes, more = m.changes(c); !more.HasErrors() {
		gone, refused := m.orphans()
		p.Changes = append(p.Changes, gone...)
		p.Changes = append(p.Changes, m.removedAdmins()...)
		p.Changes = append(p.Changes, m.undeclaredAdmins(p.Changes)...)
		p.Outputs, more = outputs(c.Evaluate(m.known))
		more = append(more, refused...)
	}
	if diags = append(diags, more...); diags.HasErrors() {
		return nil, diags
	}
	for _, what := range s.Unread {
		m.notes = append(m.notes, fmt.Sprintf("not read: %s. None is declared; if this owner has any, they stay.", what))
	}
	p.Notes = slices.Sorted(slices.Values(m.notes))
	slices.SortFunc(p.Changes, func(a, b Change) int {
		return cmp.Or(schema.CompareAddr(a.Addr, b.Addr), strings.Compare(a.ID, b.ID))
	})
	order(p, declared)
	if diags = append(diags, p.target(o.Targets)...); diags.HasErrors() {
		return nil, diags
	}
	if diags = append(diags, lastTargets(p.Changes, m.staying)...); diags.HasErrors() {
		return nil, diags
	}
	p.noteAdminRemovals()
	return p, diags
}

func outputs(eval *config.Evaluation) ([]Output, hcl.Diagnostics) {
	var list []Output
	evaluated, diags := eval.Outputs()
	for _, out := range evaluated {
		list = append(list, Output(out))
	}
	return list, diags
}

// text is the string in v, or "" where there is none.
func text(v cty.Value) string {
	v, _ = v.Unmark()
	if v.IsNull() || !v.IsKnown() || v.Type() != cty.String {
		return ""
	}
	return v.AsString()
}
