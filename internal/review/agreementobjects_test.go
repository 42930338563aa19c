package review_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/skip"
)

// makeStrangers makes objects that are in nobody's reach but of those who reach
// everything, some of them admins, and a member of each declared group.
func (w *trial) makeStrangers(r *review.Review) {
	w.users, w.groups, w.apps = map[string]subject{}, map[string]subject{}, map[string]subject{}
	user := func(name string, names ...string) string {
		id := w.admin("POST", "/api/v1/users?activate=true", fmt.Sprintf(`{"profile":{"login":"%[1]s@example.net","email":"%[1]s@example.net","firstName":"F","lastName":"L"}}`, name))["id"].(string)
		w.users[name] = subject{id: id, names: names}
		return id
	}
	user("stranger")
	w.makeAdmins(user)
	for addr, o := range w.known {
		if o == nil {
			continue
		}
		switch o.Kind {
		case "group":
			held := r.Held(addr)
			w.groups[addr] = subject{o.ID, []string{addr}, held}
			member := user("member-"+strings.ReplaceAll(addr, ".", "-"), "users of "+addr)
			w.admin("PUT", "/api/v1/groups/"+o.ID+"/users/"+member, "")
			if len(held) > 0 {
				name := "member-" + strings.ReplaceAll(addr, ".", "-")
				w.users[name] = subject{member, w.users[name].names, []string{catalog.RoleOfGroup}}
			}
		case "user":
			w.users[addr] = subject{o.ID, []string{addr}, r.Held(addr)}
		case "web_app", "native_app", "browser_app":
			w.apps[addr] = subject{id: o.ID, names: []string{addr}}
		}
	}
	w.groups["stranger"] = subject{id: w.admin("POST", "/api/v1/groups", `{"profile":{"name":"Strangers"}}`)["id"].(string)}
	w.apps["stranger"] = subject{id: w.admin("POST", "/api/v1/apps", `{"name":"oidc_client","label":"Stranger","signOnMode":"OPENID_CONNECT","credentials":{"oauthClient":{"token_endpoint_auth_method":"client_secret_basic"}},
		"settings":{"oauthClient":{"application_type":"web","grant_types":["authorization_code"],"response_types":["code"],"redirect_uris":["https://stranger.example.com/"]}}}`)["id"].(string)}
	for addr := range w.groups { // users of declared groups have names by their membership
		for user, s := range w.users {
			if o := w.known[addr]; o != nil && strings.HasPrefix(user, "user.") && w.isMember(s.id, o.ID) {
				w.users[user] = subject{s.id, append(s.names, "users of "+addr), s.held}
			}
		}
	}
}

// makeAdmins makes users, a group and apps that nobody declares and that hold
// something which protects them from lesser admins.
func (w *trial) makeAdmins(user func(string, ...string) string) {
	roles := []string{"SUPER_ADMIN", "ORG_ADMIN", "HELP_DESK_ADMIN"}
	if w.everyRole {
		roles = nil
		for _, role := range catalog.Roles() {
			roles = append(roles, role.Type)
		}
	}
	for _, role := range roles {
		name := "holder-of-" + strings.ToLower(role)
		id := user(name)
		w.admin("POST", "/api/v1/users/"+id+"/roles", fmt.Sprintf(`{"type":%q}`, role))
		w.users[name] = subject{id: id, held: []string{role}}
	}
	group := w.admin("POST", "/api/v1/groups", `{"profile":{"name":"Super admins"}}`)["id"].(string)
	w.admin("POST", "/api/v1/groups/"+group+"/roles", `{"type":"SUPER_ADMIN"}`)
	w.groups["holder-of-super_admin"] = subject{id: group, held: []string{"SUPER_ADMIN"}}
	service := func(label string) string {
		return w.admin("POST", "/api/v1/apps", fmt.Sprintf(`{"name":"oidc_client","label":%q,"signOnMode":"OPENID_CONNECT","credentials":{"oauthClient":{"token_endpoint_auth_method":"private_key_jwt"}},
		"settings":{"oauthClient":{"application_type":"service","grant_types":["client_credentials"],"response_types":["token"],"jwks_uri":"https://bot.example.com/keys"}}}`, label))["id"].(string)
	}
	holder, granted := service("Holder of READ_ONLY_ADMIN"), service("With scopes")
	w.admin("POST", "/oauth2/v1/clients/"+holder+"/roles", `{"type":"READ_ONLY_ADMIN"}`)
	w.admin("POST", "/api/v1/apps/"+granted+"/grants", fmt.Sprintf(`{"issuer":"http://%s","scopeId":"okta.users.read"}`, w.host))
	w.apps["holder-of-read_only_admin"] = subject{id: holder, held: []string{"READ_ONLY_ADMIN"}}
	w.apps["with-scopes"] = subject{id: granted, held: []string{catalog.GrantedScopes}}
}

// TestAgreementOnAdmins compares, for each role that may change something, what a
// review and the sandbox say of every role that a user can hold.
func TestAgreementOnAdmins(t *testing.T) {
	if testing.Short() {
		skip.Test(t, skip.Short)
	}
	served := servedOperations(t)
	calls := 0
	for _, role := range []string{"ORG_ADMIN", "APP_ADMIN", "USER_ADMIN", "GROUP_MEMBERSHIP_ADMIN", "HELP_DESK_ADMIN", "API_ACCESS_MANAGEMENT_ADMIN", "CUSTOM"} {
		t.Run(role, func(t *testing.T) {
			block := fmt.Sprintf("admin_role %q {}", role)
			if role == "CUSTOM" {
				block = "admin_role \"CUSTOM\" {\n    role         = custom_role.all\n    resource_set = resource_set.all\n  }"
			}
			declared := fmt.Sprintf(`
user "ada" {
  login      = "ada@example.com"
  first_name = "Ada"
  last_name  = "Example"
  %s
}
custom_role "all" {
  label       = "All"
  description = "All"
  permissions = ["okta.users.manage", "okta.groups.manage", "okta.apps.manage"]
}
resource_set "all" {
  label       = "All"
  description = "All"
  all         = ["users", "groups", "apps"]
}
`, block)
			w := newTrial(t)
			w.everyRole = true
			w.apply(declared)
			r := assess(t, "", declared)
			w.makeStrangers(r)
			for _, p := range r.Principals {
				w.principal(r, &p, served)
			}
			calls += w.calls
		})
	}
	t.Logf("%d calls compared", calls)
}
