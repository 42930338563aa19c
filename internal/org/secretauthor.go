package org

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/oktaform/oktaform/internal/clock"
	"github.com/oktaform/oktaform/internal/okta"
	orgkinds "github.com/oktaform/oktaform/internal/org/kinds"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// Nothing stored on an app shows who added its client secret, because anybody who may edit apps can
// write all of it. The System Log shows who did what, and nobody can write it.

const (
	// agentName is the beginning of the User-Agent of oktaform's requests.
	agentName = "oktaform"
	// logSkew is how far the time of an event may differ from the time that the changed object
	// shows.
	logSkew = 3 * time.Second
)

// auditEvent is an event of the System Log with the program that the actor used.
type auditEvent struct {
	okta.Event
	Client struct {
		UserAgent struct {
			Raw string `json:"rawUserAgent"`
		} `json:"userAgent"`
	} `json:"client"`
}

// creates reports whether an event is the creation of an app.
func (d auditEvent) creates() bool { return d.Type == "application.lifecycle.create" }

// changes reports whether an event may have changed an app or its credentials: any event may,
// except types that are known to concern something else.
func (d auditEvent) changes() bool {
	switch d.Type {
	case "app.oauth2.client.read_client_secret", "application.configuration.read_client_secret",
		"application.lifecycle.activate", "application.lifecycle.deactivate",
		"app.oauth2.client.lifecycle.activate", "app.oauth2.client.lifecycle.deactivate",
		"app.oauth2.admin.consent.grant", "app.oauth2.admin.consent.revoke",
		"app.oauth2.client.privilege.grant", "app.oauth2.client.privilege.revoke":
		return false
	}
	return !strings.HasPrefix(d.Type, "application.user_membership.") && !strings.HasPrefix(d.Type, "group.application_assignment.") &&
		!strings.HasPrefix(d.Type, "application.policy.")
}

// byRun reports whether a run of oktaform did it, for whatever principal.
func (d auditEvent) byRun() bool {
	name, _, _ := strings.Cut(d.Client.UserAgent.Raw, "/")
	return name == agentName
}

// readOrigin reads the origin of an app whose first rights the plan must check.
func (c *Client) readOrigin(ctx context.Context, wants *match, r *orgkinds.Remote, snapshot *schema.Snapshot, o *schema.Object) (err error) {
	if !o.Complete || !r.Kind.IsApp() || !owns(wants.Query, r) || !kinds.SecretBased(o.Value) || schema.HasRights(o.Value) {
		return nil
	}
	if ask, _ := wants.selection(r); len(ask.Rights.Scopes)+len(ask.Rights.Roles) == 0 {
		return nil
	}
	o.Origin, err = c.origin(ctx, r, snapshot.Principal)
	return err
}

// origin reads from the System Log who created an app and its secrets. It is no error if the log
// cannot be read.
func (c *Client) origin(ctx context.Context, r *orgkinds.Remote, principal string) (*schema.Origin, error) {
	doc, err := r.Kind.Get(ctx, c.Org, r.ID())
	if err != nil {
		return nil, err
	}
	secrets, err := c.ClientSecrets(ctx, r.ID())
	if okta.Denied(err) {
		return &schema.Origin{Doubt: "its client secrets can't be read"}, nil
	}
	if err != nil {
		return nil, err
	}
	moments := map[string]time.Time{"the app": moment(doc, "lastUpdated")}
	for _, s := range secrets {
		moments["secret "+s.ID] = s.Created
		moments["the last change of secret "+s.ID] = s.Updated
	}
	made := moment(doc, "created")
	deeds, _, err := okta.PollLog[auditEvent](ctx, c.Org.Client, originFilter(r.ID(), okta.Text(doc, "credentials", "oauthClient", "client_id")), "", made.Add(-time.Minute))
	var gap *okta.LogGap
	if errors.As(err, &gap) {
		return &schema.Origin{Doubt: gap.Reason}, nil
	}
	if err != nil {
		return nil, err
	}
	now, err := c.OrgClock().Now(ctx)
	if errors.Is(err, clock.ErrUntold) {
		return &schema.Origin{Doubt: err.Error()}, nil
	}
	if err != nil {
		return nil, err
	}
	return judge(deeds, principal, made, moments, now), nil
}

// judge returns an app's origin according to the events about it. made is when the app was created
// according to its document, and moments are the times in the documents of the app and its secrets,
// which events must explain.
func judge(deeds []auditEvent, principal string, made time.Time, moments map[string]time.Time, now time.Time) *schema.Origin {
	o := &schema.Origin{}
	maker := principal
	if i := slices.IndexFunc(deeds, auditEvent.creates); i >= 0 {
		maker = deeds[i].Actor.ID
	}
	others := ""
	for _, d := range deeds {
		if !d.changes() {
			continue
		}
		who := fmt.Sprintf("%s (%s at %s)", okta.Clip(d.Actor.ID), okta.Clip(d.Type), d.Published.UTC().Format(time.RFC3339))
		if others == "" && (d.Actor.ID != principal || !d.byRun()) {
			others = who
		}
		if o.ChangedBy == "" && (d.Actor.ID != principal && d.Actor.ID != maker || !d.byRun()) {
			o.ChangedBy = who
		}
	}
	explained := func(at time.Time) bool {
		return slices.ContainsFunc(deeds, func(d auditEvent) bool {
			return !strings.HasSuffix(d.Type, "read_client_secret") && d.Published.Sub(at).Abs() <= logSkew
		})
	}
	switch {
	case principal == "":
		o.Doubt = "the credential in use doesn't show whose it is"
	case others != "":
		o.Doubt = "the System Log shows that it was made or changed by somebody else, or with another program: " + others
	case now.Sub(made) >= okta.LogAge:
		o.Doubt = fmt.Sprintf("it was made at %s, and the System Log goes back 90 days", made.UTC().Format(time.RFC3339))
	case !slices.ContainsFunc(deeds, auditEvent.creates):
		o.Doubt = "the System Log doesn't show who made it"
	default:
		for _, what := range slices.Sorted(maps.Keys(moments)) {
			if !explained(moments[what]) {
				o.Doubt = fmt.Sprintf("the System Log doesn't show yet who changed %s at %s", what, moments[what].UTC().Format(time.RFC3339))
			}
		}
	}
	return o
}

// originFilter returns the filter for all events about an app except sign-ins.
func originFilter(id, client string) string {
	about := "target.id eq " + okta.FilterText(id)
	if client != "" && client != id {
		about += " or target.id eq " + okta.FilterText(client)
	}
	var types []string
	for _, prefix := range []string{"application.", "app.oauth2.client.", "app.oauth2.credentials.", "app.oauth2.admin.", "group.application_assignment."} {
		types = append(types, `eventType sw "`+prefix+`"`)
	}
	return "(" + about + ") and (" + strings.Join(types, " or ") + `) and eventType ne "application.policy.sign_on.deny_access"`
}

// moment returns a time in a document; zero if there is none.
func moment(doc map[string]any, name string) time.Time {
	t, _ := time.Parse(time.RFC3339, okta.Text(doc, name))
	return t
}
