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
	"github.com/oktaform/oktaform/schema/kinds"
)

// Action is what happens to an object. Its value is the symbol in a plan's text.
type Action string

const (
	NoOp    Action = " "
	Create  Action = "+"
	Update  Action = "~"
	Delete  Action = "-"
	Replace Action = "+/-" // the replacement is created before the old object is deleted
	Forget  Action = "."   // the mark is removed and the object stays
	Import  Action = "<"   // an object without owner is marked and changed to what is declared
)

// Change is what happens to one object.
type Change struct {
	Addr schema.Addr
	// PrevAddr is the address in the mark of an object that was declared at another address; else
	// zero.
	PrevAddr schema.Addr
	Kind     *schema.Kind
	Action   Action
	ID       string         // of the existing object
	Prior    *schema.Object // the existing object as read; nil for Create
	// Before and After are the object's values; null before a Create and after a Delete. What only
	// Okta can know is unknown in After.
	Before, After schema.Value
	Owner         schema.Owner // the mark after the change
	// Replaces names the attributes that cannot be changed in place.
	Replaces []string
	// Reason explains to people what the diff alone does not. Nothing else uses it.
	Reason string
	// Generates are the private keys to generate first.
	Generates []schema.PrivateKey
	// Renews means that an app's client secrets are replaced before it gains its first right,
	// because its creation was never finished.
	Renews bool
	// OnDestroy is what a Delete does to a user: deactivate or delete.
	OnDestroy string
	// UndeclaredElements names the elements of additive sets that are not declared, by set. After
	// contains them.
	UndeclaredElements map[string][]string
	// undeclaredRights names the rights that the org keeps and the configuration does not declare.
	undeclaredRights []string
	// OpenMembers means that the configuration does not declare a group's members.
	OpenMembers bool
	// UndeclaredAdmin means that a Delete removes the admin roles of a principal that is not
	// declared.
	UndeclaredAdmin bool
	// LostRoles names the admin roles that the change removes and for which the org does not show
	// that this configuration assigned them.
	LostRoles []string
	// DependsOn are the addresses of the changes that must be done before.
	DependsOn []schema.Addr
	// TemporaryRenames are the changes whose objects must give up a name before this one can take
	// it, though they are changed or deleted only after it.
	TemporaryRenames []schema.Addr
	// Overlap is what stays of the old until its replacement is tested.
	Overlap []Retained
	// TakesBack is the new half of a replacement whose old half is declared again and updated by
	// this change. It is deleted when the old half is tested.
	TakesBack *schema.Object
	// AfterTests makes a change wait until the tests have passed and what they keep is removed,
	// because that still refers to what a Delete deletes.
	AfterTests bool
	// AbsentImport is the import block of a Create that names an object which is not in the org;
	// else nil.
	AbsentImport *schema.Import
	Range        hcl.Range
}

// locate sets a diagnostic's subject to the object's declaration, if it has one.
func (c *Change) locate(d *hcl.Diagnostic) {
	if c.Range.Filename != "" {
		d.Subject = &c.Range
	}
}

// reason adds a reason to the change.
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
	// Principal is the client id of the app, or the id of the user, that the org was read as; "" if
	// unknown.
	Principal string
	// Credential is the mode of the credential that the org was read with, such as SSWS; "" if
	// unknown.
	Credential string
	// As describes the principal that the org was read as; "" if unknown.
	As      string
	Owner   string
	Destroy bool
	// Changes contains every object, no-ops included, in the order of their addresses.
	Changes []Change
	Outputs []Output
	// Data are the results of data blocks, by address.
	Data map[string]*schema.Object
	// Targets are the objects that the plan is limited to; nil means all.
	Targets map[schema.Addr]bool
	// Notes explain what the plan does not change and a person might wonder about.
	Notes []string
}

// Known returns what the read of the org has found for this plan.
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

// Counts are the numbers in a plan's summary. A replacement counts as an addition and a
// destruction; an object that only moves does not count.
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

// Config is the part of a configuration that planning uses.
type Config interface {
	Evaluate(config.Known) *config.Evaluation
}

// Options configure a plan.
type Options struct {
	Owner   string
	Destroy bool // plan the deletion of everything that is owned
	Import  bool // import unowned objects with a declared label
	// TrustKeys lets all apps gain rights although their keys or secrets are unknown here, Trusted
	// those with these addresses.
	TrustKeys bool
	Trusted   []string
	// TrustRights lets everybody in on the rights that imported objects keep undeclared,
	// TrustedRights those whom the objects with these addresses let in.
	TrustRights   bool
	TrustedRights []string
	// Command is the current command line; commands that messages suggest begin with it.
	Command string
	// AuthoritativeAdmins removes the admin roles of undeclared principals.
	AuthoritativeAdmins bool
	// Targets are addresses of objects, blocks and modules that the plan is limited to, with what
	// they depend on. None means all.
	Targets []string
	// Unprotected deletes objects with prevent_destroy too, in an org that only a test uses.
	Unprotected bool
	TakeOver    bool // continue although no owned object matches a declared one
	// AbsentImports plans although an import block names an object that is not in the org. It is
	// for plans that are never applied: the object may have been imported, and deleted since.
	AbsentImports bool
	// Now returns the org's time; nil skips the checks that need it.
	Now func() (time.Time, error)
	// UnfinishedRoles returns the admin roles that an unfinished run was replacing, by address. It
	// is called if the plan removes roles; nil means that there are none.
	UnfinishedRoles func() (map[string][]string, error)
}

// Query returns what must be read of the org to plan for the declared objects.
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
			w.Name = schema.Text(d.Value.GetAttr(d.Kind.Label))
			w.Unique = d.Kind.UniqueValues(d.Value)
			w.ID = attachedTo(d)
			w.SideData = d.Kind.SideData(d.Value)
			w.Rights = schema.RightsOf(d.Value)
			w.Given = kinds.GivenSecrets(d.Value)
			w.Custom = kinds.CustomAttributes(d.Value)
		}
		q.Objects = append(q.Objects, w)
	}
	return q
}

// Make returns a plan. Diagnostics without errors may come with a plan.
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
	for i, d := range declared { // evaluate the rest again with what is known now
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
		more = slices.Concat(more, refused, m.checkImportedRights(p.Changes))
	}
	if diags = append(diags, more...); diags.HasErrors() {
		return nil, diags
	}
	for _, what := range s.Unread {
		m.notes = append(m.notes, fmt.Sprintf("not read: %s. None is declared; existing ones of this owner are kept.", strings.TrimSuffix(what, ".")))
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
	p.noteUnmanaged(s.Unmanaged)
	return p, diags
}

// noteUnmanaged says in a plan without changes what the org holds besides.
func (p *Plan) noteUnmanaged(n int) {
	if n == 0 || p.Destroy || !p.Empty() {
		return
	}
	objects := "1 object that nobody manages"
	if n > 1 {
		objects = fmt.Sprintf("%d objects that nobody manages", n)
	}
	p.Notes = append(p.Notes, "the org holds "+objects+": oktaform list shows them, oktaform import --out DIR writes a configuration of them.")
}

func outputs(eval *config.Evaluation) ([]Output, hcl.Diagnostics) {
	var list []Output
	evaluated, diags := eval.Outputs()
	for _, out := range evaluated {
		list = append(list, Output(out))
	}
	return list, diags
}

// Equal reports whether two plans would do the same.
func Equal(a, b *Plan) bool {
	changes := func(p *Plan) []Change {
		return slices.DeleteFunc(slices.Clone(p.Changes), func(c Change) bool { return c.Action == NoOp })
	}
	return slices.EqualFunc(changes(a), changes(b), func(x, y Change) bool {
		return x.Addr == y.Addr && x.Action == y.Action && x.ID == y.ID && x.Owner == y.Owner &&
			x.Kind.Equal(x.Before, y.Before) && x.Kind.Equal(x.After, y.After)
	})
}

// Differs reports whether a plan changes an attribute of an object, or, where that is "", the
// object as a whole.
func Differs(p *Plan, addr schema.Addr, attr string) bool {
	for i := range p.Changes {
		c := &p.Changes[i]
		if c.Addr != addr || c.Action == NoOp {
			continue
		}
		if attr == "" || c.Before.IsNull() || c.After.IsNull() || slices.Contains(c.Kind.Changed(c.Before, c.After), attr) {
			return true
		}
	}
	return false
}
