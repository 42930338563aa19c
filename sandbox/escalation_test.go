package sandbox

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
)

// escalationOrg has people and apps that hold roles, and who would like to.
type escalationOrg struct {
	*testOrg
	ids map[string]string
}

func newEscalationOrg(t *testing.T) *escalationOrg {
	o := &escalationOrg{newTestOrg(t), map[string]string{}}
	person := func(name string, roles ...string) {
		id, _ := o.newUser(name + "@example.com")
		for _, role := range roles {
			o.admin("POST", "/api/v1/users/"+id+"/roles", doc{"type": role})
		}
		o.ids[name] = id
	}
	group := func(name, role string, members ...string) {
		id := o.admin("POST", "/api/v1/groups", doc{"profile": doc{"name": name}}).text("id")
		if role != "" {
			o.admin("POST", "/api/v1/groups/"+id+"/roles", doc{"type": role})
		}
		for _, member := range members {
			o.admin("PUT", "/api/v1/groups/"+id+"/users/"+o.ids[member], nil)
		}
		o.ids[name] = id
	}
	person("super", "SUPER_ADMIN")
	person("orgadmin", "ORG_ADMIN")
	person("plain")
	person("member")
	group("superadmins", "SUPER_ADMIN", "member")
	group("readers", "READ_ONLY_ADMIN")
	group("everyday", "", "super", "plain")
	app := o.newServiceApp()
	o.admin("POST", "/oauth2/v1/clients/"+app.id+"/roles", doc{"type": "USER_ADMIN"})
	granted := o.newServiceApp("okta.users.read")
	o.ids["app"], o.ids["granted"], o.ids["web"] = app.id, granted.id, o.newWebApp(nil).id
	for _, name := range []string{"locked", "gone"} {
		person(name, "SUPER_ADMIN")
	}
	o.server.org.Users.Get(o.ids["locked"]).Status = "LOCKED_OUT"
	o.admin("POST", "/api/v1/users/"+o.ids["gone"]+"/lifecycle/deactivate", nil)
	return o
}

// path puts ids in the place of names in braces.
func (o *escalationOrg) path(path string) string {
	for name, id := range o.ids {
		path = strings.ReplaceAll(path, "{"+name+"}", id)
	}
	return path
}

// state is all that an attack must not change.
func (o *escalationOrg) state() string {
	var text strings.Builder
	if err := o.server.DumpWithSecrets(&text); err != nil {
		o.t.Fatal(err)
	}
	return text.String()
}

// escalations are what lesser admins try on those who hold more. {name} is an
// object of escalationOrg.
var escalations = []struct {
	actors, method, path string
	body                 doc
}{
	{"HELP_DESK_ADMIN USER_ADMIN ORG_ADMIN CUSTOM", "POST", "/api/v1/users/{super}/lifecycle/reset_password?sendEmail=false", nil},
	{"HELP_DESK_ADMIN USER_ADMIN ORG_ADMIN CUSTOM", "POST", "/api/v1/users/super@example.com/lifecycle/reset_password?sendEmail=false", nil},
	{"HELP_DESK_ADMIN USER_ADMIN ORG_ADMIN CUSTOM", "POST", "/api/v1/users/super/lifecycle/reset_password?sendEmail=false", nil},
	{"HELP_DESK_ADMIN USER_ADMIN ORG_ADMIN CUSTOM", "POST", "/api/v1/users/{member}/lifecycle/reset_password?sendEmail=false", nil},
	{"HELP_DESK_ADMIN USER_ADMIN CUSTOM", "POST", "/api/v1/users/{orgadmin}/lifecycle/reset_password?sendEmail=false", nil},
	{"HELP_DESK_ADMIN USER_ADMIN ORG_ADMIN CUSTOM", "POST", "/api/v1/users/{super}/lifecycle/expire_password", nil},
	{"HELP_DESK_ADMIN USER_ADMIN ORG_ADMIN CUSTOM", "POST", "/api/v1/users/{super}/lifecycle/reset_factors", nil},
	{"HELP_DESK_ADMIN USER_ADMIN ORG_ADMIN CUSTOM", "POST", "/api/v1/users/{locked}/lifecycle/unlock", nil},
	{"HELP_DESK_ADMIN USER_ADMIN ORG_ADMIN CUSTOM", "DELETE", "/api/v1/users/{super}/sessions?oauthTokens=true", nil},
	{"HELP_DESK_ADMIN USER_ADMIN ORG_ADMIN CUSTOM", "DELETE", "/api/v1/users/{member}/sessions", nil},
	{"HELP_DESK_ADMIN USER_ADMIN ORG_ADMIN CUSTOM", "POST", "/api/v1/users/{super}/credentials/change_password", doc{"newPassword": doc{"value": "x"}}},
	{"USER_ADMIN ORG_ADMIN CUSTOM", "POST", "/api/v1/users/{super}", doc{"credentials": doc{"password": doc{"value": "Taken-over-1234"}}}},
	{"USER_ADMIN ORG_ADMIN CUSTOM", "PUT", "/api/v1/users/{super}", doc{"profile": doc{"login": "super@example.com", "email": "mine@example.com", "firstName": "A", "lastName": "B"}}},
	{"USER_ADMIN ORG_ADMIN CUSTOM", "POST", "/api/v1/users/{super}", doc{"profile": doc{"email": "mine@example.com"}}},
	{"USER_ADMIN ORG_ADMIN CUSTOM", "POST", "/api/v1/users/{member}", doc{"profile": doc{"login": "mine@example.com"}}},
	{"USER_ADMIN ORG_ADMIN CUSTOM", "POST", "/api/v1/users/{super}", doc{"credentials": doc{"recovery_question": doc{"question": "q", "answer": "mine"}}}},
	{"USER_ADMIN ORG_ADMIN CUSTOM", "POST", "/api/v1/users/{super}/lifecycle/deactivate", nil},
	{"USER_ADMIN ORG_ADMIN CUSTOM", "POST", "/api/v1/users/{super}/lifecycle/suspend", nil},
	{"USER_ADMIN ORG_ADMIN CUSTOM", "DELETE", "/api/v1/users/{super}", nil},
	{"USER_ADMIN ORG_ADMIN CUSTOM", "DELETE", "/api/v1/users/{gone}", nil},
	{"USER_ADMIN ORG_ADMIN CUSTOM", "POST", "/api/v1/users/{gone}/lifecycle/activate?sendEmail=false", nil},
	{"USER_ADMIN ORG_ADMIN CUSTOM", "POST", "/api/v1/users/{super}/lifecycle/reactivate?sendEmail=false", nil},
	{"USER_ADMIN ORG_ADMIN GROUP_MEMBERSHIP_ADMIN CUSTOM", "PUT", "/api/v1/groups/{superadmins}/users/{plain}", nil},
	{"USER_ADMIN ORG_ADMIN GROUP_MEMBERSHIP_ADMIN CUSTOM", "PUT", "/api/v1/groups/{readers}/users/{plain}", nil},
	{"USER_ADMIN ORG_ADMIN GROUP_MEMBERSHIP_ADMIN CUSTOM", "PUT", "/api/v1/groups/{superadmins}/users/me", nil},
	{"USER_ADMIN ORG_ADMIN GROUP_MEMBERSHIP_ADMIN CUSTOM", "DELETE", "/api/v1/groups/{superadmins}/users/{member}", nil},
	{"USER_ADMIN ORG_ADMIN CUSTOM", "PUT", "/api/v1/groups/{superadmins}", doc{"profile": doc{"name": "renamed"}}},
	{"USER_ADMIN ORG_ADMIN CUSTOM", "DELETE", "/api/v1/groups/{superadmins}", nil},
	{"USER_ADMIN ORG_ADMIN CUSTOM", "POST", "/api/v1/users?activate=true", doc{"groupIds": []string{"{superadmins}"},
		"profile": doc{"login": "new@example.com", "email": "new@example.com", "firstName": "A", "lastName": "B"}}},
	{"USER_ADMIN ORG_ADMIN CUSTOM", "PUT", "/api/v1/apps/{web}/groups/{superadmins}", doc{}},
	{"ORG_ADMIN APP_ADMIN API_ACCESS_MANAGEMENT_ADMIN CUSTOM", "POST", "/api/v1/apps/{app}/credentials/jwks", doc{"kty": "key"}},
	{"ORG_ADMIN APP_ADMIN API_ACCESS_MANAGEMENT_ADMIN CUSTOM", "POST", "/api/v1/apps/{granted}/credentials/jwks", doc{"kty": "key"}},
	{"ORG_ADMIN APP_ADMIN API_ACCESS_MANAGEMENT_ADMIN CUSTOM", "POST", "/api/v1/apps/{app}/credentials/secrets", doc{}},
	{"ORG_ADMIN APP_ADMIN API_ACCESS_MANAGEMENT_ADMIN CUSTOM", "PUT", "/api/v1/apps/{app}", doc{"keys of": "app"}},
	{"ORG_ADMIN APP_ADMIN API_ACCESS_MANAGEMENT_ADMIN CUSTOM", "PUT", "/api/v1/apps/{app}", doc{"jwks_uri of": "app"}},
	{"ORG_ADMIN APP_ADMIN USER_ADMIN HELP_DESK_ADMIN CUSTOM", "POST", "/api/v1/users/{plain}/roles", doc{"type": "SUPER_ADMIN"}},
	{"ORG_ADMIN APP_ADMIN USER_ADMIN HELP_DESK_ADMIN CUSTOM", "POST", "/api/v1/groups/{everyday}/roles", doc{"type": "HELP_DESK_ADMIN"}},
	{"ORG_ADMIN APP_ADMIN USER_ADMIN HELP_DESK_ADMIN CUSTOM", "POST", "/oauth2/v1/clients/{app}/roles", doc{"type": "SUPER_ADMIN"}},
	{"ORG_ADMIN APP_ADMIN API_ACCESS_MANAGEMENT_ADMIN CUSTOM", "POST", "/api/v1/apps/{app}/grants", doc{"scopeId": "okta.users.manage"}},
}

// TestEscalationIsRefused tries each attack as a service app, as a user by API
// token, and as a user through an app: 403 E0000006, and nothing changes.
func TestEscalationIsRefused(t *testing.T) {
	o := newEscalationOrg(t)
	before := o.state()
	attackers := map[string]map[string]string{}
	for _, attack := range escalations {
		for _, actor := range strings.Fields(attack.actors) {
			if attackers[actor] == nil {
				attackers[actor] = o.attacker(actor)
				before = o.state()
			}
			for way, authorization := range attackers[actor] {
				path := o.path(attack.path)
				if strings.HasSuffix(path, "/me") && way == "service app" {
					continue // it is nobody's "me"
				}
				got := o.send(attack.method, path, o.body(attack.body), "Authorization", authorization, "Content-Type", "application/json")
				if got.status != 403 || got.text("errorCode") != "E0000006" {
					t.Errorf("%s as %s: %s %s: %d %s", actor, way, attack.method, attack.path, got.status, got.body)
				}
				if after := o.state(); after != before {
					t.Errorf("%s as %s: %s %s changed the org", actor, way, attack.method, attack.path)
					before = after
				}
			}
		}
	}
}

// attacker makes a service app and a user with the role, and returns the three
// ways in which they call.
func (o *escalationOrg) attacker(role string) map[string]string {
	o.t.Helper()
	app := o.newServiceApp(everyScope...)
	login := strings.ToLower(role) + "@attacker.example"
	id, password := o.newUser(login)
	assign := doc{"type": role}
	if role == "CUSTOM" {
		o.admin("POST", "/api/v1/iam/roles", doc{"label": "everything", "description": "d",
			"permissions": []string{"okta.users.manage", "okta.groups.manage", "okta.groups.members.manage", "okta.users.credentials.manage", "okta.apps.manage", "okta.users.create"}})
		o.admin("POST", "/api/v1/iam/resource-sets", doc{"label": "all", "description": "d",
			"resources": []string{o.url + "/api/v1/users", o.url + "/api/v1/groups", o.url + "/api/v1/apps"}})
		assign = doc{"type": "CUSTOM", "role": "everything", "resource-set": "all"}
	}
	o.admin("POST", "/oauth2/v1/clients/"+app.id+"/roles", assign)
	o.admin("POST", "/api/v1/users/"+id+"/roles", assign)
	token := "00attacker" + role
	o.server.org.APITokens.Put(state.TokenHash(token), &state.APIToken{ID: state.NewID("00T"), UserID: id})
	explorer := o.newWebApp(nil, everyScope...)
	o.admin("POST", "/api/v1/apps/"+explorer.id+"/users", doc{"id": id, "scope": "USER"})
	signedIn := o.signIn(explorer, login, password, strings.Join(everyScope, " "))
	return map[string]string{
		"service app":         "Bearer " + app.token(strings.Join(everyScope, " ")),
		"user by API token":   "SSWS " + token,
		"user through an app": "Bearer " + signedIn.text("access_token"),
	}
}

// body writes the body of an attack: names in braces become ids, and an app's
// document gets other keys.
func (o *escalationOrg) body(body doc) string {
	o.t.Helper()
	if body == nil {
		return ""
	}
	key := newTestKey(o.t, "mine").public(o.t)
	switch {
	case body["kty"] != nil:
		body = key
	case body["keys of"] != nil:
		body = o.admin("GET", "/api/v1/apps/"+o.ids["app"], nil).doc
		jsondoc.Object(body, "settings", "oauthClient")["jwks"] = doc{"keys": []doc{key}}
	case body["jwks_uri of"] != nil:
		body = o.admin("GET", "/api/v1/apps/"+o.ids["app"], nil).doc
		delete(jsondoc.Object(body, "settings", "oauthClient"), "jwks")
		jsondoc.Object(body, "settings", "oauthClient")["jwks_uri"] = "https://mine.example/keys"
	case body["scopeId"] != nil:
		body = doc{"issuer": o.url, "scopeId": body["scopeId"]}
	}
	raw, err := json.Marshal(body)
	if err != nil {
		o.t.Fatal(err)
	}
	return o.path(string(raw))
}

// TestLesserAdminsDoTheirWork: what the guard protects is only those who hold
// roles of their own.
func TestLesserAdminsDoTheirWork(t *testing.T) {
	o := newEscalationOrg(t)
	actors := map[string]string{}
	for _, work := range []struct {
		actor, method, path string
		body                doc
	}{
		{"HELP_DESK_ADMIN", "POST", "/api/v1/users/{plain}/lifecycle/reset_password?sendEmail=false", nil},
		{"USER_ADMIN", "POST", "/api/v1/users/{plain}", doc{"profile": doc{"nickName": "p"}}},
		{"GROUP_MEMBERSHIP_ADMIN", "PUT", "/api/v1/groups/{everyday}/users/{member}", nil},
		{"GROUP_MEMBERSHIP_ADMIN", "DELETE", "/api/v1/groups/{everyday}/users/{super}", nil},
		{"USER_ADMIN", "PUT", "/api/v1/groups/{everyday}", doc{"profile": doc{"name": "renamed"}}},
		{"APP_ADMIN", "PUT", "/api/v1/apps/{web}/groups/{everyday}", doc{}},
		{"APP_ADMIN", "POST", "/api/v1/apps/{web}/credentials/secrets", doc{}},
		{"USER_ADMIN", "POST", "/api/v1/users", doc{"groupIds": []string{"{everyday}"}, "profile": doc{"login": "n@example.com", "email": "n@example.com", "firstName": "A", "lastName": "B"}}},
		{"USER_ADMIN", "POST", "/api/v1/users/me", doc{"profile": doc{"nickName": "me"}}},
		{"USER_ADMIN", "DELETE", "/api/v1/users/{plain}", nil},
	} {
		if actors[work.actor] == "" {
			actors[work.actor] = o.attacker(work.actor)["user by API token"]
		}
		authorization := actors[work.actor]
		got := o.send(work.method, o.path(work.path), o.body(work.body), "Authorization", authorization, "Content-Type", "application/json")
		if got.status/100 != 2 {
			t.Errorf("%s: %s %s: %d %s", work.actor, work.method, work.path, got.status, got.body)
		}
	}
}

// TestEmptyTextsKeepTheKindOfApp: a service app that is sent "" for its type is
// one still, and so keeps its protection.
func TestEmptyTextsKeepTheKindOfApp(t *testing.T) {
	o := newTestOrg(t)
	app := o.newServiceApp("okta.users.read")
	document := o.admin("GET", "/api/v1/apps/"+app.id, nil).doc
	client := jsondoc.Object(document, "settings", "oauthClient")
	for _, name := range []string{"application_type", "consent_method", "issuer_mode", "wildcard_redirect"} {
		client[name] = ""
	}
	changed := jsondoc.Object(o.admin("PUT", "/api/v1/apps/"+app.id, document).doc, "settings", "oauthClient")
	for name, want := range map[string]string{"application_type": "service", "consent_method": "TRUSTED", "issuer_mode": "ORG_URL", "wildcard_redirect": "DISABLED"} {
		if changed[name] != want {
			t.Errorf("%s: %v", name, changed[name])
		}
	}
	if held := access.App.Held(o.server.org, app.id); len(held) != 1 || held[0] != access.HeldGrants {
		t.Errorf("%v", held)
	}
}
