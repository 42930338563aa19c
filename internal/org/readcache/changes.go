package readcache

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/org"
	orgkinds "github.com/oktaform/oktaform/internal/org/kinds"
)

// overlap is how long a change may stay invisible in the org after its event, and an event in the
// log.
const overlap = 10 * time.Minute

// seesItself checks that the log currently shows events of the principal itself, whose rights may
// have been reduced since the last run. An org does not refuse its log to a principal with narrow
// rights, but leaves events out.
func seesItself(ctx context.Context, c *org.Client, principal string, events []okta.Event) error {
	if principal == "" {
		return &okta.LogGap{Reason: "the credential doesn't show whose it is, so the System Log may not show everything to it"}
	}
	by := func(e okta.Event) bool { return e.Actor.ID == principal }
	if slices.ContainsFunc(events, by) {
		return nil
	}
	shown, err := c.ShowsOwn(ctx, principal)
	if err == nil && !shown {
		err = &okta.LogGap{Reason: "the System Log shows nothing that " + principal + " did itself: it may show only a part of the rest, too (okta.logs.read, and a role that sees all of the log)"}
	}
	return err
}

// changes are what events have changed.
type changes struct {
	all      map[string]bool            // ids of changed objects
	sideData map[string]map[string]bool // parts that changed, by the id of their object
	gone     map[string]bool            // ids of objects whose dependents have changed too
	renamed  map[string]bool            // ids of renamed objects
	members  bool                       // whether any group may have other members
	// visibility is a type of event that may change what the principal sees; "" for none.
	visibility string
}

// changesOf returns what events have changed. An event of an unknown type, or one that does not
// name its object, may have changed anything. An event about the principal's rights may have
// changed what it sees.
func changesOf(events []okta.Event, principal string) (*changes, error) {
	known := effects()
	c := &changes{all: map[string]bool{}, sideData: map[string]map[string]bool{}, gone: map[string]bool{}, renamed: map[string]bool{}}
	for _, e := range events {
		effect, ok := known[e.Type]
		if !ok {
			return nil, &okta.LogGap{Reason: fmt.Sprintf("the System Log holds an event of the type %q, whose effect isn't known", okta.Clip(e.Type))}
		}
		c.members = c.members || effect.EveryGroup
		if effect.PrincipalRights {
			c.visibility = e.Type
		}
		named := len(effect.Targets) == 0
		for _, target := range e.Target {
			if mayConcern(effect, principal, target) {
				c.visibility = e.Type
			}
			if !slices.Contains(effect.Targets, target.Type) {
				continue
			}
			if effect.Rights && target.ID == principal {
				return nil, &okta.LogGap{Reason: fmt.Sprintf("the rights of %s, who reads, have changed (%s)", principal, e.Type)}
			}
			if named = target.ID != ""; !named {
				break
			}
			c.add(target.ID, effect)
		}
		if !named {
			return nil, &okta.LogGap{Reason: fmt.Sprintf("an event of the type %q doesn't say what it changed (%s)", okta.Clip(e.Type), strings.Join(effect.Targets, ", "))}
		}
	}
	return c, nil
}

// mayConcern reports whether an event's target may change what the principal sees: the principal
// joined or left a group, or a group that it may be in has other rights.
func mayConcern(e orgkinds.EventEffect, principal string, target okta.EventTarget) bool {
	if e.Rights {
		return orgkinds.IsGroup(target) && strings.HasPrefix(principal, orgkinds.UserIDPrefix)
	}
	return len(e.Targets) > 0 && target.ID == principal
}

func (c *changes) add(id string, e orgkinds.EventEffect) {
	if len(e.SideData) == 0 {
		c.all[id] = true
	}
	for _, part := range e.SideData {
		if c.sideData[id] == nil {
			c.sideData[id] = map[string]bool{}
		}
		c.sideData[id][part] = true
	}
	if e.Gone {
		c.gone[id] = true
	}
	if e.Renamed {
		c.renamed[id] = true
	}
}

// has reports whether an object with these ids has changed in the selected parts.
func (c *changes) has(ids []string, s orgkinds.Selection) bool {
	for _, id := range ids {
		if c.all[id] || slices.ContainsFunc(s.SideData, func(part string) bool { return c.sideData[id][part] }) {
			return true
		}
	}
	return c.members && slices.Contains(s.SideData, orgkinds.MembersAttr)
}
