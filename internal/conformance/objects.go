package conformance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/oktaform/oktaform/internal/okta"
)

// kind is a kind of object that the suites create.
type kind struct {
	name    string
	create  []string // paths that create one by POST
	id      string   // member of the answer
	list    string   // path of the list, with NAME for the beginning of the names
	wrapped string   // member with the list; "" if the body is the list
	label   string   // path of the name in an object
	remove  []string // requests that remove one, in this order, with ID
}

// kinds are all kinds, in the order of removal: dependents first.
var kinds = []kind{
	{"group rule", []string{"/api/v1/groups/rules"}, "id", "/api/v1/groups/rules?search=NAME&limit=50", "", "name",
		[]string{"POST /api/v1/groups/rules/ID/lifecycle/deactivate", "DELETE /api/v1/groups/rules/ID"}},
	{"resource set", []string{"/api/v1/iam/resource-sets"}, "id", "/api/v1/iam/resource-sets", "resource-sets", "label",
		[]string{"DELETE /api/v1/iam/resource-sets/ID"}},
	{"custom role", []string{"/api/v1/iam/roles"}, "id", "/api/v1/iam/roles", "roles", "label", []string{"DELETE /api/v1/iam/roles/ID"}},
	{"app", []string{"/api/v1/apps", "/oauth2/v1/clients"}, "id", "/api/v1/apps?q=NAME&limit=200", "", "label",
		[]string{"POST /api/v1/apps/ID/lifecycle/deactivate", "DELETE /api/v1/apps/ID"}},
	{"user", []string{"/api/v1/users"}, "id", `/api/v1/users?search=profile.login+sw+"NAME"&limit=200`, "", "profile.login",
		[]string{"POST /api/v1/users/ID/lifecycle/deactivate?sendEmail=false", "DELETE /api/v1/users/ID?sendEmail=false"}},
	{"group", []string{"/api/v1/groups"}, "id", "/api/v1/groups?q=NAME&limit=200", "", "profile.name", []string{"DELETE /api/v1/groups/ID"}},
	{"network zone", []string{"/api/v1/zones"}, "id", "/api/v1/zones?limit=200", "", "name",
		[]string{"POST /api/v1/zones/ID/lifecycle/deactivate", "DELETE /api/v1/zones/ID"}},
	{"trusted origin", []string{"/api/v1/trustedOrigins"}, "id", "/api/v1/trustedOrigins?limit=200", "", "name",
		[]string{"DELETE /api/v1/trustedOrigins/ID"}},
}

// made is an object that the run has created.
type made struct {
	kind *kind
	id   string
}

// isID matches ids, which become parts of paths.
var isID = regexp.MustCompile(`^[0-9A-Za-z]{10,40}$`)

// remember records the object that a request has created.
func (r *run) remember(request *http.Request, a *answer) {
	if request.Method != http.MethodPost || !succeeded(a.status) {
		return
	}
	for i := range kinds {
		for _, path := range kinds[i].create {
			member := kinds[i].id
			if strings.HasPrefix(path, "/oauth2/") {
				member = "client_id"
			}
			if id, ok := object(a.doc)[member].(string); ok && request.URL.Path == path && isID.MatchString(id) {
				r.made = append(r.made, made{&kinds[i], id})
			}
		}
	}
}

// tidy removes the objects of this run, and those whose creation had no answer.
func (r *run) tidy(ctx context.Context) error {
	var failed []error
	for i := range kinds {
		for _, m := range r.made {
			if m.kind == &kinds[i] {
				failed = append(failed, r.remove(ctx, m))
			}
		}
	}
	_, err := r.sweep(ctx, r.vars["prefix"])
	return errors.Join(append(failed, err)...)
}

// sweep removes all objects that carry both marks, and returns what they were. name is the
// beginning of their names.
func (r *run) sweep(ctx context.Context, name string) (removed []string, err error) {
	var failed []error
	for i := range kinds {
		k := &kinds[i]
		list, err := k.find(ctx, r.org.client, name)
		if err != nil {
			failed = append(failed, fmt.Errorf("listing each %s: %w", k.name, err))
			continue
		}
		for _, doc := range list {
			id, _ := doc[k.id].(string)
			if !isID.MatchString(id) {
				continue
			}
			failed = append(failed, r.remove(ctx, made{k, id}))
			removed = append(removed, k.name)
		}
	}
	return removed, errors.Join(failed...)
}

// find returns the objects of the kind that carry both marks.
func (k *kind) find(ctx context.Context, client *okta.Client, name string) (own []map[string]any, err error) {
	path, query, _ := strings.Cut(strings.ReplaceAll(k.list, "NAME", url.QueryEscape(name)), "?")
	var all []map[string]any
	if k.wrapped != "" {
		all, err = client.WrappedList(ctx, path, k.wrapped)
	} else {
		all, err = client.List(ctx, path, strings.ReplaceAll(query, `"`, "%22"))
	}
	for _, doc := range all {
		label, _ := at(doc, k.label)
		text, _ := label.(string)
		whole, err := json.Marshal(doc)
		if err == nil && strings.HasPrefix(text, name) && strings.Contains(string(whole), domain) {
			own = append(own, doc)
		}
	}
	return own, err
}

// remove removes an object. That it is gone already is no error.
func (r *run) remove(ctx context.Context, m made) error {
	var err error
	for _, request := range m.kind.remove {
		method, path, _ := strings.Cut(strings.ReplaceAll(request, "ID", m.id), " ")
		err = r.org.client.Do(ctx, okta.Repeatable(r.org.client.Request(method, path, nil)))
	}
	if err != nil && !okta.NotFound(err) {
		return fmt.Errorf("the %s %s was not removed: %w", m.kind.name, m.id, err)
	}
	return nil
}
