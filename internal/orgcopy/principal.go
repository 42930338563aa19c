package orgcopy

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/okta"
)

// A rehearsal acts as the principal of the credential in use, if the copy has all their rights.
// Else it would fail where the apply does not.

// principal reads what the rights of the principal depend on: the number of their roles, and the
// groups of a user, which may have roles.
func (r *reading) principal(ctx context.Context) error {
	id := r.options.Principal
	r.roleCount = -1
	if id == "" {
		return nil
	}
	path, own := "/oauth2/v1/clients/"+url.PathEscape(id)+"/roles", "CLIENT"
	if isUser(id) {
		path, own = "/api/v1/users/"+url.PathEscape(id)+"/roles", "USER"
	}
	docs, err := r.from.List(ctx, path, "")
	if okta.Refusal(err) != nil {
		return nil
	}
	if err != nil {
		return err
	}
	docs = slices.DeleteFunc(docs, func(doc map[string]any) bool {
		t := okta.Text(doc, "assignmentType")
		return t != "" && t != own
	})
	if !isUser(id) {
		r.roleCount = len(docs)
		return nil
	}
	groups, err := r.from.List(ctx, "/api/v1/users/"+url.PathEscape(id)+"/groups", "")
	if okta.Refusal(err) != nil {
		return nil
	}
	r.roleCount = len(docs)
	if r.options.IDs != nil {
		r.options.IDs = append(slices.Clone(r.options.IDs), id)
		for _, group := range groups {
			r.options.IDs = append(r.options.IDs, okta.Text(group, "id"))
		}
	}
	return err
}

func isUser(id string) bool { return strings.HasPrefix(id, "00u") }

// hasPrincipal reports whether the copy has the principal with all their rights.
func (r *reading) hasPrincipal() bool {
	if r.roleCount < 0 || r.unseenRights {
		return false
	}
	list, is := r.copy.Apps, func(app map[string]any) bool {
		document, _ := app["document"].(map[string]any)
		return isClient(document, r.options.Principal)
	}
	if isUser(r.options.Principal) {
		list, is = r.copy.Users, func(user map[string]any) bool { return user["id"] == r.options.Principal && user["status"] == "ACTIVE" }
	}
	at := slices.IndexFunc(list, is)
	if at < 0 {
		return false
	}
	if roles, _ := list[at]["roles"].([]map[string]any); len(roles) != r.roleCount {
		return false
	}
	if isUser(r.options.Principal) {
		r.copy.SuperAdmin = okta.Text(list[at], "profile", "login")
	}
	return true
}
