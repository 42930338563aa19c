package kinds

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// People and test users (/api/v1/users).

const (
	usersPath = "/api/v1/users"
	suspended = "SUSPENDED"
	// UserIDPrefix is the prefix of user ids.
	UserIDPrefix = "00u"
	// loginsAtOnce is the number of users that one list requests.
	loginsAtOnce = 25
)

func user() *Kind {
	return &Kind{
		Kind:       kinds.Named("user"),
		Collection: usersPath,
		Find:       findUsers,
		Whole:      wholeUsers,
		Get:        getUser,
		Create:     createUser,
		Update:     updateUser,
		Delete:     deleteUser,
		RolesPath:  usersPath + "/ID/roles",
		Principal: func(r *Remote) Principal {
			return Principal{usersPath + "/" + url.PathEscape(r.ID()) + "/roles", "USER"}
		},
		Lookup: &Lookup{Source: "user", Collection: usersPath, ByID: getUser,
			ByName: func(ctx context.Context, o *Org, login string) ([]map[string]any, error) {
				user, err := findUser(ctx, o, login)
				if err != nil || user == nil {
					return nil, err
				}
				return []map[string]any{user.Doc}, nil
			}},
		ProfileSchema: "/api/v1/meta/schemas/user/default",
		Operations: Operations{
			Create: "POST /api/v1/users", Update: "POST /api/v1/users/{id}", Delete: "DELETE /api/v1/users/{id}",
			SideData: map[string]string{RoleBlock: "POST /api/v1/users/{userId}/roles"},
		},
		Events: []EventEffect{
			{Targets: targetUser, Types: `user.lifecycle.create`},
			{Targets: targetUser, Rights: true, Only: []string{RoleBlock}, Types: `user.account.privilege.grant user.account.privilege.revoke`},
			{Targets: targetUser, Renamed: true, Types: `user.account.update_profile`},
			{Targets: targetUser, Gone: true, Types: `user.lifecycle.activate user.lifecycle.deactivate user.lifecycle.reactivate
				user.lifecycle.suspend user.lifecycle.unsuspend user.lifecycle.delete.initiated user.lifecycle.delete.completed`},
		},
	}
}

// targetUser is the System Log's type of a user.
var targetUser = []string{"User"}

// findUsers reads the declared users: a few one by one; many by lists, and those missing in the
// lists one by one.
func findUsers(ctx context.Context, o *Org, declared []schema.ObjectQuery) ([]*Remote, error) {
	var logins []string
	for _, want := range declared {
		if want.Name != "" {
			logins = append(logins, want.Name)
		}
	}
	found := make([]*Remote, len(logins))
	if len(logins) > loginsAtOnce {
		var lists []okta.Job
		for from := 0; from < len(logins); from += loginsAtOnce {
			to := min(from+loginsAtOnce, len(logins))
			lists = append(lists, okta.Job{Run: func(ctx context.Context) error {
				return listUsers(ctx, o, logins[from:to], found[from:to])
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
				found[i], err = findUser(ctx, o, login)
				return err
			}})
		}
	}
	return found, okta.RunJobs(ctx, single)
}

// listUsers reads the users with the logins into found, with one list.
func listUsers(ctx context.Context, o *Org, logins []string, found []*Remote) error {
	var filter []string
	for _, login := range logins {
		filter = append(filter, "profile.login eq "+okta.FilterText(login))
	}
	docs, err := o.List(ctx, usersPath, url.Values{"filter": {strings.Join(filter, " or ")}, "limit": {"200"}}.Encode())
	for _, doc := range docs {
		for i, login := range logins {
			if strings.EqualFold(okta.Text(doc, "profile", "login"), login) {
				found[i] = seenUser(o, doc)
			}
		}
	}
	return err
}

// wholeUsers returns the users with admin roles; an org has too many others.
func wholeUsers(ctx context.Context, o *Org) (*Whole, error) {
	ids, err := o.AdminUsers(ctx)
	if err != nil {
		return nil, err
	}
	found, err := o.Users(ctx, ids)
	return &Whole{Remotes: found}, err
}

// Users reads users by their ids and omits those that do not exist.
func (o *Org) Users(ctx context.Context, ids []string) ([]*Remote, error) {
	lists := make([][]*Remote, (len(ids)+loginsAtOnce-1)/loginsAtOnce)
	var jobs []okta.Job
	for i := range lists {
		some := ids[i*loginsAtOnce : min((i+1)*loginsAtOnce, len(ids))]
		jobs = append(jobs, okta.Job{Bucket: o.Bucket(http.MethodGet, usersPath), N: 1, Run: func(ctx context.Context) error {
			var filter []string
			for _, id := range some {
				filter = append(filter, "id eq "+okta.FilterText(id))
			}
			docs, err := o.List(ctx, usersPath, url.Values{"filter": {strings.Join(filter, " or ")}, "limit": {"200"}}.Encode())
			for _, doc := range docs {
				lists[i] = append(lists[i], seenUser(o, doc))
			}
			return err
		}})
	}
	err := okta.RunJobs(ctx, jobs)
	var all []*Remote
	for _, list := range lists {
		all = append(all, list...)
	}
	return all, err
}

// UsersNamed reads users by their ids or logins. Those that the org lacks are left out.
func (o *Org) UsersNamed(ctx context.Context, names []string) ([]*Remote, error) {
	var logins []schema.ObjectQuery
	var ids []string
	for _, name := range names {
		if strings.HasPrefix(name, UserIDPrefix) && !strings.Contains(name, "@") {
			ids = append(ids, name)
		} else {
			logins = append(logins, schema.ObjectQuery{Name: name})
		}
	}
	found, err := findUsers(ctx, o, logins)
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(r *Remote) bool { return r == nil })
	more, err := o.Users(ctx, ids)
	return append(found, more...), err
}

func seenUser(o *Org, doc map[string]any) *Remote {
	o.Remember(okta.Text(doc, "id"), okta.Text(doc, "profile", "login"))
	return &Remote{Kind: Named("user"), Doc: doc}
}

// findUser returns the user with that login; nil if there is none. Okta also accepts "me" and the
// part of a login before the @, so the result is compared.
func findUser(ctx context.Context, o *Org, login string) (*Remote, error) {
	var candidates []map[string]any
	if strings.Contains(login, "/") {
		// Okta does not accept such a login as part of the path, even escaped.
		list, err := o.Pages(ctx, o.ListUsers(`profile.login eq `+okta.FilterText(login)))
		if err != nil {
			return nil, err
		}
		candidates = list
	} else {
		doc, err := getUser(ctx, o, login)
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
			return seenUser(o, doc), nil
		}
	}
	return nil, nil
}

func getUser(ctx context.Context, o *Org, idOrLogin string) (map[string]any, error) {
	return o.Document(ctx, o.GetUser(idOrLogin))
}

func createUser(ctx context.Context, o *Org, doc map[string]any, want schema.Value) (map[string]any, error) {
	request := map[string]any{"profile": doc["profile"]}
	if password := schema.Text(want.GetAttr("password")); password != "" {
		request["credentials"] = withPassword(password)
	}
	made, err := o.Document(ctx, o.CreateUser(request))
	if err != nil || schema.Text(want.GetAttr("status")) != suspended {
		return made, err
	}
	if err := o.Do(ctx, o.SuspendUser(okta.Text(made, "id"))); err != nil {
		return made, err
	}
	return getUser(ctx, o, okta.Text(made, "id"))
}

func withPassword(password string) map[string]any {
	return map[string]any{"password": map[string]any{"value": password}}
}

// updateUser activates the user if necessary, writes the profile and the password, and suspends
// last.
func updateUser(ctx context.Context, o *Org, now *Remote, doc map[string]any, want schema.Value) error {
	suspend, revived := schema.Text(want.GetAttr("status")) == suspended, false
	if is := okta.Text(now.Doc, "status") == suspended; is && suspend {
		suspend = false
	} else {
		var err error
		if revived, err = reviveUser(ctx, o, now); err != nil {
			return err
		}
	}
	if err := writeUser(ctx, o, now, doc, want, revived); err != nil || !suspend {
		return err
	}
	return o.turnUser(ctx, now, o.SuspendUser(now.ID()), func(status string) bool { return status == suspended })
}

// turnUser makes a call that changes the status of a user. If the call is refused, the status
// decides: after a lost answer the call is repeated, and then no longer allowed.
func (o *Org) turnUser(ctx context.Context, now *Remote, call okta.Call, done func(status string) bool) error {
	err := o.Do(ctx, okta.Repeatable(call))
	if err == nil || okta.Denied(err) || okta.NotFound(err) {
		return err
	}
	turned := false
	failed := o.Until(ctx, func() (bool, error) {
		doc, err := getUser(ctx, o, now.ID())
		turned = err == nil && done(okta.Text(doc, "status"))
		return turned, err
	})
	if failed == nil && turned {
		return nil
	}
	return err
}

// writeUser sends only the declared fields: POST leaves the others unchanged.
func writeUser(ctx context.Context, o *Org, now *Remote, doc map[string]any, want schema.Value, revived bool) error {
	request := map[string]any{}
	if doc != nil {
		own := map[string]any{}
		if err := now.Kind.Encode(want, schema.Owner{}, own); err != nil {
			return err
		}
		request["profile"] = withRemovals(own["profile"], now.Doc["profile"], doc["profile"])
	}
	if password := schema.Text(want.GetAttr("password")); password != "" {
		outdated, err := passwordOutdated(schema.Text(want.GetAttr("password_version")), okta.Text(now.Doc, "passwordChanged"))
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
	return o.Do(ctx, o.UpdateUser(now.ID(), request))
}

// withRemovals returns the profile to send. It sets attributes that only before has to null,
// because a POST does not change attributes that it does not name.
func withRemovals(sent, before, after any) map[string]any {
	profile := map[string]any{}
	if names, ok := sent.(map[string]any); ok {
		maps.Copy(profile, names)
	}
	kept, _ := after.(map[string]any)
	names, _ := before.(map[string]any)
	for name, v := range names {
		if v != nil && kept[name] == nil {
			profile[name] = nil
		}
	}
	return profile
}

// reviveUser makes the user ACTIVE. It reports whether the user was reactivated, which removes the
// password.
func reviveUser(ctx context.Context, o *Org, now *Remote) (revived bool, err error) {
	switch okta.Text(now.Doc, "status") {
	case schema.Deprovisioned, "STAGED":
		return true, o.turnUser(ctx, now, o.ActivateUser(now.ID()), func(status string) bool { return status != schema.Deprovisioned && status != "STAGED" })
	case suspended:
		return false, o.turnUser(ctx, now, o.UnsuspendUser(now.ID()), func(status string) bool { return status != suspended })
	}
	return false, nil
}

// passwordOutdated reports whether the password was last set before the time in version. Without a
// version any password is current.
func passwordOutdated(version, changed string) (bool, error) {
	if version == "" {
		return false, nil
	}
	want, err := time.Parse(time.RFC3339, version)
	if err != nil {
		if want, err = time.Parse(time.DateOnly, version); err != nil {
			return false, fmt.Errorf("password_version %q is neither a date (2026-11-23) nor a time (RFC 3339)", version)
		}
	}
	last, err := time.Parse(time.RFC3339, changed)
	return err != nil || last.Before(want), nil
}

// deleteUser carries out on_destroy: keep, deactivate or delete. Okta deletes in two steps; the
// first only deactivates.
func deleteUser(ctx context.Context, o *Org, now *Remote, onDestroy string) error {
	switch onDestroy {
	case "", "keep":
		return nil
	case "deactivate":
		if okta.Text(now.Doc, "status") == schema.Deprovisioned {
			return nil
		}
		return o.turnUser(ctx, now, o.DeactivateUser(now.ID()), func(status string) bool { return status == schema.Deprovisioned })
	case "delete":
		for range 3 {
			if err := o.Do(ctx, o.DeleteUser(now.ID())); err != nil { // not found means deleted
				return err
			}
		}
		return fmt.Errorf("%s is still in the org after its deletion; delete it in the Admin Console", now.Title())
	}
	return fmt.Errorf("on_destroy is %q; it can be keep, deactivate or delete", onDestroy)
}

// OwnUser returns the user whose API token the client uses; nil if the org does not show it.
// Without an answer it fails: who is unknown would not be kept from removing their own rights.
func (o *Org) OwnUser(ctx context.Context) (map[string]any, error) {
	doc, err := getUser(ctx, o, "me")
	if okta.Refusal(err) != nil || okta.Denied(err) {
		return nil, nil
	}
	return doc, err
}
