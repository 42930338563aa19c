package org

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
)

// users are people and test users (/api/v1/users).
type users struct {
	c    *Client
	kind *schema.Kind
}

// loginsAtOnce is how many users one list asks for.
const loginsAtOnce = 25

// findUsers reads the declared users: few one by one, many by lists, and who
// isn't in the list he should be in, alone.
func (c *Client) findUsers(ctx context.Context, q schema.Query) ([]*remote, error) {
	var logins []string
	for _, want := range q.Wants {
		if want.Addr.Kind == "user" && want.Name != "" {
			logins = append(logins, want.Name)
		}
	}
	found := make([]*remote, len(logins))
	if len(logins) > loginsAtOnce {
		var lists []okta.Job
		for from := 0; from < len(logins); from += loginsAtOnce {
			to := min(from+loginsAtOnce, len(logins))
			lists = append(lists, okta.Job{Run: func(ctx context.Context) error {
				return c.listUsers(ctx, logins[from:to], found[from:to])
			}})
		}
		if err := okta.RunJobs(ctx, lists); err != nil {
			return nil, err
		}
	}
	var single []okta.Job
	for i, login := range logins {
		if found[i] == nil {
			single = append(single, okta.Job{Run: func(ctx context.Context) (err error) {
				found[i], err = c.findUser(ctx, login)
				return err
			}})
		}
	}
	return found, okta.RunJobs(ctx, single)
}

// listUsers reads the users with the logins into found, by one list.
func (c *Client) listUsers(ctx context.Context, logins []string, found []*remote) error {
	var filter []string
	for _, login := range logins {
		filter = append(filter, "profile.login eq "+okta.FilterText(login))
	}
	docs, err := c.List(ctx, "/api/v1/users", url.Values{"filter": {strings.Join(filter, " or ")}, "limit": {"200"}}.Encode())
	for _, doc := range docs {
		for i, login := range logins {
			if strings.EqualFold(okta.Text(doc, "profile", "login"), login) {
				c.remember(okta.Text(doc, "id"), okta.Text(doc, "profile", "login"))
				found[i] = &remote{kind: schema.KindNamed("user"), doc: doc}
			}
		}
	}
	return err
}

// findUser reads the user with that login; nil where there is none. Okta also
// answers to "me" and to the part of a login before the @, so what it found is
// compared.
func (c *Client) findUser(ctx context.Context, login string) (*remote, error) {
	var candidates []map[string]any
	if strings.Contains(login, "/") {
		// Okta doesn't take such a login as a part of the path, even escaped.
		list, err := c.Pages(ctx, c.ListUsers(`profile.login eq `+okta.FilterText(login)))
		if err != nil {
			return nil, err
		}
		candidates = list
	} else {
		doc, err := users{c: c}.get(ctx, login)
		if okta.NotFound(err) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		candidates = append(candidates, doc)
	}
	for _, doc := range candidates {
		if strings.EqualFold(okta.Text(doc, "profile", "login"), login) {
			c.remember(okta.Text(doc, "id"), okta.Text(doc, "profile", "login"))
			return &remote{kind: schema.KindNamed("user"), doc: doc}, nil
		}
	}
	return nil, nil
}

// ownUser is the id of the user whose API token we carry; "" where that can't be
// known.
func (c *Client) ownUser(ctx context.Context) string {
	doc, err := users{c: c}.get(ctx, "me")
	if err != nil {
		return ""
	}
	return okta.Text(doc, "id")
}

// Whom says for people in whose name the credential acts; "" where that can't be known.
func (c *Client) Whom(ctx context.Context) string {
	if c.Principal() != "" {
		return "service app " + c.Principal()
	}
	doc, err := users{c: c}.get(ctx, "me")
	if login := okta.Text(doc, "profile", "login"); err == nil && login != "" {
		return "user " + login
	}
	return ""
}

func (u users) get(ctx context.Context, idOrLogin string) (map[string]any, error) {
	return u.c.Document(ctx, u.c.GetUser(idOrLogin))
}

func (u users) create(ctx context.Context, doc map[string]any, want schema.Value) (map[string]any, error) {
	request := map[string]any{"profile": doc["profile"]}
	if password := text(want.GetAttr("password")); password != "" {
		request["credentials"] = withPassword(password)
	}
	made, err := u.c.Document(ctx, u.c.CreateUser(request))
	if err != nil || text(want.GetAttr("status")) != suspended {
		return made, err
	}
	if err := u.suspend(ctx, okta.Text(made, "id")); err != nil {
		return made, err
	}
	return u.get(ctx, okta.Text(made, "id"))
}

const suspended = "SUSPENDED"

func (u users) suspend(ctx context.Context, id string) error {
	_, err := u.c.Call(ctx, u.c.SuspendUser(id))
	return err
}

func withPassword(password string) map[string]any {
	return map[string]any{"password": map[string]any{"value": password}}
}

// update brings the user back to life, if need be, then writes the profile and
// the password, and suspends last, when both are as they should be.
func (u users) update(ctx context.Context, now *remote, doc map[string]any, want schema.Value) error {
	suspend, revived := text(want.GetAttr("status")) == suspended, false
	if is := okta.Text(now.doc, "status") == suspended; is && suspend {
		suspend = false
	} else {
		var err error
		if revived, err = u.revive(ctx, now); err != nil {
			return err
		}
	}
	if err := u.write(ctx, now, doc, want, revived); err != nil || !suspend {
		return err
	}
	_, err := u.c.Call(ctx, okta.Repeatable(u.c.SuspendUser(now.id())))
	return err
}

// write sends the declared fields alone: POST leaves the others as they are.
func (u users) write(ctx context.Context, now *remote, doc map[string]any, want schema.Value, revived bool) error {
	request := map[string]any{}
	if doc != nil {
		own := map[string]any{}
		if err := u.kind.Encode(want, schema.Owner{}, own); err != nil {
			return err
		}
		request["profile"] = own["profile"]
	}
	if password := text(want.GetAttr("password")); password != "" {
		outdated, err := passwordOutdated(text(want.GetAttr("password_version")), okta.Text(now.doc, "passwordChanged"))
		if err != nil {
			return err
		}
		if revived || outdated {
			request["credentials"] = withPassword(password)
		}
	}
	if len(request) == 0 {
		return nil
	}
	_, err := u.c.Call(ctx, u.c.UpdateUser(now.id(), request))
	return err
}

// revive makes the user ACTIVE. It reports whether the user was reactivated,
// which takes away the password.
func (u users) revive(ctx context.Context, now *remote) (revived bool, err error) {
	switch okta.Text(now.doc, "status") {
	case "DEPROVISIONED", "STAGED":
		_, err = u.c.Call(ctx, u.c.ActivateUser(now.id()))
		return true, err
	case "SUSPENDED":
		_, err = u.c.Call(ctx, u.c.UnsuspendUser(now.id()))
	}
	return false, err
}

// passwordOutdated reports whether the password was last set before the moment
// that version names. No version means that any password will do.
func passwordOutdated(version, changed string) (bool, error) {
	if version == "" {
		return false, nil
	}
	want, err := time.Parse(time.RFC3339, version)
	if err != nil {
		if want, err = time.Parse(time.DateOnly, version); err != nil {
			return false, fmt.Errorf("password_version %q is neither a date (2026-11-23) nor a moment (RFC 3339)", version)
		}
	}
	last, err := time.Parse(time.RFC3339, changed)
	return err != nil || last.Before(want), nil
}

// remove does what on_destroy says: keep, deactivate or delete. Okta deletes in
// two steps, of which the first only deactivates.
func (u users) remove(ctx context.Context, now *remote, onDestroy string) error {
	switch onDestroy {
	case "", "keep":
		return nil
	case "deactivate":
		if okta.Text(now.doc, "status") == "DEPROVISIONED" {
			return nil
		}
		_, err := u.c.Call(ctx, u.c.DeactivateUser(now.id()))
		return err
	case "delete":
		for range 3 {
			_, err := u.c.Call(ctx, u.c.DeleteUser(now.id()))
			if err != nil { // not found: done
				return err
			}
		}
		return fmt.Errorf("%s is still in the org after its deletion; delete it in the Admin Console", now.title())
	}
	return fmt.Errorf("on_destroy is %q; it can be keep, deactivate or delete", onDestroy)
}

func (u users) principal(r *remote) (string, string) {
	return "/api/v1/users/" + url.PathEscape(r.id()) + "/roles", "USER"
}

func (u users) memberships() []membership { return nil }
