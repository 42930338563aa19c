package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// appSetting is an attribute that is a field of the app's JSON.
type appSetting struct {
	kinds    string // which it is for: w(eb), s(ervice), b(rowser), n(ative)
	attr     string
	declared string // HCL
	path     string // in Okta's JSON
	drift    string // JSON
}

const (
	oauthSettings    = "settings.oauthClient."
	oauthCredentials = "credentials.oauthClient."
	userNames        = "credentials.userNameTemplate."
)

// appSettings are those that can drift together.
func appSettings() []appSetting {
	return []appSetting{
		{"wsbn", "label", `"X"`, "label", `"Y"`},
		{"wsbn", "profile", `{ team = "a" }`, "profile.team", `"b"`},
		{"wsbn", "dpop_bound_access_tokens", "true", oauthSettings + "dpop_bound_access_tokens", "false"},
		{"wsbn", "consent_method", `"REQUIRED"`, oauthSettings + "consent_method", `"TRUSTED"`},
		{"wsbn", "issuer_mode", `"CUSTOM_URL"`, oauthSettings + "issuer_mode", `"ORG_URL"`},
		{"wsbn", "auto_key_rotation", "false", oauthCredentials + "autoKeyRotation", "true"},
		{"wsbn", "request_object_signing_alg", `"RS256"`, oauthSettings + "request_object_signing_alg", `"ES256"`},
		{"wsbn", "id_token_encrypted_response_alg", `"RSA-OAEP-256"`, oauthSettings + "id_token_encrypted_response_alg", `"RSA-OAEP-512"`},
		{"wsbn", "subject_type", `"pairwise"`, oauthSettings + "subject_type", `"public"`},
		{"wsbn", "sector_identifier_uri", `"https://x.example.com/sector"`, oauthSettings + "sector_identifier_uri", `"https://y.example.com/sector"`},
		{"wsbn", "post_logout_redirect_uris", `["https://x.example.com/bye"]`, oauthSettings + "post_logout_redirect_uris", `["https://y.example.com/bye"]`},
		{"wsbn", "wildcard_redirect", `"SUBDOMAIN"`, oauthSettings + "wildcard_redirect", `"DISABLED"`},
		{"wsbn", "jwks_uri", `"https://x.example.com/jwks"`, oauthSettings + "jwks_uri", `"https://y.example.com/jwks"`},
		{"wsbn", "client_uri", `"https://x.example.com/"`, oauthSettings + "client_uri", `"https://y.example.com/"`},
		{"wsbn", "logo_uri", `"https://x.example.com/logo.png"`, oauthSettings + "logo_uri", `"https://y.example.com/logo.png"`},
		{"wsbn", "tos_uri", `"https://x.example.com/tos"`, oauthSettings + "tos_uri", `"https://y.example.com/tos"`},
		{"wsbn", "policy_uri", `"https://x.example.com/policy"`, oauthSettings + "policy_uri", `"https://y.example.com/policy"`},
		{"wsbn", "initiate_login_uri", `"https://x.example.com/login"`, oauthSettings + "initiate_login_uri", `"https://y.example.com/login"`},
		{"wsbn", "idp_initiated_login_mode", `"SPEC"`, oauthSettings + "idp_initiated_login.mode", `"OKTA"`},
		{"wsbn", "idp_initiated_login_default_scope", `["openid"]`, oauthSettings + "idp_initiated_login.default_scope", `["openid","profile"]`},
		{"wsbn", "network_connection", `"ZONE"`, oauthSettings + "network.connection", `"ANYWHERE"`},
		{"wsbn", "network_include", `["ALL_ZONES"]`, oauthSettings + "network.include", "[]"},
		{"wsbn", "implicit_assignment", "true", "settings.implicitAssignment", "false"},
		{"wsbn", "user_name_template", `"$${source.email}"`, userNames + "template", `"${source.login}"`},
		{"wsbn", "user_name_template_type", `"CUSTOM"`, userNames + "type", `"BUILT_IN"`},
		{"wsbn", "user_name_template_push_status", `"PUSH"`, userNames + "pushStatus", `"DONT_PUSH"`},
		{"wsbn", "accessibility_self_service", "true", "accessibility.selfService", "false"},
		{"wsbn", "accessibility_error_redirect_url", `"https://x.example.com/error"`, "accessibility.errorRedirectUrl", `"https://y.example.com/error"`},
		{"wsbn", "accessibility_login_redirect_url", `"https://x.example.com/in"`, "accessibility.loginRedirectUrl", `"https://y.example.com/in"`},
		{"wsbn", "notes_admin", `"For X"`, "settings.notes.admin", `"For Y"`},
		{"wsbn", "notes_enduser", `"Of X"`, "settings.notes.enduser", `"Of Y"`},
		{"wsbn", "hide_ios", "true", "visibility.hide.iOS", "false"},
		{"wsbn", "hide_web", "true", "visibility.hide.web", "false"},
		{"wsbn", "auto_launch", "true", "visibility.autoLaunch", "false"},
		{"wsbn", "auto_submit_toolbar", "true", "visibility.autoSubmitToolbar", "false"},
		{"wsbn", "redirect_uris", `["https://x.example.com/cb"]`, oauthSettings + "redirect_uris", `["https://y.example.com/cb","https://x.example.com/cb"]`},
		{"w", "grant_types", `["authorization_code", "refresh_token", "urn:openid:params:grant-type:ciba"]`, oauthSettings + "grant_types",
			`["authorization_code","refresh_token","urn:openid:params:grant-type:ciba","implicit"]`},
		{"bn", "grant_types", `["authorization_code", "refresh_token"]`, oauthSettings + "grant_types", `["authorization_code","refresh_token","implicit"]`},
		{"s", "grant_types", `["client_credentials", "interaction_code"]`, oauthSettings + "grant_types", `["client_credentials","interaction_code","implicit"]`},
		{"wbn", "response_types", `["code"]`, oauthSettings + "response_types", `["code","id_token"]`},
		{"s", "response_types", `["token", "code"]`, oauthSettings + "response_types", `["token","code","id_token"]`},
		{"w", "token_endpoint_auth_method", `"client_secret_post"`, oauthCredentials + "token_endpoint_auth_method", `"client_secret_basic"`},
		{"s", "token_endpoint_auth_method", `"private_key_jwt"`, oauthCredentials + "token_endpoint_auth_method", `"client_secret_basic"`},
		{"bn", "token_endpoint_auth_method", `"none"`, oauthCredentials + "token_endpoint_auth_method", `"client_secret_basic"`},
		{"wsbn", "pkce_required", "true", oauthCredentials + "pkce_required", "false"},
		{"wbn", "refresh_token_rotation_type", `"ROTATE"`, oauthSettings + "refresh_token.rotation_type", `"STATIC"`},
		{"wbn", "refresh_token_leeway", "10", oauthSettings + "refresh_token.leeway", "20"},
		{"wb", "participate_slo", "true", oauthSettings + "participate_slo", "false"},
		{"wb", "frontchannel_logout_uri", `"https://x.example.com/out"`, oauthSettings + "frontchannel_logout_uri", `"https://y.example.com/out"`},
		{"wb", "frontchannel_logout_session_required", "true", oauthSettings + "frontchannel_logout_session_required", "false"},
		{"w", "backchannel_custom_authenticator_id", `"aut11111111111111111"`, oauthSettings + "backchannel_custom_authenticator_id", `"aut22222222222222222"`},
		{"w", "backchannel_authentication_request_signing_alg", `"RS256"`, oauthSettings + "backchannel_authentication_request_signing_alg", `"ES256"`},
		{"w", "backchannel_token_delivery_mode", `"poll"`, oauthSettings + "backchannel_token_delivery_mode", `"ping"`},
	}
}

// otherSettings are those that can't be declared together with appSettings.
func otherSettings() []appSetting {
	return []appSetting{
		{"wsbn", "user_name_template_suffix", `"@x.example.com"`, userNames + "userSuffix", `"@y.example.com"`},
		{"wsbn", "network_connection", `"ZONE"`, oauthSettings + "network.connection", `"ANYWHERE"`},
		{"wsbn", "network_exclude", `["ALL_ZONES"]`, oauthSettings + "network.exclude", "[]"},
	}
}

// appHead begins an app, whose block is still open.
func appHead(kind string) string {
	head := fmt.Sprintf("%s \"x\" {\n  label = \"X\"\n", kind)
	if kind != "service_app" {
		head += "  redirect_uris = [\"https://x.example.com/cb\"]\n"
	}
	return head
}

func appRows() []attributeRow {
	var rows []attributeRow
	for _, kind := range []string{"web_app", "service_app", "browser_app", "native_app"} {
		rows = append(rows, settingsRow(kind, kind+" \"x\" {\n", appSettings()), leftOutRow(kind), rightsRow(kind), secretsRow(kind))
		if kind != "browser_app" {
			rows = append(rows, keysRow(kind), keyRow(kind))
		}
		if kind != "service_app" {
			rows = append(rows, groupsClaimRow(kind), assignedRow(kind), assignmentBlockRow(kind), assignmentDetailsRow(kind))
		}
	}
	return rows
}

// settingsRow declares all the settings that the kind has, and changes them all.
func settingsRow(kind, head string, settings []appSetting) attributeRow {
	row := attributeRow{body: head}
	app := "/api/v1/apps/{" + kind + ".x}"
	edit := map[string]any{}
	for _, s := range settings {
		if !strings.Contains(s.kinds, kind[:1]) {
			continue
		}
		row.attr += " " + kind + "." + s.attr
		if s.declared != "" {
			row.body += "  " + s.attr + " = " + s.declared + "\n"
		}
		put(edit, strings.Split(s.path, "."), json.RawMessage(s.drift))
	}
	row.body += "}\n"
	data, err := json.Marshal(edit)
	if err != nil {
		panic(err)
	}
	row.drift = "EDIT " + app + " " + string(data)
	return row
}

// leftOutRow declares next to nothing, and sets by hand what has a default.
func leftOutRow(kind string) attributeRow {
	var settings []appSetting
	for _, s := range appSettings() {
		a := kinds.Named(kind).Attr(s.attr)
		s.drift = strings.ReplaceAll(s.declared, "$${", "${") // JSON as well
		if a == nil || a.Unmanaged || a.Required || s.attr == "token_endpoint_auth_method" || isDefault(a, s.drift) {
			continue
		}
		s.declared = ""
		settings = append(settings, s)
	}
	return settingsRow(kind, appHead(kind)+method, settings)
}

// isDefault reports whether the JSON says what leaving the attribute out always
// means.
func isDefault(a *schema.Attr, json string) bool {
	if a.Default == cty.NilVal || a.Needs[0] != "" {
		return false
	}
	def, err := ctyjson.Marshal(a.Default, a.Type)
	return err == nil && string(def) == json
}

// put sets what stands at a path.
func put(doc map[string]any, path []string, value any) {
	if len(path) == 1 {
		doc[path[0]] = value
		return
	}
	inner, ok := doc[path[0]].(map[string]any)
	if !ok {
		inner = map[string]any{}
		doc[path[0]] = inner
	}
	put(inner, path[1:], value)
}

// method makes an app one with client secrets.
const method = "  token_endpoint_auth_method = \"client_secret_basic\"\n"

// rightsRow: more scopes, a second secret, and settings that wait for an app of
// their own; and the app is switched off.
func rightsRow(kind string) attributeRow {
	head := appHead(kind) + method + "  okta_api_scopes = [\"okta.users.read\"]\n  client_secret \"2020-01-01\" {}\n"
	row := settingsRow(kind, head, otherSettings())
	app := "/api/v1/apps/{" + kind + ".x}"
	for _, attr := range []string{"okta_api_scopes", "client_secret", "status"} {
		row.attr += " " + kind + "." + attr
	}
	row.drift += "\nPOST " + app + `/grants {"scopeId":"okta.groups.read","issuer":"{org}"}` +
		"\nPOST " + app + "/credentials/secrets {}" +
		"\nPOST " + app + "/lifecycle/deactivate"
	return row
}

// secretsRow: one of two secrets is switched off.
func secretsRow(kind string) attributeRow {
	return attributeRow{attr: kind + ".client_secret.status",
		body:  appHead(kind) + method + "  client_secret \"2020-01-01\" {}\n  client_secret \"2020-01-02\" {}\n}\n",
		drift: "POST /api/v1/apps/{" + kind + ".x}/credentials/secrets/{last}/lifecycle/deactivate"}
}

// The public keys of RFC 7515, appendix A.3, and RFC 7517, appendix A.1.
const (
	ecKey  = `"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"`
	rsaKey = `"kty":"RSA","e":"AQAB","n":"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"`
)

func keyOf(kid, members, attrs string) string {
	return fmt.Sprintf("  public_key %q {\n    jwk = \"{%s}\"\n%s  }\n", kid, strings.ReplaceAll(members, `"`, `\"`), attrs)
}

// keysRow: one key is switched on, one is said to encrypt, one gets another
// algorithm.
func keysRow(kind string) attributeRow {
	at := kind + ".public_key"
	return attributeRow{attr: strings.Join([]string{at + ".status", at + ".use", at + ".alg"}, " "),
		body: appHead(kind) + "  token_endpoint_auth_method = \"private_key_jwt\"\n" +
			keyOf("a", ecKey, "    alg = \"ES256\"\n    status = \"INACTIVE\"\n") + keyOf("b", rsaKey, "") + keyOf("c", rsaKey, "    alg = \"RS256\"\n") + "}\n",
		drift: editKeys(kind, jwkOf("a", ecKey, "sig", `"ES256"`), jwkOf("b", rsaKey, "enc", "null"), jwkOf("c", rsaKey, "sig", `"RS512"`))}
}

// keyRow: one key goes, and another comes.
func keyRow(kind string) attributeRow {
	return attributeRow{attr: kind + ".public_key",
		body:  appHead(kind) + "  token_endpoint_auth_method = \"private_key_jwt\"\n" + keyOf("a", ecKey, "") + keyOf("b", rsaKey, "") + "}\n",
		drift: editKeys(kind, jwkOf("a", ecKey, "sig", "null"), jwkOf("c", rsaKey, "sig", "null"))}
}

func jwkOf(kid, members, use, alg string) string {
	return fmt.Sprintf(`{"kid":%q,%s,"status":"ACTIVE","use":%q,"alg":%s}`, kid, members, use, alg)
}

func editKeys(kind string, keys ...string) string {
	return "EDIT /api/v1/apps/{" + kind + `.x} {"settings":{"oauthClient":{"jwks":{"keys":[` + strings.Join(keys, ",") + "]}}}}"
}

// groupsClaimRow: another groups claim, in each part.
func groupsClaimRow(kind string) attributeRow {
	c := kind + ".groups_claim"
	return attributeRow{attr: strings.Join([]string{c + ".type", c + ".filter_type", c + ".name", c + ".value"}, " "),
		body:  appHead(kind) + "  groups_claim {\n    filter_type = \"EQUALS\"\n    name = \"groups\"\n    value = \"Staff\"\n  }\n}\n",
		drift: "POST /api/v1/internal/apps/{" + kind + `.x}/settings/oauth/idToken {"issuerMode":"ORG_URL","valueType":"EXPRESSION","name":"who","value":"user.login"}`}
}

// assignedRow: other groups and users, and another policy.
func assignedRow(kind string) attributeRow {
	app := "/api/v1/apps/{" + kind + ".x}"
	return attributeRow{attr: strings.Join([]string{kind + ".assigned_groups", kind + ".assigned_users", kind + ".access_policy"}, " "),
		body: appHead(kind) + "  assigned_groups = [group.a]\n  assigned_users = [user.a]\n  access_policy = \"Any two factors\"\n}\n" + others,
		drift: "PUT " + app + "/groups/{group.b} {}\nDELETE " + app + "/groups/{group.a}\n" +
			"POST " + app + `/users {"id":"{user.b}","scope":"USER","credentials":{"userName":"b"}}` + "\nDELETE " + app + "/users/{user.a}\n" +
			"PUT " + app + "/policies/{policy Password only}"}
}

// assignmentBlockRow: a group and a user that a block assigns are assigned no
// more.
func assignmentBlockRow(kind string) attributeRow {
	app := "/api/v1/apps/{" + kind + ".x}"
	row := attributeRow{body: appHead(kind), drift: "DELETE " + app + "/groups/{group.a}\nDELETE " + app + "/users/{user.a}"}
	for _, of := range []string{"group", "user"} {
		row.body += fmt.Sprintf("  assigned_%[1]s {\n    %[1]s = %[1]s.a\n  }\n  assigned_%[1]s {\n    %[1]s = %[1]s.b\n  }\n", of)
		at := " " + kind + ".assigned_" + of
		row.attr += at + at + "." + of + at + "s"
	}
	row.body += "}\n" + others
	return row
}

// assignmentDetailsRow: other details of groups and users.
func assignmentDetailsRow(kind string) attributeRow {
	app, g, u := "/api/v1/apps/{"+kind+".x}", kind+".assigned_group", kind+".assigned_user"
	return attributeRow{attr: strings.Join([]string{g + ".priority", g + ".profile", u + ".user_name", u + ".profile"}, " "),
		body: appHead(kind) + "  assigned_group {\n    group = group.a\n    priority = 0\n    profile = { role = \"admin\" }\n  }\n" +
			"  assigned_user {\n    user = user.a\n    user_name = \"ada\"\n    profile = { zoneinfo = \"Europe/London\" }\n  }\n}\n" + others,
		drift: "PUT " + app + `/groups/{group.a} {"priority":5,"profile":{"role":"none"}}` + "\n" +
			"POST " + app + `/users/{user.a} {"credentials":{"userName":"somebody"},"profile":{"zoneinfo":"Europe/Paris"}}`}
}
