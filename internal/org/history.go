package org

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/oktaform/oktaform/internal/okta"
	orgkinds "github.com/oktaform/oktaform/internal/org/kinds"
	"github.com/oktaform/oktaform/schema"
)

// Event is an event of the System Log: who did what, when, from where and how.
type Event struct {
	ID      string
	Time    time.Time
	Type    string
	Actor   Actor
	IP      string
	Program string // the User-Agent
	Outcome string
	// Oktaform means that the User-Agent is oktaform's. Anybody can send it.
	Oktaform bool

	targets []logParty
}

// Actor is who did something.
type Actor struct {
	ID, Type string
	Login    string // of a user; "" for others
	Name     string
}

// logEntry is an event in the System Log's form.
type logEntry struct {
	UUID      string    `json:"uuid"`
	Published time.Time `json:"published"`
	Type      string    `json:"eventType"`
	Actor     logParty  `json:"actor"`
	Client    struct {
		UserAgent struct {
			Raw string `json:"rawUserAgent"`
		} `json:"userAgent"`
		IP string `json:"ipAddress"`
	} `json:"client"`
	Outcome struct {
		Result string `json:"result"`
		Reason string `json:"reason"`
	} `json:"outcome"`
	Target []logParty `json:"target"`
}

// logParty is an actor or a target.
type logParty struct {
	ID        string `json:"id"`
	Type      string `json:"type"`
	Alternate string `json:"alternateId"`
	Name      string `json:"displayName"`
}

func (e *logEntry) event() Event {
	out := Event{ID: e.UUID, Time: e.Published, Type: e.Type, IP: e.Client.IP, Program: e.Client.UserAgent.Raw, targets: e.Target,
		Outcome: e.Outcome.Result, Actor: Actor{ID: e.Actor.ID, Type: e.Actor.Type, Name: e.Actor.Name}}
	if e.Outcome.Reason != "" {
		out.Outcome += " (" + e.Outcome.Reason + ")"
	}
	if e.Actor.Type == "User" {
		out.Actor.Login = e.Actor.Alternate
	}
	name, _, _ := strings.Cut(out.Program, "/")
	out.Oktaform = name == agentName
	return out
}

// MayChange reports whether the event may have changed an attribute of the object of a kind with
// one of these ids.
func (e *Event) MayChange(kind *schema.Kind, ids []string, attr string) bool {
	return slices.ContainsFunc(e.targets, func(t logParty) bool {
		return slices.Contains(ids, t.ID) && orgkinds.Of(kind).MayChange(e.Type, okta.EventTarget{ID: t.ID, Type: t.Type}, attr)
	})
}

// About reports whether the event names one of the objects.
func (e *Event) About(ids []string) bool {
	return slices.ContainsFunc(e.targets, func(t logParty) bool { return slices.Contains(ids, t.ID) })
}

// Deletes reports whether the event says that an object of the kind with this name was deleted.
func (e *Event) Deletes(kind *schema.Kind, name string) bool {
	return slices.Contains(orgkinds.Of(kind).DeletionEvents(), e.Type) && len(e.Named(name)) > 0
}

// Named returns the ids of the event's targets that have the name, with or without a mark.
func (e *Event) Named(name string) (ids []string) {
	for _, t := range e.targets {
		if name != "" && slices.ContainsFunc([]string{t.Alternate, t.Name}, func(s string) bool {
			return s == name || strings.HasPrefix(s, name+" ["+agentName+" ")
		}) {
			ids = append(ids, t.ID)
		}
	}
	return ids
}

// History is what the System Log shows, in the order of the log.
type History struct {
	Events []Event
	// Since is the beginning of what the log shows.
	Since time.Time
	// Gap says why the log does not show who did it; "" if it does.
	Gap string
	// Refused means that the credential may not read the log.
	Refused bool
}

// targetsAtOnce is the number of ids in one request for events, whose URL must stay short.
const targetsAtOnce = 30

// Deletion is an object that may have been deleted: of a kind, with a name.
type Deletion struct {
	Kind *schema.Kind
	Name string
}

// History reads the events of the last 90 days that name one of the objects by its id, and those of
// deletions. It is no error if the log cannot be read.
func (c *Client) History(ctx context.Context, ids []string, deletions []Deletion) (*History, error) {
	h := &History{Since: c.OrgClock().Estimate().Add(-okta.LogAge)}
	err := h.read(ctx, c, append(aboutFilters(ids), deletionFilters(deletions)...))
	var gone []string
	for i := range h.Events {
		for _, d := range deletions {
			if h.Events[i].Deletes(d.Kind, d.Name) {
				gone = append(gone, h.Events[i].Named(d.Name)...)
			}
		}
	}
	if err == nil && len(gone) > 0 {
		err = h.read(ctx, c, aboutFilters(gone))
	}
	slices.SortStableFunc(h.Events, func(a, b Event) int { return a.Time.Compare(b.Time) })
	if gap := (*okta.LogGap)(nil); errors.As(err, &gap) {
		return &History{Since: h.Since, Gap: gap.Reason, Refused: gap.Refused}, nil
	}
	return h, err
}

// read adds the events that match one of the filters, except failed attempts.
func (h *History) read(ctx context.Context, c *Client, filters []string) error {
	for _, filter := range filters {
		entries, _, err := okta.PollLog[logEntry](ctx, c.Org.Client, filter, "", h.Since)
		if err != nil {
			return err
		}
		for i := range entries {
			e := &entries[i]
			known := slices.ContainsFunc(h.Events, func(have Event) bool { return have.ID == e.UUID })
			if !known && e.Outcome.Result != "FAILURE" && e.Outcome.Result != "DENY" {
				h.Events = append(h.Events, e.event())
			}
		}
	}
	return nil
}

func aboutFilters(ids []string) (filters []string) {
	for group := range slices.Chunk(ids, targetsAtOnce) {
		var about []string
		for _, id := range group {
			about = append(about, "target.id eq "+okta.FilterText(id))
		}
		filters = append(filters, "("+strings.Join(about, " or ")+") and ("+historyTypes()+`) and eventType ne "application.policy.sign_on.deny_access"`)
	}
	return filters
}

func deletionFilters(deletions []Deletion) []string {
	var types []string
	for _, d := range deletions {
		for _, name := range orgkinds.Of(d.Kind).DeletionEvents() {
			if one := "eventType eq " + okta.FilterText(name); !slices.Contains(types, one) {
				types = append(types, one)
			}
		}
	}
	if len(types) == 0 {
		return nil
	}
	return []string{strings.Join(types, " or ")}
}

// historyTypes returns the types of event that change objects, without those of sign-ins and
// tokens.
func historyTypes() string {
	var types []string
	for _, prefix := range []string{"application.", "app.oauth2.client.", "app.oauth2.credentials.", "app.oauth2.admin.", "group.", "iam.",
		"user.lifecycle.", "user.account.privilege.", "user.account.update_profile", "zone.", "security.trusted_origin."} {
		types = append(types, `eventType sw "`+prefix+`"`)
	}
	return strings.Join(types, " or ")
}

// Unlogged reports whether the System Log does not show changes of an attribute or block.
func Unlogged(name string) bool { return orgkinds.Unlogged(name) }
