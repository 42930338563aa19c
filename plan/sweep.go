package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/schema"
)

// Standing is the age from which an object is no leftover of a run: it is never swept.
const Standing = 30 * 24 * time.Hour

// Leftover is what one owner has in the org, for a sweep: it goes as a whole, or stays as a
// whole. What refers to each other would break otherwise, and an owner with anything too young
// or too old is no run that crashed.
type Leftover struct {
	Owner   string
	Objects []schema.Object
	// Stays says why nothing of it is swept; "" if it is.
	Stays string
	// Refused says that it stays because a guard refused, which a person has to look into.
	Refused bool
	// Plan destroys the objects; nil where they stay.
	Plan *Plan
}

// SweepOptions say what a sweep takes for a leftover.
type SweepOptions struct {
	Owners    schema.OwnerPattern
	OlderThan time.Duration
	Now       time.Time // the org's
	// Busy are the owners whose runs are changing the org now.
	Busy []string
}

// Leftovers returns what the owners that the pattern selects have in the org, by the objects'
// marks alone, in the order of their names.
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

// why says why the objects stay, and whether somebody has to look into that.
func (l *Leftover) why(o SweepOptions) (reason string, refused bool) {
	if err := schema.CheckOwner(l.Owner); err != nil {
		return "no configuration has such an owner: somebody else wrote the mark", true
	}
	for i := range l.Objects {
		switch object := &l.Objects[i]; {
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

// Called names an object for people: its address, what the org calls it, and its id.
func Called(o *schema.Object) string {
	label := ""
	if kind := schema.KindNamed(o.Kind); kind != nil {
		label = text(o.Value.GetAttr(kind.Label))
	}
	return fmt.Sprintf("%s %q (%s)", o.Owner.Addr, label, o.ID)
}

// Age says how long ago an object was created.
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
