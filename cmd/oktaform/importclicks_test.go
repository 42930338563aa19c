package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"pgregory.net/rapid"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/jwk"
)

// labels are what people call things.
func labels() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		parts := rapid.SliceOfN(rapid.SampledFrom([]string{"Report", "report", "x", "1password", "für alle", "日本語", "👩‍💻", `say "hi"`, `back\slash`, "${var.x}", "%{ if true }", "two\nlines",
			"null", "for", "group", "data", "-", "#", "/*", "é", "e\u0301", "\u202e", "[oktaform", "]", "a=b", "'", "tab\there"}), 1, 3).Draw(t, "parts")
		return strings.Join(parts, rapid.SampledFrom([]string{" ", "", "_", " - "}).Draw(t, "glue"))
	})
}

// clicking makes objects as people do in the Admin Console.
type clicking struct {
	*rapid.T
	c                                                 *clicked
	groups, users, apps, services, roles, sets, zones []string
}

// post makes an object, unless the org refuses it, and keeps its id.
func (k *clicking) post(into *[]string, path string, body any) string {
	text, err := json.Marshal(body)
	if err != nil {
		k.Fatal(err)
	}
	status, answer, err := k.c.story.call("POST", path, string(text))
	if err != nil {
		k.Fatal(err)
	}
	var doc struct{ ID string }
	if status >= 300 || json.Unmarshal(answer, &doc) != nil || doc.ID == "" {
		k.Logf("POST %s %s: %d %s", path, text, status, answer)
		return ""
	}
	if into != nil {
		*into = append(*into, doc.ID)
	}
	return doc.ID
}

func (k *clicking) call(method, path, body string) {
	if status, answer, err := k.c.story.call(method, path, body); err != nil || status >= 300 {
		k.Logf("%s %s %s: %d %s %v", method, path, body, status, answer, err)
	}
}

func (k *clicking) label() string        { return labels().Draw(k.T, "label") }
func (k *clicking) yes(what string) bool { return rapid.Bool().Draw(k.T, what) }
func (k *clicking) some(list []string, what string) []string {
	var out []string
	for _, id := range list {
		if k.yes(what) {
			out = append(out, id)
		}
	}
	return out
}

var testJWK = sync.OnceValue(func() map[string]any {
	pem, err := jwk.NewPEM()
	if err != nil {
		panic(err)
	}
	private, err := jwk.ParsePrivate(pem)
	if err != nil {
		panic(err)
	}
	public, err := private.Public()
	if err != nil {
		panic(err)
	}
	var key map[string]any
	if err := json.Unmarshal([]byte(public.Canonical), &key); err != nil {
		panic(err)
	}
	return key
})

// ruledGroups makes groups by rules: of every status, with members added by hand as well.
func (k *clicking) ruledGroups() {
	for i := range rapid.IntRange(0, 2).Draw(k.T, "rules") {
		group := k.post(nil, "/api/v1/groups", map[string]any{"profile": map[string]any{"name": fmt.Sprintf("%s %d", k.label(), i)}})
		if group == "" {
			continue
		}
		expression := rapid.SampledFrom([]string{`user.lastName == "L"`, `String.stringContains(user.login, "a") && user.department != null`, `isMemberOfAnyGroup("` + strings.Join(k.groups, `", "`) + `")`}).Draw(k.T, "expression")
		name := k.label()
		rule := k.post(nil, "/api/v1/groups/rules", map[string]any{"type": "group_rule", "name": name[:min(len(name), 20)] + fmt.Sprint(i),
			"conditions": map[string]any{"expression": map[string]any{"type": "urn:okta:expression:1.0", "value": expression}},
			"actions":    map[string]any{"assignUserToGroups": map[string]any{"groupIds": []string{group}}}})
		for _, user := range k.some(k.users, "member by hand") {
			k.call("PUT", "/api/v1/groups/"+group+"/users/"+user, "")
		}
		if rule != "" && k.yes("active") {
			k.call("POST", "/api/v1/groups/rules/"+rule+"/lifecycle/activate", "")
			for _, user := range k.some(k.users, "leaves by hand") {
				k.call("DELETE", "/api/v1/groups/"+group+"/users/"+user, "")
			}
			if k.yes("deactivated") {
				k.call("POST", "/api/v1/groups/rules/"+rule+"/lifecycle/deactivate", "")
			}
		}
	}
}

func (k *clicking) directory() {
	for _, kind := range []string{"user", "group"} {
		k.call("POST", "/api/v1/meta/schemas/"+kind+"/default", `{"definitions":{"custom":{"properties":{"badge":{"title":"Badge","type":"string"},"floors":{"title":"Floors","type":"array","items":{"type":"string"}}}}}}`)
	}
	for i := range rapid.IntRange(0, 4).Draw(k.T, "users") {
		id := k.post(&k.users, "/api/v1/users", map[string]any{"profile": map[string]any{"login": fmt.Sprintf("%s.%d@example.com", rapid.SampledFrom([]string{"ada", "bob", "1st", "o'neil", "x+y", "zoë"}).Draw(k.T, "login"), i),
			"email": fmt.Sprintf("u%d@example.com", i), "firstName": k.label(), "lastName": "L", "badge": k.label(), "floors": k.some([]string{"1", "${2}"}, "floor")},
			"credentials": map[string]any{"password": map[string]any{"value": cli.Password()}}})
		if id == "" {
			continue
		}
		for range rapid.IntRange(0, 2).Draw(k.T, "roles of the user") {
			k.post(nil, "/api/v1/users/"+id+"/roles", map[string]any{"type": rapid.SampledFrom([]string{"SUPER_ADMIN", "HELP_DESK_ADMIN", "READ_ONLY_ADMIN", "APP_ADMIN"}).Draw(k.T, "role")})
		}
		if rapid.IntRange(0, 4).Draw(k.T, "leaves") == 0 {
			k.call("POST", "/api/v1/users/"+id+"/lifecycle/deactivate", "")
		}
	}
	for range rapid.IntRange(0, 4).Draw(k.T, "groups") {
		profile := map[string]any{"name": k.label()}
		if k.yes("described") {
			profile["description"] = k.label()
		}
		if k.yes("badged") {
			profile["badge"] = k.label()
		}
		id := k.post(&k.groups, "/api/v1/groups", map[string]any{"profile": profile})
		if id == "" {
			continue
		}
		for _, user := range k.some(k.users, "member") {
			k.call("PUT", "/api/v1/groups/"+id+"/users/"+user, "")
		}
	}
	k.network()
}

// network makes network zones and trusted origins of each type.
func (k *clicking) network() {
	for range rapid.IntRange(0, 2).Draw(k.T, "zones") {
		zone := rapid.SampledFrom([]string{
			`{"type":"IP","usage":"POLICY","gateways":[{"type":"CIDR","value":"192.0.2.0/24"},{"type":"RANGE","value":"198.51.100.1-198.51.100.9"}],"proxies":[{"type":"CIDR","value":"203.0.113.1/32"}]}`,
			`{"type":"IP","usage":"BLOCKLIST","gateways":[{"type":"CIDR","value":"2001:db8::/32"}]}`,
			`{"type":"DYNAMIC","proxyType":"Any","asns":["64496"],"locations":[{"country":"US","region":"US-CA"},{"country":"DE"}]}`,
			`{"type":"DYNAMIC_V2","locations":{"include":[{"country":"US"}],"exclude":[{"country":"US","region":"US-NV"}]},"asns":{"exclude":["64497"]},"ipServiceCategories":{"include":["ALL_ANONYMIZERS"]}}`,
		}).Draw(k.T, "zone")
		doc := map[string]any{"name": k.label(), "status": "ACTIVE"}
		if err := json.Unmarshal([]byte(zone), &doc); err != nil {
			k.Fatal(err)
		}
		if id := k.post(&k.zones, "/api/v1/zones", doc); id != "" && k.yes("zone ends") {
			k.call("POST", "/api/v1/zones/"+id+"/lifecycle/deactivate", "")
		}
	}
	for i := range rapid.IntRange(0, 2).Draw(k.T, "origins") {
		scopes := []any{map[string]any{"type": "CORS"}}
		if k.yes("embeds") {
			scopes = append(scopes, map[string]any{"type": "IFRAME_EMBED", "allowedOktaApps": k.some([]string{"OKTA_ENDUSER"}, "dashboard")})
		}
		id := k.post(nil, "/api/v1/trustedOrigins", map[string]any{"name": k.label(), "origin": fmt.Sprintf("https://o%d.example.com", i), "scopes": scopes})
		if id != "" && k.yes("origin ends") {
			k.call("POST", "/api/v1/trustedOrigins/"+id+"/lifecycle/deactivate", "")
		}
	}
}

func (k *clicking) oneApp() {
	typ := rapid.SampledFrom([]string{"web", "service", "browser", "native"}).Draw(k.T, "type")
	oauth := map[string]any{"application_type": typ}
	client := map[string]any{}
	switch typ {
	case "service":
		oauth["grant_types"], oauth["response_types"] = []string{"client_credentials"}, []string{"token"}
		client["token_endpoint_auth_method"] = "private_key_jwt"
		key := map[string]any{}
		for name, v := range testJWK() {
			key[name] = v
		}
		if k.yes("kid") {
			key["kid"] = k.label()
		}
		if k.yes("alg") {
			key["alg"] = "RS256"
		}
		oauth["jwks"] = map[string]any{"keys": []any{key}}
	default:
		grants := []string{"authorization_code"}
		if k.yes("refresh") {
			grants = append(grants, "refresh_token")
		}
		if k.yes("implicit") {
			grants = append(grants, "implicit")
			oauth["response_types"] = []string{"code", "token", "id_token"}
		} else {
			oauth["response_types"] = []string{"code"}
		}
		oauth["grant_types"], oauth["redirect_uris"] = grants, []string{"https://a.example.com/cb", "https://b.example.com/${x}"}[:rapid.IntRange(1, 2).Draw(k.T, "uris")]
		if typ != "web" {
			client["token_endpoint_auth_method"] = "none"
		}
	}
	if len(k.zones) > 0 && k.yes("network") {
		oauth["network"] = map[string]any{"connection": "ZONE", "include": k.zones[:1]}
	}
	doc := map[string]any{"name": "oidc_client", "label": k.label(), "signOnMode": "OPENID_CONNECT", "credentials": map[string]any{"oauthClient": client}, "settings": map[string]any{"oauthClient": oauth}}
	if k.yes("profile") {
		doc["profile"] = map[string]any{"for": k.label(), "a b": []any{1, "x", map[string]any{"null": true}}, "gone": nil}
	}
	if k.yes("hidden") {
		doc["visibility"] = map[string]any{"hide": map[string]any{"iOS": k.yes("ios"), "web": k.yes("web")}, "autoLaunch": k.yes("launch")}
	}
	if k.yes("template") {
		doc["credentials"].(map[string]any)["userNameTemplate"] = map[string]any{"template": "${source.email}", "type": "BUILT_IN"}
	}
	id := k.post(&k.apps, "/api/v1/apps", doc)
	if id == "" {
		return
	}
	for _, scope := range k.some([]string{"okta.users.read", "okta.groups.manage"}, "scope") {
		k.post(nil, "/api/v1/apps/"+id+"/grants", map[string]any{"issuer": k.c.story.server.URL, "scopeId": scope})
	}
	if typ == "service" {
		k.services = append(k.services, id)
		if k.yes("role") {
			k.post(nil, "/oauth2/v1/clients/"+id+"/roles", map[string]any{"type": "HELP_DESK_ADMIN"})
		}
	} else {
		for _, group := range k.some(k.groups, "assigned") {
			k.call("PUT", "/api/v1/apps/"+id+"/groups/"+group, rapid.SampledFrom([]string{"{}", `{"priority":3}`, `{"profile":{"level":"${x}"}}`}).Draw(k.T, "assignment"))
		}
		for _, user := range k.some(k.users, "assigned") {
			more := rapid.SampledFrom([]string{"", `,"profile":{"level":"1"}`, `,"credentials":{"userName":"other name"}`}).Draw(k.T, "assignment")
			k.call("POST", "/api/v1/apps/"+id+"/users", `{"id":"`+user+`","scope":"USER"`+more+`}`)
		}
		if typ == "web" && k.yes("second secret") {
			secret := k.post(nil, "/api/v1/apps/"+id+"/credentials/secrets", map[string]any{})
			if secret != "" && k.yes("secret ends") {
				k.call("POST", "/api/v1/apps/"+id+"/credentials/secrets/"+secret+"/lifecycle/deactivate", "")
			}
		}
		if k.yes("groups claim") {
			k.call("POST", "/api/v1/internal/apps/"+id+"/settings/oauth/idToken", `{"issuerMode":"ORG_URL","valueType":"GROUPS","groupFilterType":"REGEX","name":"groups","value":".*"}`)
		}
	}
	if rapid.IntRange(0, 4).Draw(k.T, "inactive") == 0 {
		k.call("POST", "/api/v1/apps/"+id+"/lifecycle/deactivate", "")
	}
}

func (k *clicking) rights() {
	for range rapid.IntRange(0, 2).Draw(k.T, "custom roles") {
		id := k.post(&k.roles, "/api/v1/iam/roles", map[string]any{"label": k.label(), "description": k.label(), "permissions": []string{"okta.users.read", "okta.groups.read"}})
		if id != "" && k.yes("condition") {
			k.call("PUT", "/api/v1/iam/roles/"+id+"/permissions/okta.users.read", `{"conditions":{"include":{"okta:ResourceAttribute/User/Profile":["city","${x}"]}}}`)
		}
	}
	url := k.c.story.server.URL
	var own struct{ ID string }
	if err := k.c.story.get("/.well-known/okta-organization", &own); err != nil {
		k.Fatal(err)
	}
	for range rapid.IntRange(0, 2).Draw(k.T, "sets") {
		idp, directory := "orn:okta:idp:"+own.ID+":", "orn:okta:directory:"+own.ID+":"
		resources := k.some([]string{url + "/api/v1/users", url + "/api/v1/groups", url + "/api/v1/apps", url + "/api/v1/authorizationServers/aus1", idp + "authorization_servers",
			idp + "customizations", idp + "identity_providers:0oa1", idp + "policies", idp + "policies:access_policy:rst1", idp + "apps:oidc_client", url + "/api/v1/apps?filter=name+eq+%22salesforce%22",
			directory + "devices", directory + "realms:guo1", directory + "groups:00ggone0000000000001", directory + "users:00ugone0000000000001", "orn:okta:workflow:" + own.ID + ":flows"}, "resource")
		for _, group := range k.some(k.groups, "in the set") {
			resources = append(resources, url+"/api/v1/groups/"+group, url+"/api/v1/groups/"+group+"/users")
		}
		for _, user := range k.some(k.users, "in the set") {
			resources = append(resources, url+"/api/v1/users/"+user)
		}
		for _, app := range k.some(k.apps, "in the set") {
			resources = append(resources, url+"/api/v1/apps/"+app)
		}
		set := k.post(&k.sets, "/api/v1/iam/resource-sets", map[string]any{"label": k.label(), "description": k.label(), "resources": resources})
		if set != "" && k.yes("condition of a resource") {
			k.call("POST", "/api/v1/iam/resource-sets/"+set+"/resources", `{"resourceOrnOrUrl":"`+idp+`apps:oidc_client","conditions":{"Exclude":{"okta:ORN":["`+idp+`apps:oidc_client:0oa1"]}}}`)
		}
	}
	k.targets()
	for _, group := range k.some(k.groups, "is deleted") {
		if rapid.IntRange(0, 3).Draw(k.T, "deleted") == 0 {
			k.call("DELETE", "/api/v1/groups/"+group, "")
		}
	}
	if len(k.roles) == 0 || len(k.sets) == 0 {
		return
	}
	custom := map[string]any{"type": "CUSTOM", "role": k.roles[0], "resource-set": k.sets[0]}
	for _, group := range k.some(k.groups, "holds the custom role") {
		k.post(nil, "/api/v1/groups/"+group+"/roles", custom)
	}
	for _, app := range k.some(k.services, "holds the custom role") {
		k.post(nil, "/oauth2/v1/clients/"+app+"/roles", custom)
	}
	for _, group := range k.some(k.groups, "helps itself") {
		if id := k.post(nil, "/api/v1/groups/"+group+"/roles", map[string]any{"type": "HELP_DESK_ADMIN"}); id != "" {
			k.call("PUT", "/api/v1/groups/"+group+"/roles/"+id+"/targets/groups/"+group, "")
		}
	}
}

// targets gives admin roles to users and apps, with groups and apps that they are limited to.
func (k *clicking) targets() {
	var principals []string
	for _, user := range k.some(k.users, "is an admin of some") {
		principals = append(principals, "/api/v1/users/"+user)
	}
	for _, app := range k.some(k.services, "is an admin of some") {
		principals = append(principals, "/oauth2/v1/clients/"+app)
	}
	for _, principal := range principals {
		if id := k.post(nil, principal+"/roles", map[string]any{"type": "USER_ADMIN"}); id != "" {
			for _, group := range k.some(k.groups, "target") {
				k.call("PUT", principal+"/roles/"+id+"/targets/groups/"+group, "")
			}
		}
		if id := k.post(nil, principal+"/roles", map[string]any{"type": "APP_ADMIN"}); id != "" {
			for _, app := range k.some(append([]string{""}, k.apps...), "target") {
				k.call("PUT", strings.TrimSuffix(principal+"/roles/"+id+"/targets/catalog/apps/oidc_client/"+app, "/"), "")
			}
		}
	}
}
