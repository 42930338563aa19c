package access

import (
	"fmt"
	"slices"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/schema"
)

// This file finds how principals can become super admins: by a role that they have, or in steps.
// Each step uses a right or acts as another principal. What catalog.Protects refuses is no step.

// Path is a way to be a super admin. Without steps the principal is one.
type Path struct {
	Steps []Step
	// Limit says how the scopes of a service app limit the role, if nothing leads beyond them.
	Limit string
}

// Step is one step of a path.
type Step struct {
	How string // in words that follow "it": "resets the password of user.root"
	// To is the principal that is acted as after the step; zero for a super admin of its own
	// making.
	To schema.Addr
	// Operation allows the step.
	Operation string
	// Basis says why the step is not certain; "" if Okta documents it.
	Basis string
}

// Words describes the steps for people. The last one is being a super admin.
func (p *Path) Words() (steps []string) {
	for _, s := range p.Steps {
		steps = append(steps, s.How)
	}
	return append(steps, "is a super admin")
}

// Certainty says for each step why it is not certain; "" for one that is, and for the last of
// Words.
func (p *Path) Certainty() (reasons []string) {
	for _, s := range p.Steps {
		reasons = append(reasons, s.Basis)
	}
	return append(reasons, "")
}

// actor is somebody whose rights a principal uses.
type actor struct {
	*Object
	usable []usable
	// prefix is the beginning of a step in words, if the principal waits for the actor.
	prefix string
}

// PathsToSuperAdmin returns the shortest path of each principal that has one, by address.
func (w *Index) PathsToSuperAdmin() map[string]*Path {
	paths := map[string]*Path{}
	var open, frontier []*Object
	for i := range w.Objects {
		o := &w.Objects[i]
		switch {
		case !IsPrincipal(o) || !o.Active():
		case w.isSuperAdmin(o):
			paths[o.Addr.String()] = &Path{}
			frontier = append(frontier, o)
		default:
			open = append(open, o)
		}
	}
	actors := map[*Object][]actor{}
	for _, o := range open {
		actors[o] = w.actors(o)
	}
	open = slices.DeleteFunc(open, func(o *Object) bool { return len(actors[o]) == 0 })
	for first := true; first || len(frontier) > 0; first = false {
		groups := w.targetsAmong(frontier)
		var reached, rest []*Object
		for _, o := range open {
			step := w.step(o, actors[o], groups, first)
			if step == nil {
				rest = append(rest, o)
				continue
			}
			p := &Path{Steps: []Step{*step}}
			if to := paths[step.To.String()]; to != nil {
				p.Steps = append(p.Steps, to.Steps...)
			}
			paths[o.Addr.String()] = p
			reached = append(reached, o)
		}
		open, frontier = rest, reached
	}
	for i := range w.Objects {
		o := &w.Objects[i]
		if a := w.access[o.Addr.String()]; a.IsSuperAdmin() && paths[o.Addr.String()] == nil {
			paths[o.Addr.String()] = &Path{Limit: "has the role, and its scopes let it do no more than to " + orNothing(a.WorstUse())}
		}
	}
	return paths
}

func orNothing(s string) string {
	if s == "" {
		return "sign in"
	}
	return s
}

// isSuperAdmin reports whether the object may use everything that the role SUPER_ADMIN allows. The
// scopes of a service app limit it.
func (w *Index) isSuperAdmin(o *Object) bool {
	return w.Of(o).Actor == Admin && slices.ContainsFunc(w.rolesAbout(o), func(r Role) bool { return r.Type == SuperAdmin })
}

// actors returns whose rights a principal can use to gain more: its own, or for an app that acts
// for users, theirs.
func (w *Index) actors(o *Object) (list []actor) {
	scopes := o.List(AttrOktaAPIScopes).Texts
	add := func(as *Object, roles []Role, prefix string) {
		if usable := w.usableBy(roles, scopes, !o.IsApp()); len(usable) > 0 {
			list = append(list, actor{as, usable, prefix})
		}
	}
	if w.Of(o).Actor != SignedIn {
		add(o, w.rolesAbout(o), "")
		return list
	}
	if len(scopes) == 0 {
		return nil
	}
	for _, who := range w.signers(o) {
		name := who.Addr.String()
		if classOf(who) == groupsOf {
			name = "a member of " + name
		}
		add(who, w.rolesAbout(who), "waits until "+name+" signs in, and in that name ")
	}
	if openToAll(o) {
		add(o, []Role{{Type: SuperAdmin}}, "waits until a super admin signs in, as everybody in the org may, and in that name ")
	}
	return list
}

// step returns the first step of a path for a principal: to one of the targets, or if alone also
// one that needs no other principal; nil if there is none.
func (w *Index) step(o *Object, actors []actor, groups []*targets, alone bool) *Step {
	for _, a := range actors {
		for _, u := range a.usable {
			if u.on == "" && alone && (u.Operation != opGrantScope || o.IsApp()) {
				return &Step{How: a.prefix + u.how, Operation: u.Operation, Basis: u.basis}
			}
			for _, t := range groups {
				if to := w.first(u, t, o); to != nil {
					return &Step{How: a.prefix + fmt.Sprintf(u.how, to.Addr), To: to.Addr, Operation: u.Operation, Basis: u.basis}
				}
			}
		}
	}
	if !alone {
		return nil
	}
	for _, a := range actors { // each org has a super admin, declared here or not
		for _, u := range a.usable {
			if u.on == persons && u.role == SuperAdmin {
				return &Step{How: a.prefix + fmt.Sprintf(u.how, "a super admin"), Operation: u.Operation, Basis: u.basis}
			}
		}
	}
	return nil
}

// sure says in words how certain a judgement is.
func sure(c catalog.Confidence, source string) string {
	switch c {
	case catalog.Documented:
		return "Okta says so: " + source
	case catalog.Disputed:
		return "Okta says so and somebody reports the opposite; not tried: " + source
	}
	return "concluded, not tried: " + source
}
