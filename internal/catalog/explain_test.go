package catalog

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/reference"
)

// met are wire texts of an org and what they mean. The list has each error that
// people report from the field.
func met() []struct {
	fault Fault
	want  string
} {
	return []struct {
		fault Fault
		want  string
	}{
		{Fault{401, "invalid_client", "The audience claim for client_assertion must be the endpoint invoked for the request.", ""}, "wrong audience"},
		{Fault{401, "invalid_client", "The client_assertion JWT kid is invalid.", ""}, "key not registered"},
		{Fault{401, "invalid_client", "The client_assertion token has an expiration too far into the future.", ""}, "assertion lives too long"},
		{Fault{401, "invalid_client", "The client does not have a JWKSet configured, but the client_assertion requires one.", ""}, "app has no key"},
		{Fault{401, "invalid_client", "Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.", ""}, "client secret used"},
		{Fault{400, "invalid_scope", "One or more scopes are not configured for the authorization server resource.", ""}, "unknown scope"},
		{Fault{400, "invalid_scope", "Cannot request 'openid' scopes using client credentials.", ""}, "OpenID scope without a user"},
		{Fault{400, "consent_required", "You are not allowed any of the requested scopes.", ""}, "scope not granted"},
		{Fault{400, "consent_required", "The following scopes require user consent: [okta.users.read].", ""}, "user consent needed"},
		{Fault{403, "", "", "E0000006"}, "no admin role"},
		{Fault{200, "", "", EmptyList}, "nothing visible"},
		{Fault{403, "insufficient_scope", "The access token provided does not contain the required scopes.", ""}, "scope missing in the token"},
		{Fault{400, "invalid_dpop_proof", "The DPoP proof JWT header is missing.", ""}, "DPoP required"},
		{Fault{400, "use_dpop_nonce", "Authorization server requires nonce in DPoP proof.", ""}, "DPoP nonce"},
		{Fault{400, "invalid_dpop_proof", "The DPoP proof JWT has already been used.", ""}, "DPoP proof used twice"},
		{Fault{400, "invalid_dpop_proof", "'htu' claim in the DPoP proof JWT is invalid.", ""}, "DPoP proof for another URL"},
		{Fault{401, "", "", "E0000015"}, "feature not in this org"},
		{Fault{401, "access_denied", "Policy evaluation failed for this request, please check the policy configurations.", ""}, "policy refuses"},

		{Fault{400, "invalid_request", "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings.", ""}, "redirect URI not registered"},
		{Fault{400, "invalid_request", "The 'redirect_uri' parameter must be a Login redirect URI in the client app settings: http://x/", ""}, "redirect URI not registered"},
		{Fault{0, "access_denied", "User is not assigned to the client application.", ""}, "user not assigned"},
		{Fault{0, "login_required", "The client specified not to prompt, but the client app requires re-authentication or MFA.", ""}, "second factor required"},
		{Fault{400, "invalid_request", "Clients with 'application_type' of 'service' are not allowed to access the 'authorize' endpoint.", ""}, "service app can't sign users in"},
		{Fault{400, "unauthorized_client", "The client is not authorized to use the provided grant type. Configured grant types: [authorization_code].", ""}, "grant type not allowed"},
		{Fault{401, "invalid_request", "Cannot supply multiple client credentials. Use one of the following: credentials in the Authorization header, credentials in the post body, or a client_assertion in the post body.", ""}, "two kinds of credentials"},
		// A header says more than the code in the body beside it.
		{Fault{401, "invalid_token", "The token has expired.", "E0000011"}, "token expired"},
		// What isn't known more closely.
		{Fault{401, "invalid_client", "Something new.", ""}, "client not accepted"},
		{Fault{403, "", "", "E0009999"}, "not allowed"},
		{Fault{429, "", "", ""}, "rate limit"},
	}
}

func TestLookup(t *testing.T) {
	for _, c := range met() {
		got, ok := Lookup(c.fault)
		if !ok || got.Name != c.want {
			t.Errorf("%+v: got %q, want %q", c.fault, got.Name, c.want)
		}
	}
	if got, ok := Lookup(Fault{Status: 418, Error: "teapot"}); ok {
		t.Errorf("an unknown fault is explained: %q", got.Name)
	}
}

// TestFieldErrors: the list has a row for each error of testdata/met.txt, which
// people reported in public issues.
func TestFieldErrors(t *testing.T) {
	text, err := os.ReadFile("testdata/met.txt")
	if err != nil {
		t.Fatal(err)
	}
	quoted, code, mark := regexp.MustCompile(`"([^"]+)"`), regexp.MustCompile(`E\d{7}`), regexp.MustCompile("`([a-z_]+)`")
	rows := 0
	for said := range strings.Lines(string(text)) {
		rows++
		// A wire text says most, then Okta's code, then OAuth's.
		known := slices.ContainsFunc(met(), func(c struct {
			fault Fault
			want  string
		}) bool {
			if m := quoted.FindStringSubmatch(said); m != nil && !code.MatchString(said) && !strings.Contains(said, "insufficient_scope") {
				return strings.Contains(c.fault.Description, strings.TrimSuffix(m[1], ".")) || mark.MatchString(said) && c.fault.Error == mark.FindStringSubmatch(said)[1] && strings.Contains(c.fault.Description, m[1])
			}
			return c.fault.ErrorCode != "" && c.fault.ErrorCode == code.FindString(said) || strings.Contains(said, c.fault.Error) && c.fault.Error != "" ||
				c.fault.ErrorCode == EmptyList && strings.Contains(said, "empty list")
		})
		if !known {
			t.Errorf("nothing is said of %s", said)
		}
	}
	if rows < 15 {
		t.Errorf("only %d rows were found", rows)
	}
}

func TestRows(t *testing.T) {
	seen := map[row]bool{}
	for _, r := range rows() {
		key := r
		key.Explanation = Explanation{}
		if seen[key] {
			t.Errorf("two rows for %+v", key)
		}
		seen[key] = true
		if r.Name == "" || !strings.HasSuffix(r.Cause, ".") || !strings.HasSuffix(r.Fix, ".") {
			t.Errorf("not in sentences: %+v", r)
		}
		// Each row must be found by the fault that it describes.
		got, _ := Lookup(Fault{r.status, r.oauthError, strings.ReplaceAll(r.description, "*", "x"), r.errorCode})
		if got != r.Explanation {
			t.Errorf("%+v is hidden by %q", key, got.Name)
		}
	}
}

// The descriptions must be those of Okta, or they would never be met.
func TestWireTexts(t *testing.T) {
	type wireText struct{ code, description string }
	var known []wireText
	for line := range strings.Lines(string(reference.File("oauth-wire-texts.tsv"))) {
		columns := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		known = append(known, wireText{columns[1], columns[2]})
	}
	for _, r := range rows() {
		if r.oauthError == "" {
			continue
		}
		found := slices.ContainsFunc(known, func(e wireText) bool {
			return e.code == r.oauthError && (r.description == "" || wildcard(r.description, e.description))
		})
		if !found {
			t.Errorf("%s %q is not in the catalog", r.oauthError, r.description)
		}
	}
}

func TestWildcard(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          bool
	}{
		{"a b.", "a b.", true}, {"a b.", "a b", true}, {"a b.", "a b c", false},
		{"a*", "a", true}, {"a*", "a: b.", true}, {"a*", "b", false},
		{"a '*' c.", "a 'x' c.", true}, {"a '*' c", "a 'x' d", false}, {"* b*", "a bc", true}, {"a*a", "a", false},
	} {
		if got := wildcard(c.pattern, c.text); got != c.want {
			t.Errorf("wildcard(%q, %q) = %v", c.pattern, c.text, got)
		}
	}
}

func TestScopes(t *testing.T) {
	if !slices.IsSorted(Scopes()) {
		t.Error("not sorted")
	}
	for _, name := range []string{"openid", "okta.users.read", "okta.workflows.invoke.manage", "ssf.manage"} {
		if !KnownScope(name) {
			t.Errorf("%s is unknown", name)
		}
	}
	if KnownScope("okta.users.reed") || KnownScope("") {
		t.Error("a scope that doesn't exist is known")
	}
	form := regexp.MustCompile(`^[A-Za-z_]+(\.[A-Za-z]+)*$`)
	for _, name := range Scopes() {
		if !form.MatchString(name) {
			t.Errorf("%q is no scope", name)
		}
	}
}
