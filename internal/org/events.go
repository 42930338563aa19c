package org

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/oktaform/oktaform/internal/okta"
)

// overlap is how long a change that an event reports may stay invisible in the org, and an
// event in the log.
const overlap = 10 * time.Minute

// seesItself makes sure that the log shows us something of what we did ourselves,
// and does so now: rights may have become narrower since the last run. An org
// doesn't refuse to show its log to somebody with narrow rights; it leaves events out.
func (c *Client) seesItself(ctx context.Context, principal string, events []okta.Event) error {
	if principal == "" {
		return &okta.LogGap{Reason: "it can't be known in whose name the credential acts, and so not whether the System Log shows all"}
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

// touched is what events say has changed.
type touched struct {
	all     map[string]bool            // ids of what has
	parts   map[string]map[string]bool // ids of what has in some parts only
	gone    map[string]bool            // and so has what refers to these
	renamed map[string]bool            // these have another name
	members bool                       // any group may have other members
	sight   string                     // a type of event that may change what the principal sees; "": none
}

// touch makes of events what has changed. An event of an unknown type, or one that
// doesn't name what it is about, may have changed anything; and one about the rights
// of the principal, what it gets to see.
func touch(events []okta.Event, principal string) (*touched, error) {
	known := effects()
	t := &touched{all: map[string]bool{}, parts: map[string]map[string]bool{}, gone: map[string]bool{}, renamed: map[string]bool{}}
	for _, e := range events {
		effect, ok := known[e.Type]
		if !ok {
			return nil, &okta.LogGap{Reason: fmt.Sprintf("the System Log holds an event of the type %q, of which it isn't known what it changes", okta.Clip(e.Type))}
		}
		t.members = t.members || effect.every
		if effect.held {
			t.sight = e.Type
		}
		named := len(effect.of) == 0
		for _, target := range e.Target {
			if effect.mayConcern(principal, target) {
				t.sight = e.Type
			}
			if !slices.Contains(effect.of, target.Type) {
				continue
			}
			if effect.rights && target.ID == principal {
				return nil, &okta.LogGap{Reason: fmt.Sprintf("the rights of %s, who reads, have changed (%s)", principal, e.Type)}
			}
			if named = target.ID != ""; !named {
				break
			}
			t.add(target.ID, effect)
		}
		if !named {
			return nil, &okta.LogGap{Reason: fmt.Sprintf("an event of the type %q doesn't say what it changed (%s)", okta.Clip(e.Type), strings.Join(effect.of, ", "))}
		}
	}
	return t, nil
}

func (t *touched) add(id string, e effect) {
	if len(e.parts) == 0 {
		t.all[id] = true
	}
	for _, part := range e.parts {
		if t.parts[id] == nil {
			t.parts[id] = map[string]bool{}
		}
		t.parts[id][part] = true
	}
	if e.gone {
		t.gone[id] = true
	}
	if e.renamed {
		t.renamed[id] = true
	}
}

// has reports whether an object with these ids has changed in what is asked of it.
func (t *touched) has(ids []string, ask asked) bool {
	for _, id := range ids {
		if t.all[id] || slices.ContainsFunc(ask.parts, func(part string) bool { return t.parts[id][part] }) {
			return true
		}
	}
	return t.members && slices.Contains(ask.parts, "members")
}
