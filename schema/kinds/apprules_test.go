package kinds_test

import (
	"slices"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

type attrs = map[string]cty.Value

func str(s string) cty.Value { return cty.StringVal(s) }

func strs(list ...string) cty.Value {
	var out []cty.Value
	for _, s := range list {
		out = append(out, str(s))
	}
	return cty.ListVal(out)
}

// key is a public_key block as a configuration gives it.
func key(kid string, more attrs) cty.Value {
	out := attrs{"kid": str(kid), "status": cty.NullVal(cty.String), "use": cty.NullVal(cty.String), "alg": cty.NullVal(cty.String),
		"kty": str("RSA"), "thumbprint": str("t"), "public_jwk": str(`{"kty":"RSA"}`)}
	for name, v := range more {
		out[name] = v
	}
	return cty.ObjectVal(out)
}

func keys(list ...cty.Value) cty.Value { return cty.ListVal(list) }

// TestAppRules declares apps that Okta would refuse, or whose settings would not
// count, and apps that it takes.
func TestAppRules(t *testing.T) {
	const ciba = "urn:openid:params:grant-type:ciba"
	ec256 := attrs{"kty": str("EC"), "public_jwk": str(`{"crv":"P-256","kty":"EC"}`)}
	rows := []struct {
		kind  string
		attrs attrs
		want  string // the problem's attribute and summary; "" for none
	}{
		{"web_app", nil, ""},
		{"web_app", attrs{"client_id": str("short")}, "client_id: Invalid client id"},
		{"web_app", attrs{"grant_types": strs("authorization_code", "refresh_token"), "refresh_token_leeway": cty.NumberIntVal(20)}, ""},
		{"web_app", attrs{"grant_types": strs("authorization_code", "refresh_token"), "refresh_token_leeway": cty.NumberIntVal(61)}, "refresh_token_leeway: Invalid leeway"},
		{"web_app", attrs{"refresh_token_rotation_type": str("ROTATE")}, "refresh_token_rotation_type: Setting of a grant type that the app doesn't have"},
		{"web_app", attrs{"grant_types": strs("authorization_code", "password")}, "grant_types: Grant type that this kind of app can't have"},
		{"web_app", attrs{"grant_types": strs("client_credentials"), "response_types": strs("token")}, "grant_types: Missing grant type"},
		{"web_app", attrs{"grant_types": strs("authorization_code", "implicit")}, "response_types: Grant type without its response type"},
		{"web_app", attrs{"grant_types": strs("authorization_code", "implicit"), "response_types": strs("code", "id_token")}, ""},
		{"web_app", attrs{"response_types": strs("code", "token")}, "response_types: Response type without its grant type"},
		{"web_app", attrs{"redirect_uris": strs("https://*.example.com/cb")}, "redirect_uris: Wildcard in a URI"},
		{"web_app", attrs{"redirect_uris": strs("https://*.example.com/cb", "https://app-*-x.example.com:8443/cb"), "wildcard_redirect": str("SUBDOMAIN")}, ""},
		{"web_app", attrs{"redirect_uris": strs("https://%2e*.example.com/cb"), "wildcard_redirect": str("SUBDOMAIN")}, "redirect_uris: Invalid wildcard"},
		{"web_app", attrs{"redirect_uris": strs("https://a\t*.example.com/cb"), "wildcard_redirect": str("SUBDOMAIN")}, "redirect_uris: Invalid wildcard"},
		{"web_app", attrs{"redirect_uris": strs("https://*.exa\tmple.com/cb"), "wildcard_redirect": str("SUBDOMAIN")}, "redirect_uris: Invalid wildcard"},
		{"web_app", attrs{"redirect_uris": strs("https://*.example.com/\tcb"), "wildcard_redirect": str("SUBDOMAIN")}, "redirect_uris: Invalid wildcard"},
		{"web_app", attrs{"redirect_uris": strs("https://*.*.example.com/cb"), "wildcard_redirect": str("SUBDOMAIN")}, "redirect_uris: Invalid wildcard"},
		{"web_app", attrs{"redirect_uris": strs("https://x@*.example.com/cb"), "wildcard_redirect": str("SUBDOMAIN")}, "redirect_uris: Invalid wildcard"},
		{"web_app", attrs{"redirect_uris": strs("https://*.com/cb"), "wildcard_redirect": str("SUBDOMAIN")}, "redirect_uris: Invalid wildcard"},
		{"web_app", attrs{"redirect_uris": strs("http://*.example.com/cb"), "wildcard_redirect": str("SUBDOMAIN")}, "redirect_uris: Invalid wildcard"},
		{"web_app", attrs{"redirect_uris": strs("https://example.com/cb#x")}, "redirect_uris: Invalid redirect URI"},
		{"web_app", attrs{"redirect_uris": strs("com.example.app:/cb")}, ""},
		{"web_app", attrs{"logo_uri": str("logo.png")}, "logo_uri: Invalid URI"},
		{"web_app", attrs{"idp_initiated_login_mode": str("SPEC")}, "idp_initiated_login_mode: No URI for sign-ins that Okta starts"},
		{"web_app", attrs{"idp_initiated_login_mode": str("SPEC"), "initiate_login_uri": str("https://example.com/login")}, ""},
		{"web_app", attrs{"participate_slo": cty.True}, "participate_slo: Logout without a URI"},
		{"web_app", attrs{"participate_slo": cty.True, "frontchannel_logout_uri": str("https://example.com/out")}, ""},
		{"web_app", attrs{"network_connection": str("ZONE")}, "network_connection: No network zones"},
		{"web_app", attrs{"network_include": strs("nzo1")}, "network_include: Network zones without effect"},
		{"web_app", attrs{"network_connection": str("ZONE"), "network_exclude": strs("nzo1")}, ""},
		{"web_app", attrs{"sector_identifier_uri": str("https://example.com/s")}, "sector_identifier_uri: Sector without pairwise subjects"},
		{"web_app", attrs{"subject_type": str("pairwise"), "sector_identifier_uri": str("https://example.com/s")}, ""},
		{"web_app", attrs{"user_name_template_type": str("CUSTOM"), "user_name_template_suffix": str("@x")}, "user_name_template_suffix: Suffix without a built-in template"},
		{"web_app", attrs{"user_name_template_push_status": str("PUSH")}, "user_name_template_push_status: Push status without a custom template"},
		{"web_app", attrs{"backchannel_token_delivery_mode": str("poll")}, "backchannel_token_delivery_mode: Setting of a grant type that the app doesn't have"},
		{"web_app", attrs{"grant_types": strs("authorization_code", ciba), "backchannel_token_delivery_mode": str("poll")}, ""},
		{"web_app", attrs{"token_endpoint_auth_method": str("private_key_jwt")}, ": App without a key"},
		{"web_app", attrs{"token_endpoint_auth_method": str("private_key_jwt"), "jwks_uri": str("https://example.com/jwks")}, ""},
		{"web_app", attrs{"token_endpoint_auth_method": str("private_key_jwt"), "public_key": keys(key("a", nil))}, ""},
		{"web_app", attrs{"id_token_encrypted_response_alg": str("RSA-OAEP-256")}, "id_token_encrypted_response_alg: No key to encrypt with"},
		{"web_app", attrs{"id_token_encrypted_response_alg": str("RSA-OAEP-256"), "public_key": keys(key("e", attrs{"use": str("enc")}))}, ""},
		{"web_app", attrs{"implicit_assignment": cty.True, "assigned_groups": cty.ListVal([]cty.Value{ref("g")})}, "assigned_groups: Assignments to an app for everybody"},
		{"web_app", attrs{"implicit_assignment": cty.True, "assigned_groups": cty.ListValEmpty(schema.Ref)}, ""},
		{"web_app", attrs{"dpop_bound_access_tokens": cty.True, "grant_types": strs("authorization_code", "implicit"), "response_types": strs("code", "token")}, "dpop_bound_access_tokens: DPoP with the implicit grant"},
		{"native_app", attrs{"token_endpoint_auth_method": str("private_key_jwt"), "public_key": keys(key("a", ec256))}, ""},
		{"native_app", attrs{"grant_types": strs("authorization_code", "client_credentials")}, "grant_types: Grant type that this kind of app can't have"},
		{"browser_app", attrs{"pkce_required": cty.False}, "pkce_required: Public client without PKCE"},
		{"browser_app", attrs{"grant_types": strs("implicit"), "response_types": strs("token", "id_token")}, ""},
		{"service_app", nil, ": Service app without a key"},
		{"service_app", attrs{"public_key": keys(key("a", attrs{"status": str("INACTIVE")}))}, ": Service app without a key"},
		{"service_app", attrs{"public_key": keys(key("a", attrs{"use": str("enc")}))}, ": Service app without a key"},
		{"service_app", attrs{"token_endpoint_auth_method": str("client_secret_basic")}, ""},
		{"service_app", attrs{"public_key": keys(key("a", nil)), "dpop_bound_access_tokens": cty.True}, ""},
		{"service_app", attrs{"public_key": keys(key("a", nil)), "jwks_uri": str("https://example.com/jwks")}, "jwks_uri: Two sources of keys"},
		{"service_app", attrs{"public_key": keys(key("a", nil), key("a", nil))}, ": Duplicate key id"},
		{"service_app", attrs{"public_key": keys(key("a", attrs{"alg": str("ES256")}))}, "alg: Algorithm of another key type"},
		{"service_app", attrs{"public_key": keys(key("a", attrs{"alg": str("RSA-OAEP-256")}))}, "alg: Algorithm of another use"},
		{"service_app", attrs{"public_key": keys(key("a", attrs{"kty": str("EC"), "public_jwk": str(`{"crv":"P-384"}`), "alg": str("ES256")}))}, "alg: Algorithm of another curve"},
		{"service_app", attrs{"public_key": keys(key("a", nil), key("b", attrs{"use": str("enc")}), key("c", attrs{"use": str("enc")}))}, ": Two encryption keys"},
		{"service_app", attrs{"public_key": keys(key("a", nil)), "grant_types": strs("client_credentials", "implicit")}, "redirect_uris: No redirect URI"},
		{"service_app", attrs{"public_key": keys(key("a", nil)), "grant_types": strs("client_credentials", "implicit"), "redirect_uris": strs("https://example.com/cb")}, ""},
		{"service_app", attrs{"token_endpoint_auth_method": str("client_secret_basic"), "grant_types": strs("client_credentials", "urn:ietf:params:oauth:grant-type:token-exchange")}, ""},
		{"service_app", attrs{"public_key": keys(key("a", nil)), "grant_types": strs("client_credentials", "urn:ietf:params:oauth:grant-type:device_code")}, "redirect_uris: No redirect URI"},
		{"service_app", attrs{"public_key": keys(key("a", nil)), "grant_types": cty.UnknownVal(cty.List(cty.String))}, ""},
	}
	for _, row := range rows {
		k := kinds.Named(row.kind)
		value := attrs{}
		for name, typ := range k.Type().AttributeTypes() {
			value[name] = cty.NullVal(typ)
		}
		for i := range k.Blocks {
			value[k.Blocks[i].Type] = cty.ListValEmpty(k.Blocks[i].ValueType())
		}
		value["label"] = str("App")
		if row.kind != "service_app" {
			value["redirect_uris"] = strs("https://example.com/cb")
		}
		for name, v := range row.attrs {
			value[name] = v
		}
		var got []string
		for _, p := range k.Check(k.New(schema.Values(value))) {
			got = append(got, p.Attr+": "+p.Summary)
			if p.Detail == "" {
				t.Errorf("%s: no detail", p.Summary)
			}
		}
		if row.want == "" && len(got) > 0 || row.want != "" && !slices.Equal(got, []string{row.want}) {
			t.Errorf("%s %#v:\n got %q\nwant %q", row.kind, row.attrs, got, row.want)
		}
	}
}

func ref(id string) cty.Value {
	return cty.ObjectVal(attrs{"id": str(id), "addr": str(""), "name": str(id)})
}

// TestLeewayOfStaticTokens: Okta stores no leeway of refresh tokens that aren't rotated.
func TestLeewayOfStaticTokens(t *testing.T) {
	for name, rotation := range map[string]cty.Value{"web_app": cty.NullVal(cty.String), "native_app": cty.StringVal("STATIC"), "browser_app": cty.StringVal("STATIC")} {
		k := kinds.Named(name)
		grants := cty.ListVal([]cty.Value{cty.StringVal("authorization_code"), cty.StringVal("refresh_token")})
		declared := k.Object(schema.Values{"grant_types": grants, "refresh_token_rotation_type": rotation, "refresh_token_leeway": cty.NumberIntVal(20)})
		answered := k.Object(schema.Values{"grant_types": grants, "refresh_token_rotation_type": cty.StringVal("STATIC")})
		if names := k.Changed(answered, declared); len(names) > 0 {
			t.Errorf("%s: %v differ", name, names)
		}
	}
	k := kinds.Named("web_app")
	rotated := k.Object(schema.Values{"refresh_token_rotation_type": cty.StringVal("ROTATE"), "refresh_token_leeway": cty.NumberIntVal(20)})
	if got := rotated.GetAttr("refresh_token_leeway"); !got.RawEquals(cty.NumberIntVal(20)) {
		t.Errorf("the leeway of rotated tokens is %#v", got)
	}
}
