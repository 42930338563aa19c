package conformance

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/skip"
)

// planted is a change that a proxy makes to the answers of one operation.
type planted struct {
	name, method, path string // path by its end; "" for any
	status             int    // of the answers that are changed; 0 for any
	change             func(a *answered)
	want               string // part of the problem that is reported
}

// answered is an answer that a proxy may change.
type answered struct {
	status int
	header http.Header
	body   []byte
}

// edit changes the JSON object of an answer.
func (a *answered) edit(change func(doc map[string]any)) {
	doc := map[string]any{}
	if json.Unmarshal(a.body, &doc) == nil {
		change(doc)
		a.body, _ = json.Marshal(doc)
	}
}

func set(name string, value any) func(*answered) {
	return func(a *answered) { a.edit(func(doc map[string]any) { doc[name] = value }) }
}

func remove(name string) func(*answered) {
	return func(a *answered) { a.edit(func(doc map[string]any) { delete(doc, name) }) }
}

// replaceText replaces a part of the body.
func replaceText(old, with string) func(*answered) {
	return func(a *answered) { a.body = bytes.ReplaceAll(a.body, []byte(old), []byte(with)) }
}

// withClaim changes a claim of the access token. Its signature is no longer valid.
func withClaim(name string, value any) func(*answered) {
	return func(a *answered) {
		a.edit(func(doc map[string]any) {
			token, _ := doc["access_token"].(string)
			parts := strings.Split(token, ".")
			if len(parts) != 3 {
				return
			}
			raw, _ := base64.RawURLEncoding.DecodeString(parts[1])
			claims := map[string]any{}
			_ = json.Unmarshal(raw, &claims)
			claims[name] = value
			raw, _ = json.Marshal(claims)
			doc["access_token"] = parts[0] + "." + base64.RawURLEncoding.EncodeToString(raw) + "." + parts[2]
		})
	}
}

func plantedDifferences() []planted {
	return []planted{
		{"another status", "POST", "/api/v1/groups", 200, func(a *answered) { a.status = 201 }, "status 201, promised 200"},
		{"200 instead of 204", "DELETE", "", 204, func(a *answered) { a.status = 200 }, "status 200, promised 204"},
		{"200 instead of an error", "GET", "/credentials/jwks/00000000000000000000", 404, func(a *answered) { a.status = 200 }, "status 200, promised 404"},
		{"another errorCode", "", "", 404, replaceText("E0000007", "E0000008"), "errorCode \"E0000008\", promised E0000007"},
		{"an error without causes", "", "", 400, remove("errorCauses"), "lacks .errorCauses"},
		{"another errorSummary", "POST", "/api/v1/authn", 401, set("errorSummary", "Wrong"), "errorSummary is"},
		{"a missing field", "GET", "/api/v1/users/me", 200, remove("created"), "lacks .created"},
		{"a missing field of a documented answer", "POST", "/api/v1/zones", 200, remove("lastUpdated"), "lacks"},
		{"a missing field in lists", "GET", "/members", 200, replaceText(`"created"`, `"made"`), "lacks .members[].created"},
		{"another type", "POST", "/api/v1/groups", 200, set("objectClass", "okta:user_group"), "objectClass is string, promised array"},
		{"a number as text", "POST", "/oauth2/v1/token", 200, set("expires_in", "3600"), "expires_in is"},
		{"another type deep inside", "POST", "/api/v1/apps", 200, replaceText(`"pkce_required":false`, `"pkce_required":"false"`), "pkce_required is string, promised boolean"},
		{"an additional null", "GET", "/api/v1/users/me", 200, set("middleName", nil), "adds .middleName (null)"},
		{"an additional null in a token's answer", "POST", "/oauth2/v1/token", 200, set("refresh_token", nil), "adds .refresh_token (null)"},
		{"null instead of a value", "POST", "/api/v1/iam/roles", 200, set("created", nil), ".created is null"},
		{"another lifetime in the answer", "POST", "/oauth2/v1/token", 200, set("expires_in", 86400), "expires_in is 86400, promised 3600"},
		{"another lifetime of the token", "POST", "/oauth2/v1/token", 200, withClaim("exp", 1), "access_token lives"},
		{"another scope", "POST", "/oauth2/v1/token", 200, set("scope", "okta.groups.read okta.users.read"), "scope is"},
		{"another scope in the token", "POST", "/oauth2/v1/token", 200, withClaim("scp", []string{"okta.users.read"}), "the claim scp of access_token is"},
		{"another error_description", "POST", "/oauth2/v1/token", 401, replaceText("The client_assertion token is expired.", "The client_assertion has expired."), "error_description is"},
		{"another OAuth error", "POST", "/oauth2/v1/token", 400, replaceText("invalid_scope", "invalid_request"), "error \"invalid_request\", promised invalid_scope"},
		{"another member in an OAuth error", "POST", "/oauth2/v1/token", 401, set("errorId", "x"), "adds .errorId"},
		{"no link to the next page", "GET", "/api/v1/groups", 200, func(a *answered) {
			a.header["Link"] = slices.DeleteFunc(a.header.Values("Link"), func(l string) bool { return strings.Contains(l, "next") })
		}, "the header Link does not match"},
		{"another default limit", "GET", "/users", 200, func(a *answered) {
			for i, link := range a.header["Link"] {
				a.header["Link"][i] = strings.ReplaceAll(link, "limit=50", "limit=20")
			}
		}, "the header Link does not match"},
		{"another Content-Type", "GET", "/api/v1/groups", 200, func(a *answered) { a.header.Set("Content-Type", "text/json") }, "the Content-Type is"},
		{"no request id", "GET", "/api/v1/users/me", 200, func(a *answered) { a.header.Del("X-Okta-Request-Id") }, "the header X-Okta-Request-Id is missing"},
		{"no rate limit", "GET", "/api/v1/users/me", 200, func(a *answered) { a.header.Del("X-Rate-Limit-Remaining") }, "the header X-Rate-Limit-Remaining is not a number"},
		{"another challenge", "GET", "", 403, func(a *answered) {
			a.header.Set("Www-Authenticate", strings.ReplaceAll(a.header.Get("Www-Authenticate"), "insufficient_scope", "invalid_token"))
		}, "the header WWW-Authenticate does not match"},
		{"another redirect", "GET", "/oauth2/v1/authorize", 302, func(a *answered) {
			a.header.Set("Location", strings.ReplaceAll(a.header.Get("Location"), "login_required", "access_denied"))
		}, "promised login_required"},
		{"a shown secret", "GET", "", 200, replaceText(`"client_id":`, `"client_secret":"shown-by-the-planted-proxy","client_id":`), "adds credentials.oauthClient.client_secret"},
	}
}

// proxy changes the answers of a handler.
func proxy(next http.Handler, changes ...planted) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := httptest.NewRecorder()
		next.ServeHTTP(recorder, r)
		a := &answered{recorder.Code, recorder.Header().Clone(), recorder.Body.Bytes()}
		for _, p := range changes {
			if (p.method == "" || p.method == r.Method) && strings.HasSuffix(r.URL.Path, p.path) && (p.status == 0 || p.status == recorder.Code) {
				p.change(a)
			}
		}
		for name, values := range a.header {
			w.Header()[name] = values
		}
		w.WriteHeader(a.status)
		_, _ = w.Write(a.body)
	})
}

// needsTokens reports whether the change is to answers to requests with a token, which others
// break.
func (p planted) needsTokens() bool { return p.status == http.StatusForbidden }

// apart returns the changes in groups, each of changes to different answers.
func apart(all []planted) (groups [][]planted) {
	for _, p := range all {
		i := slices.IndexFunc(groups, func(group []planted) bool {
			return !slices.ContainsFunc(group, func(o planted) bool {
				return o.method == p.method && o.path == p.path || o.path == "" && p.path == "" || o.needsTokens() || p.needsTokens()
			})
		})
		if i < 0 {
			groups = append(groups, nil)
			i = len(groups) - 1
		}
		groups[i] = append(groups[i], p)
	}
	return groups
}

// TestPlantedDifferencesAreFound runs the suites through a proxy that changes answers, and looks
// for each change in the report.
func TestPlantedDifferencesAreFound(t *testing.T) {
	if testing.Short() {
		skip.Test(t, skip.Short)
	}
	for _, group := range apart(plantedDifferences()) {
		_, client := newOrg(t, func(h http.Handler) http.Handler { return proxy(h, group...) })
		report, err := Run(t.Context(), client, Options{})
		if report == nil {
			t.Fatal(err)
		}
		for _, p := range group {
			t.Run(p.name, func(t *testing.T) {
				found := ""
				for _, d := range report.Differences {
					for _, problem := range d.Problems {
						target, _, _ := strings.Cut(d.Request, "?")
						if strings.Contains(problem, p.want) && strings.HasPrefix(target, p.method) && (strings.HasSuffix(target, lastSegment(p.path)) || strings.Contains(target, "$")) {
							found = d.Exchange + ": " + problem
						}
					}
				}
				if found == "" {
					t.Fatalf("%q is in none of %d differences:\n%s", p.want, len(report.Differences), report.Text())
				}
				t.Log(found)
			})
		}
	}
}

func lastSegment(path string) string { return path[strings.LastIndex(path, "/")+1:] }
