package org_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/sandbox"
)

// meddler changes an org by hand, by any of the operations that the sandbox
// serves, on anything that is there.
type meddler struct {
	live
	t    *testing.T
	pick func(n int) int
	n    int // for names
}

// writesServed are the sandbox's operations that change an org.
func writesServed() []string {
	return slices.DeleteFunc(sandbox.Operations(), func(op string) bool {
		_, path, _ := strings.Cut(op, " ")
		return strings.HasPrefix(op, "GET ") || !strings.HasPrefix(path, "/api/v1/") && !strings.HasPrefix(path, "/oauth2/v1/clients/") ||
			strings.HasPrefix(path, "/_") || path == "/api/v1/authn"
	})
}

// lists are where the ids of a parameter are found, unless it is the list before
// it in the path.
var lists = map[string]string{
	"appId": "/api/v1/apps?filter=name+eq+%22oidc_client%22", "clientId": "/api/v1/apps?filter=name+eq+%22oidc_client%22", "targetAppId": "/api/v1/apps?filter=name+eq+%22oidc_client%22",
	"groupId": "/api/v1/groups", "targetGroupId": "/api/v1/groups", "userId": "/api/v1/users", "policyId": "/api/v1/policies?type=ACCESS_POLICY",
}

var parameter = regexp.MustCompile(`\{(\w+)\}`)

// do tries an operation once on something. It reports whether the org took it.
func (m *meddler) do(op string) (call string, done bool) {
	method, path, _ := strings.Cut(op, " ")
	for {
		at := parameter.FindStringSubmatchIndex(path)
		if at == nil {
			break
		}
		name := path[at[2]:at[3]]
		value, ok := m.value(op, name, path[:at[0]-1])
		if !ok {
			return "", false
		}
		path = path[:at[0]] + url.PathEscape(value) + path[at[1]:]
	}
	status, _ := m.try(m.t, method, path, m.body(op))
	return method + " " + path, status < 300
}

// value is one for a parameter: something that is there, below the path before it.
func (m *meddler) value(op, name, before string) (string, bool) {
	method, _, _ := strings.Cut(op, " ")
	switch name {
	case "schemaId":
		return "default", true
	case "appName":
		return "oidc_client", true
	case "permission":
		if method == "POST" {
			return m.one("okta.users.read", "okta.groups.read", "okta.apps.read", "okta.users.manage"), true
		}
	}
	from, elsewhere := lists[name]
	if !elsewhere || method == "DELETE" && strings.Count(before, "/") > 3 {
		from = before
	}
	var found []map[string]any
	status, answer := m.try(m.t, "GET", from, "")
	if status >= 300 {
		return "", false
	}
	if json.Unmarshal([]byte(answer), &found) != nil {
		var wrapped map[string]json.RawMessage
		decode(m.t, answer, &wrapped)
		for _, part := range wrapped {
			if strings.HasPrefix(string(part), "[") {
				decode(m.t, string(part), &found)
			}
		}
	}
	found = slices.DeleteFunc(found, func(doc map[string]any) bool { // ourselves, and what the operation isn't for
		profile, _ := doc["profile"].(map[string]any)
		settings, _ := doc["settings"].(map[string]any)
		client, _ := settings["oauthClient"].(map[string]any)
		switch {
		case profile["login"] == "admin@sandbox.example", name == "clientId" && client["application_type"] != "service" && !strings.HasSuffix(op, "/newSecret"):
			return true
		case name == "groupId" && strings.Contains(op, "/roles"):
			return doc["type"] != "OKTA_GROUP"
		case name == "roleAssignmentId" && strings.Contains(op, "/targets/catalog"):
			return doc["type"] != "APP_ADMIN"
		case name == "roleAssignmentId" && strings.Contains(op, "/targets/groups"):
			return doc["type"] != "HELP_DESK_ADMIN" && doc["type"] != "USER_ADMIN"
		}
		return false
	})
	if len(found) == 0 {
		return "", false
	}
	one := found[m.pick(len(found))]
	if name == "clientId" {
		credentials, _ := one["credentials"].(map[string]any)
		one, _ = credentials["oauthClient"].(map[string]any)
		one["id"] = one["client_id"]
	}
	for _, key := range []string{"id", "label", "name"} {
		if text, ok := one[key].(string); ok && (key != "id" || name != "permission") {
			return text, true
		}
	}
	return "", false
}

func (m *meddler) one(of ...string) string { return of[m.pick(len(of))] }

// body is what is sent: often enough something that the org takes.
func (m *meddler) body(op string) string {
	m.n++
	user := func() string { v, _ := m.value("", "userId", ""); return v }
	group := func() string { v, _ := m.value("", "groupId", ""); return v }
	app := func() string { v, _ := m.value("", "appId", ""); return v }
	member := func() string {
		return m.org.URL + m.one("/api/v1/users/"+user(), "/api/v1/groups/"+group(), "/oauth2/v1/clients/"+app())
	}
	resource := func() string {
		return m.org.URL + m.one("/api/v1/users", "/api/v1/groups/"+group(), "/api/v1/apps/"+app(), "/api/v1/apps", "/api/v1/groups")
	}
	named := func(path string) string { v, _ := m.value("", "role", path); return v }
	method, path, _ := strings.Cut(op, " ")
	end := path[strings.LastIndex(path, "/")+1:]
	switch {
	case method == "DELETE":
		return ""
	case end == "apps" && method == "POST":
		return m.one(`{"name":"oidc_client","label":"Made by hand","signOnMode":"OPENID_CONNECT","credentials":{"oauthClient":{"token_endpoint_auth_method":"client_secret_basic"}},"settings":{"oauthClient":{"application_type":"web","grant_types":["authorization_code"],"response_types":["code"],"redirect_uris":["https://h.example.com/cb"]}},"profile":{"oktaform_owner":"team/iam","oktaform_address":"web_app.hand` + fmt.Sprint(m.n) + `"}}`)
	case op == "PUT /api/v1/apps/{appId}":
		return "" // see edit
	case end == "jwks":
		_, key := newKey(m.t, fmt.Sprint("k", m.n))
		return key.GetAttr("public_jwk").AsString()
	case end == "grants":
		return fmt.Sprintf(`{"issuer":%q,"scopeId":%q}`, m.org.URL, m.one("okta.users.read", "okta.groups.read", "okta.apps.read", "okta.logs.read", "okta.roles.read"))
	case path == "/api/v1/apps/{appId}/groups/{groupId}" && method == "PUT":
		return fmt.Sprintf(`{"priority":%d}`, m.pick(4))
	case path == "/api/v1/apps/{appId}/groups/{groupId}":
		return `[{"op":"replace","path":"/priority","value":` + fmt.Sprint(m.pick(4)) + `}]`
	case path == "/api/v1/apps/{appId}/users":
		return fmt.Sprintf(`{"id":%q,"scope":"USER"}`, user())
	case path == "/api/v1/apps/{appId}/users/{userId}":
		return fmt.Sprintf(`{"credentials":{"userName":"n%d@example.com"}}`, m.n)
	case end == "zones" || end == "{zoneId}":
		return fmt.Sprintf(`{"type":"IP","name":"Zone %d","gateways":[{"type":"CIDR","value":"10.0.0.0/8"}]}`, m.n)
	case end == "trustedOrigins" || end == "{trustedOriginId}":
		return fmt.Sprintf(`{"name":"Origin %d","origin":"https://o%d.example.com","scopes":[{"type":"CORS"}]}`, m.n, m.n)
	case path == "/api/v1/groups" || path == "/api/v1/groups/{groupId}":
		return fmt.Sprintf(`{"profile":{"name":"By hand %d","description":%q}}`, m.n, m.one("by hand", "[oktaform team/iam group.hand]", "[oktaform team/iam group.x]"))
	case path == "/api/v1/users" || path == "/api/v1/users/{userId}":
		return fmt.Sprintf(`{"profile":{"login":"h%d@example.com","email":"h%d@example.com","firstName":"By","lastName":"Hand"}%s}`, m.n, m.n,
			m.one("", `,"credentials":{"password":{"value":"Abcd1234!x"},"recovery_question":{"question":"Where?","answer":"Nowhere"}}`))
	case end == "roles" && !strings.HasPrefix(path, "/api/v1/iam"):
		return m.one(`{"type":"APP_ADMIN"}`, `{"type":"HELP_DESK_ADMIN"}`, `{"type":"READ_ONLY_ADMIN"}`, `{"type":"USER_ADMIN"}`, `{"type":"REPORT_ADMIN"}`, `{"type":"ORG_ADMIN"}`,
			fmt.Sprintf(`{"type":"CUSTOM","role":%q,"resource-set":%q}`, named("/api/v1/iam/roles"), named("/api/v1/iam/resource-sets")))
	case end == "roles":
		return fmt.Sprintf(`{"label":"Role %d","description":"by hand","permissions":["okta.users.read"]}`, m.n)
	case end == "{role}" || end == "{resourceSet}":
		return fmt.Sprintf(`{"label":"Label %d","description":%q}`, m.n, m.one("by hand", "by [oktaform team/iam custom_role.x]", "by [oktaform team/iam resource_set.x]"))
	case end == "{permission}":
		return m.one(`{"conditions":null}`, `{"conditions":{"include":{"okta:ResourceAttribute/User/Profile":["city"]}}}`, `{"conditions":{"exclude":{"okta:ResourceAttribute/User/Profile":["title"]}}}`)
	case end == "resource-sets":
		return fmt.Sprintf(`{"label":"Set %d","description":"by hand","resources":[%q]}`, m.n, resource())
	case end == "resources" && method == "POST":
		return fmt.Sprintf(`{"resourceOrnOrUrl":%q}`, resource())
	case end == "resources":
		return fmt.Sprintf(`{"additions":[%q]}`, resource())
	case end == "bindings":
		return fmt.Sprintf(`{"role":%q,"members":[%q]}`, named("/api/v1/iam/roles"), member())
	case end == "members":
		return fmt.Sprintf(`{"additions":[%q]}`, member())
	case path == "/api/v1/groups/rules" || end == "{groupRuleId}":
		return fmt.Sprintf(`{"type":"group_rule","name":"Rule %d","conditions":{"expression":{"type":"urn:okta:expression:1.0","value":"user.lastName==\"Hand\""}},"actions":{"assignUserToGroups":{"groupIds":[%q]}}}`, m.n, group())
	case op == "PUT /oauth2/v1/clients/{clientId}":
		_, key := newKey(m.t, fmt.Sprint("c", m.n))
		return fmt.Sprintf(`{"client_name":"Client %d","application_type":"service","grant_types":["client_credentials"],"response_types":["token"],"token_endpoint_auth_method":"private_key_jwt","jwks":{"keys":[%s]}}`,
			m.n, key.GetAttr("public_jwk").AsString())
	case end == "change_recovery_question":
		return `{"password":{"value":"Abcd1234!x"},"recovery_question":{"question":"When?","answer":"Never"}}`
	case end == "forgot_password_recovery_question":
		return fmt.Sprintf(`{"password":{"value":"Abcd1234!%d"},"recovery_question":{"answer":%q}}`, m.n, m.one("Nowhere", "Never"))
	case end == "change_password":
		return `{"oldPassword":{"value":"x"},"newPassword":{"value":"Abcd1234!x"}}`
	case end == "{schemaId}":
		return fmt.Sprintf(`{"definitions":{"custom":{"id":"#custom","type":"object","properties":{"n%d":{"title":"N","type":"string"}}}}}`, m.n)
	case end == "idToken":
		return `{"type":"NONE"}`
	}
	return `{}`
}

// edit changes an app's document by hand.
func (m *meddler) edit() (string, bool) {
	id, ok := m.value("", "appId", "")
	if !ok {
		return "", false
	}
	var doc map[string]any
	decode(m.t, m.call(m.t, "GET", "/api/v1/apps/"+id, ""), &doc)
	doc["label"] = fmt.Sprint("Edited ", m.n)
	if m.pick(3) == 0 {
		doc["profile"] = map[string]any{}
	}
	m.n++
	body, _ := json.Marshal(doc)
	status, _ := m.try(m.t, "PUT", "/api/v1/apps/"+id, string(body))
	return "PUT /api/v1/apps/" + id, status < 300
}

// try sends a request to the org itself: some of what it serves isn't in Okta's
// OpenAPI document, which requests over the wire are held against.
func (m *meddler) try(t *testing.T, method, path, body string) (int, string) {
	req := httptest.NewRequestWithContext(t.Context(), method, m.org.URL+path, strings.NewReader(body))
	req.Header.Set("Authorization", "SSWS "+m.org.Token())
	req.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	m.org.ServeHTTP(answer, req)
	return answer.Code, answer.Body.String()
}
