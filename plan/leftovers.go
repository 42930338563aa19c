package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// Standing is the age from which an object cannot be a leftover of a run: it is never swept.
const Standing = 30 * 24 * time.Hour

// Leftover is everything that one owner has in the org. A sweep deletes all or nothing of it:
// partial deletions would break references, and an owner with a very new or very old object is no
// crashed run.
type Leftover struct {
	Owner   string
	Objects []schema.Object
	// Stays says why nothing of it is swept; "" if it is.
	Stays string
	// Refused means that a guard refused the deletion, and a person must look into it.
	Refused bool
	// Plan deletes the objects; nil if they stay.
	Plan *Plan
}

// SweepOptions say what counts as a leftover.
type SweepOptions struct {
	Owners    schema.OwnerPattern
	OlderThan time.Duration
	Now       time.Time // the org's time
	// Busy are the owners whose runs are changing the org.
	Busy []string
}

// Leftovers returns what the owners that the pattern selects have in the org, by the marks of
// objects alone, sorted by owner.
func Leftovers(s *schema.Snapshot, o SweepOptions) []Leftover {
	byOwner := map[string]*Leftover{}
	var list []Leftover
	for _, object := range s.Objects {
		name := object.Owner.Owner
		if !o.Owners.Matches(name) {
			continue
		}
		if byOwner[name] == nil {
			byOwner[name] = &Leftover{Owner: name}
		}
		byOwner[name].Objects = append(byOwner[name].Objects, object)
	}
	for _, l := range byOwner {
		l.judge(s, o)
		list = append(list, *l)
	}
	slices.SortFunc(list, func(a, b Leftover) int { return cmp.Compare(a.Owner, b.Owner) })
	return list
}

// judge decides whether the objects stay, and makes the plan if they do not.
func (l *Leftover) judge(s *schema.Snapshot, o SweepOptions) {
	slices.SortFunc(l.Objects, func(a, b schema.Object) int {
		return cmp.Or(cmp.Compare(a.Owner.Addr, b.Owner.Addr), cmp.Compare(a.ID, b.ID))
	})
	l.Stays, l.Refused = l.why(o)
	if l.Stays != "" {
		return
	}
	part := &schema.Snapshot{OrgID: s.OrgID, URL: s.URL, Principal: s.Principal, Objects: l.Objects}
	p, diags := Make(config.Empty(l.Owner), part, Options{Owner: l.Owner, Destroy: true})
	if diags.HasErrors() {
		l.Stays, l.Refused = strings.TrimSuffix(diags.Error(), "."), true
		return
	}
	l.Plan = p
}

// why returns why the objects stay, and whether a person must look into it.
func (l *Leftover) why(o SweepOptions) (reason string, refused bool) {
	if err := schema.CheckOwner(l.Owner); err != nil {
		return "no configuration has such an owner: somebody else wrote the mark", true
	}
	for i := range l.Objects {
		switch object := &l.Objects[i]; {
		case object.Owner.Newer():
			return fmt.Sprintf("%s carries a mark of version %q, written by a newer oktaform: sweep with that one", Called(object), object.Owner.Version), true
		case object.Owner.Protect:
			return Called(object) + " has lifecycle.prevent_destroy. Its configuration can lift that, or release it", true
		case mismatchedMark(object):
			return Called(object) + " carries a mark that doesn't fit it: somebody else wrote it", true
		}
	}
	if slices.Contains(o.Busy, l.Owner) {
		return "another run of it is changing the org", false
	}
	for i := range l.Objects {
		switch object := &l.Objects[i]; {
		case object.Created.IsZero():
			return fmt.Sprintf("the org doesn't say when %s was created", Called(object)), true
		case o.Now.Sub(object.Created) > Standing:
			return fmt.Sprintf("%s was created %s, and what is older than 30 days is never swept. If a run left it, destroy it with its configuration, or by hand", Called(object), Age(object, o.Now)), false
		}
	}
	for i := range l.Objects {
		if object := &l.Objects[i]; o.Now.Sub(object.Created) < o.OlderThan {
			return fmt.Sprintf("%s was created %s", Called(object), Age(object, o.Now)), false
		}
	}
	return "", false
}

// Called returns an object's name for people: its address, its name in the org, and its id.
func Called(o *schema.Object) string {
	label := ""
	if kind := kinds.Named(o.Kind); kind != nil {
		label = schema.Text(o.Value.GetAttr(kind.Label))
	}
	return fmt.Sprintf("%s %q (%s)", o.Owner.Addr, label, o.ID)
}

// Age returns how long ago an object was created.
func Age(o *schema.Object, now time.Time) string {
	switch age := now.Sub(o.Created); {
	case o.Created.IsZero():
		return "at a time that the org doesn't tell"
	case age < 2*time.Hour:
		return fmt.Sprintf("%d minutes ago", max(0, int(age.Minutes())))
	case age < 3*24*time.Hour:
		return fmt.Sprintf("%d hours ago", int(age.Hours()))
	default:
		return fmt.Sprintf("%d days ago", int(age.Hours()/24))
	}
}
