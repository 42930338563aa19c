package review

import (
	"slices"
	"strings"
	"sync"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/schema"
)

// This file finds how principals can become super admins: by a role that they have, or in steps,
// each of which uses a right or acts as somebody else. What catalog.Protects refuses is no step.

// Path is a way to be a super admin. Without steps the principal is one.
type Path struct {
	Steps []Step
	// Limit says how the scopes of a service app limit the role, if nothing leads beyond them.
	Limit string
}

// Step is one step of a path.
type Step struct {
	How string // in words that follow "it": "resets the password of user.root"
	// To is the principal that is acted as after the step; zero for a super admin of its own making.
	To schema.Addr
	// Operation allows the step; "" for acting in the name of those who sign in.
	Operation string
	// Basis says why the step is not certain; "" if Okta documents it.
	Basis string
}

// Words returns the steps for people, of which the last is to be a super admin.
func (p *Path) Words() (steps []string) {
	for _, s := range p.Steps {
		steps = append(steps, s.How)
	}
	return append(steps, "is a super admin")
}

// pathsToSuperAdmin returns the shortest path of each principal that has one, by address.
func (w *versionIndex) pathsToSuperAdmin() map[string]*Path {
	paths := map[string]*Path{}
	var open, frontier []*Object
	for i := range w.objects {
		o := &w.objects[i]
		switch {
		case !isPrincipal(o) || !o.active():
		case w.isSuperAdmin(o):
			paths[o.Addr.String()] = &Path{}
			frontier = append(frontier, o)
		default:
			open = append(open, o)
		}
	}
	keys := map[*Object][]Entry{}
	for _, o := range open {
		keys[o] = w.stepping(o)
	}
	for first := true; first || len(frontier) > 0; first = false {
		var reached, rest []*Object
		for _, o := range open {
			step, to := w.step(o, keys[o], frontier, first)
			if step == nil {
				rest = append(rest, o)
				continue
			}
			p := &Path{Steps: []Step{*step}}
			if to != nil {
				p.Steps = append(p.Steps, paths[to.Addr.String()].Steps...)
			}
			paths[o.Addr.String()] = p
			reached = append(reached, o)
		}
		open, frontier = rest, reached
	}
	for _, o := range open {
		if a := w.of(o); a.super() {
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
func (w *versionIndex) isSuperAdmin(o *Object) bool {
	a := w.of(o)
	return a.super() && a.Actor == Admin
}

// stepOperations are the operations that lead to further rights.
var stepOperations = sync.OnceValue(func() map[operationName]bool {
	set := map[operationName]bool{}
	for _, name := range []string{opAssignClientRole, opAssignUserRole, opAssignGroupRole, opGrantScope, opAddIDP, opAddMember,
		opAddKey, opResetPassword, opTempPassword, opChangePassword, opUpdateUser, opReplaceUser} {
		method, path, _ := strings.Cut(name, " ")
		set[operationName{method, path}] = true
	}
	return set
})

const (
	opAddKey         = "POST /api/v1/apps/{appId}/credentials/jwks"
	opResetPassword  = "POST /api/v1/users/{id}/lifecycle/reset_password"
	opTempPassword   = "POST /api/v1/users/{id}/lifecycle/expire_password_with_temp_password"
	opChangePassword = "POST /api/v1/users/{userId}/credentials/change_password"
	opUpdateUser     = "POST /api/v1/users/{id}"
	opReplaceUser    = "PUT /api/v1/users/{id}"
)

// stepping returns the entries of an object that lead to further rights.
func (w *versionIndex) stepping(o *Object) (list []Entry) {
	steps := stepOperations()
	for _, e := range w.of(o).Entries {
		if steps[nameOf(e.Operation)] {
			list = append(list, e)
		}
	}
	slices.SortStableFunc(list, compareUses)
	return list
}

// step returns the first step of a path for an object: on its own if alone, else to one of the
// targets, which is returned as well.
func (w *versionIndex) step(o *Object, entries []Entry, targets []*Object, alone bool) (*Step, *Object) {
	if w.of(o).Actor == SignedIn {
		return w.signInStep(o, entries, alone)
	}
	for _, e := range entries {
		if !alone || !w.ownStep(o, e) {
			continue
		}
		return &Step{How: ownSteps[e.Operation.String()], Operation: e.Operation.String(), Basis: basisOf(e)}, nil
	}
	for _, e := range entries {
		for _, t := range targets {
			if how := stepOn(e.Operation.String(), t); how != "" && t != o && w.actsOn(o, e, t) {
				return &Step{How: how, To: t.Addr, Operation: e.Operation.String(), Basis: basisOf(e)}, t
			}
		}
	}
	return nil, nil
}

// ownSteps are steps that need no other principal.
var ownSteps = map[string]string{
	opAssignClientRole: "assigns SUPER_ADMIN to an app of its choice",
	opAssignUserRole:   "assigns SUPER_ADMIN to a user of its choice",
	opAssignGroupRole:  "assigns SUPER_ADMIN to a group of its choice",
	opGrantScope:       "grants itself every scope",
	opAddIDP:           "adds an identity provider and signs in through it as a super admin",
}

// ownStep reports whether an entry makes a super admin by itself. Roles and scopes are given by
// super admins only (Okta's roles API: a custom role can't give SUPER_ADMIN).
func (w *versionIndex) ownStep(o *Object, e Entry) bool {
	switch e.Operation.String() {
	case opAddIDP:
		return !e.Extent.limited()
	case opGrantScope:
		return isSuper(e.Via) && o.isService()
	}
	return isSuper(e.Via) && ownSteps[e.Operation.String()] != ""
}

// stepOn returns in words how an operation on a target lets somebody act as it; "" if it does not.
func stepOn(operation string, t *Object) string {
	addr := t.Addr.String()
	switch operation {
	case opAddKey:
		if t.isService() {
			return "adds a key to " + addr + " and acts as it"
		}
	case opResetPassword, opTempPassword, opChangePassword:
		if t.Kind.Person {
			return "resets the password of " + addr + " and signs in as that user"
		}
	case opUpdateUser, opReplaceUser:
		if t.Kind.Person {
			return "sets the password of " + addr + " and signs in as that user"
		}
	case opAddMember:
		if t.kind.has(attrMembers) {
			return "puts a user of its choice into " + addr
		}
	}
	return ""
}

// actsOn reports whether the right of o covers t, and Okta does not refuse it because of what t
// holds.
func (w *versionIndex) actsOn(o *Object, e Entry, t *Object) bool {
	if !w.covered(e.Extent, t) {
		return false
	}
	held := w.held(t)
	for _, r := range w.allRoles(o) {
		if r.String() != e.Via {
			continue
		}
		return !slices.ContainsFunc(held, func(one string) bool {
			_, refused := catalog.Protects(one, e.Operation, r.typ)
			return refused
		})
	}
	return false
}

// covered reports whether an extent contains the object for certain.
func (w *versionIndex) covered(extent Extent, t *Object) bool {
	if extent == "" {
		return true
	}
	names := []string{t.Addr.String()}
	if t.isApp() {
		names = append(names, "all apps of "+schema.OIDCClient)
	}
	for i := range w.objects {
		g := &w.objects[i]
		if g.kind.has(attrMembers) && slices.ContainsFunc(g.list(attrMembers).refs, func(m ref) bool { return w.find(m) == t }) {
			names = append(names, "users of "+g.Addr.String())
		}
	}
	return slices.ContainsFunc(elementsOf([]string{string(extent)}), func(e string) bool { return slices.Contains(names, e) })
}

// signInStep is the step of an app that acts for users: a super admin who may sign in.
func (w *versionIndex) signInStep(o *Object, entries []Entry, alone bool) (*Step, *Object) {
	if !alone {
		return nil, nil
	}
	for _, e := range entries {
		if ownSteps[e.Operation.String()] == "" {
			continue
		}
		for _, admin := range w.of(o).Admins {
			addr, roles, _ := strings.Cut(strings.TrimSuffix(admin, ")"), " (")
			if slices.ContainsFunc(strings.Split(roles, "; "), isSuper) {
				return &Step{How: "waits until " + addr + " signs in, and in that name " + ownSteps[e.Operation.String()], Operation: e.Operation.String()}, nil
			}
		}
	}
	return nil, nil
}

// basisOf says why a right is not certain.
func basisOf(e Entry) string {
	if e.Confidence.Low() {
		return sure(e.Confidence, e.Source)
	}
	return ""
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
