package sandbox

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/web"
)

var (
	randomRequests = flag.Int("random-requests", 4000, "how many requests TestRandomRequests sends")
	randomSeed     = flag.Uint64("random-seed", 0, "the seed of TestRandomRequests; 0 for another one each time")
)

// requestsPerOrg is after how many random requests a new org begins: an old one has lost most of
// its objects.
const requestsPerOrg = 500

// formTemplates are good bodies of the OAuth endpoints.
var formTemplates = []string{
	"grant_type=client_credentials&scope=okta.apps.read&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&client_assertion=eyJhbGciOiJFUzI1NiJ9.e30.x",
	"grant_type=authorization_code&code=x&redirect_uri=https://a.example/&code_verifier=x&client_id=0oa0&client_secret=x",
	"grant_type=refresh_token&refresh_token=x&scope=openid&client_id=0oa0",
	"grant_type=password&username=ada@example.com&password=x&scope=openid&client_id=0oa0",
	"grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=x&client_id=0oa0",
	"token=x&token_type_hint=access_token&client_id=0oa0&client_secret=x",
	"client_id=0oa0&response_type=code&scope=openid&redirect_uri=https://a.example/&state=s&nonce=n&code_challenge=x&code_challenge_method=S256&response_mode=form_post&prompt=none&max_age=0&request=x&request_uri=x&login_hint=x&sessionToken=x&acr_values=x",
	"username=ada@example.com&password=x&user_code=x&fromURI=x&id_token_hint=x&post_logout_redirect_uri=https://a.example/",
}

var randomTexts = []string{"", "x", "0", "-1", "null", "[]", "{}", "%", "%00", "\x00", "é\u202e", "a=b&c=d", "urn:x", "okta.apps.read okta.apps.manage openid", "../..", "'\"<>", "2026-01-01T00:00:00Z", "99999999999999999999"}

// randomizer makes requests.
type randomizer struct {
	*rand.Rand
	values    []any // that take the place of others
	templates []any
	names     map[string]string
	callers   []string
	fitting   map[string][]any // templates that a route takes, by pattern
}

func newRandomizer(t *testing.T, seed uint64) *randomizer {
	t.Helper()
	r := &randomizer{Rand: rand.New(rand.NewPCG(seed, seed)), values: mutations()}
	for _, template := range bodyTemplates {
		var value any
		if err := json.Unmarshal([]byte(template), &value); err != nil {
			t.Fatal(err)
		}
		r.templates = append(r.templates, value)
	}
	r.fit(t)
	return r
}

// fit finds which templates each route takes.
func (r *randomizer) fit(t *testing.T) {
	t.Helper()
	r.fitting = map[string][]any{}
	s, credentials, names := mutableOrg(t)
	r.names = names
	for _, route := range s.routes {
		method, pattern, _ := strings.Cut(route.Pattern, " ")
		if !strings.HasPrefix(method, "P") {
			continue
		}
		for _, template := range r.templates {
			body, _ := json.Marshal(template)
			request := httptest.NewRequest(method, "/", strings.NewReader(string(body)))
			request.Host, request.URL.Path = "example.com", r.exactPath(pattern)
			request.Header.Set("Authorization", credentials)
			recorder := httptest.NewRecorder()
			s.ServeHTTP(recorder, request)
			if recorder.Code < 300 {
				r.fitting[route.Pattern] = append(r.fitting[route.Pattern], template)
			}
		}
	}
}

// exactPath fills in the parameters of a pattern with ids that exist.
func (r *randomizer) exactPath(pattern string) string {
	for name, id := range r.names {
		pattern = strings.ReplaceAll(pattern, "{"+name+"}", id)
	}
	return pattern
}

func pick[T any](r *randomizer, list []T) T { return list[r.IntN(len(list))] }

// mutate returns a value with some of its parts replaced, removed or repeated.
func (r *randomizer) mutate(value any) any {
	if r.IntN(25) == 0 {
		if r.IntN(3) == 0 {
			return pick(r, r.templates)
		}
		return pick(r, r.values)
	}
	switch v := value.(type) {
	case map[string]any:
		changed := map[string]any{}
		for name, member := range v {
			switch r.IntN(20) {
			case 0:
			case 1:
				changed[name+pick(r, randomTexts)] = member
			default:
				changed[name] = r.mutate(member)
			}
		}
		return changed
	case []any:
		var changed []any
		for _, element := range v {
			for range 1 + max(0, r.IntN(8)-6) {
				changed = append(changed, r.mutate(element))
			}
		}
		return changed
	case string:
		if r.IntN(6) == 0 {
			return v + pick(r, randomTexts)
		}
	}
	return value
}

// body returns a body and its media type.
func (r *randomizer) body(route, pattern string) (text, mediaType string) {
	forms := strings.HasPrefix(pattern, "/oauth2/") || pattern == "/signin" || pattern == "/activate"
	if forms && r.IntN(10) > 0 || r.IntN(40) == 0 {
		form, _ := url.ParseQuery(pick(r, formTemplates))
		for name := range form {
			switch r.IntN(8) {
			case 0:
				form.Set(name, pick(r, randomTexts))
			case 1:
				form.Add(name, pick(r, randomTexts))
			case 2:
				form.Del(name)
			}
		}
		return form.Encode(), "application/x-www-form-urlencoded"
	}
	templates := r.fitting[route]
	if len(templates) == 0 || r.IntN(5) == 0 {
		templates = r.templates
	}
	raw, _ := json.Marshal(r.mutate(pick(r, templates)))
	if cut := r.IntN(60); cut == 0 && len(raw) > 0 {
		raw = raw[:r.IntN(len(raw))]
	}
	return string(raw), pick(r, []string{"application/json", "application/json", "application/json", "application/json", "application/json; charset=utf-8", "", "", "text/plain"})
}

// path fills in the parameters of a pattern, mostly with ids that exist.
func (r *randomizer) path(pattern string) string {
	segments := strings.Split(pattern, "/")
	for i, segment := range segments {
		name := strings.Trim(segment, "{}")
		if name == segment {
			continue
		}
		segments[i] = r.names[name]
		if r.IntN(15) == 0 || segments[i] == "" {
			segments[i] = pick(r, append([]string{"me", "00u0", "00g0", "0oa0", "cr00", "iam0", "default", "oidc_client"}, randomTexts...))
		}
	}
	return strings.Join(segments, "/")
}

func (r *randomizer) query() string {
	if r.IntN(5) > 0 {
		return ""
	}
	query := url.Values{}
	for range 1 + r.IntN(4) {
		name := pick(r, []string{"limit", "after", "q", "filter", "search", "expand", "type", "since", "until", "sortBy", "sortOrder", "activate", "sendEmail", "client_id", "response_type", "redirect_uri", "targetAid", "validityYears", "secrets"})
		query.Add(name, pick(r, append([]string{"1", "200", "true", `id eq "x"`, `profile.login sw "a" and status pr`, "ACCESS_POLICY", "stats"}, randomTexts...)))
	}
	return query.Encode()
}

// TestRandomRequests sends requests with changed bodies, queries, paths, methods and credentials to
// all routes: no panic, no 5xx, and every answer is what its Content-Type says. The gate sends a
// few thousand; with -random-requests 100000 it takes some minutes.
func TestRandomRequests(t *testing.T) {
	seed := *randomSeed
	if seed == 0 {
		seed = uint64(time.Now().UnixNano())
	}
	r := newRandomizer(t, seed)
	counts := map[int]int{}
	seen := map[string]bool{}
	var s *Server
	var all []web.Route
	for n := range *randomRequests {
		if n%requestsPerOrg == 0 {
			var credentials string
			s, credentials, r.names = mutableOrg(t)
			r.callers = append(slices.Repeat([]string{credentials}, 20), "", "SSWS x", "Bearer x", "Basic MG9hMDp4", "DPoP x")
			all = slices.DeleteFunc(slices.Concat(s.routes, s.controlRoutes()), func(rt web.Route) bool {
				makesKey := rt.Pattern == "POST /_sandbox/keys" || strings.HasSuffix(rt.Pattern, "/keys/generate")
				return makesKey && n%(20*requestsPerOrg) > 0 // each takes as long as a thousand others
			})
		}
		route := all[n%len(all)]
		method, pattern, _ := strings.Cut(route.Pattern, " ")
		if strings.HasPrefix(pattern, "/_sandbox/") {
			_ = s.SetFaults()
			_ = s.SetSettings(Settings{})
		}
		seen[route.Pattern] = true
		if r.IntN(25) == 0 {
			method = pick(r, []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"})
		}
		body, mediaType := r.body(route.Pattern, pattern)
		if strings.Contains(body, "jwks_uri") || strings.HasPrefix(pattern, "/_sandbox/") && (method == "PUT" || method == "POST") && pattern != "/_sandbox/settings" {
			body = "{}" // it would be fetched; faults and the clock would change the requests after it
		}
		request := httptest.NewRequest(method, "/", strings.NewReader(body))
		request.Host, request.URL.Path, request.URL.RawQuery = "example.com", r.path(pattern), r.query()
		if mediaType != "" {
			request.Header.Set("Content-Type", mediaType)
		}
		if caller := pick(r, r.callers); caller != "" {
			request.Header.Set("Authorization", caller)
		}
		if r.IntN(10) == 0 {
			request.Header.Set("DPoP", pick(r, []string{"x.y.z", "", "eyJ0eXAiOiJkcG9wK2p3dCJ9.e30.x"}))
		}
		recorder := httptest.NewRecorder()
		s.ServeHTTP(recorder, request)
		counts[recorder.Code/100]++
		if wrong := malformed(method, recorder); wrong != "" {
			t.Errorf("request %d of seed %d: %s %s?%s %s %.400q: %d %s: %.300s", n, seed, method, request.URL.Path, request.URL.RawQuery, mediaType, body, recorder.Code, wrong, recorder.Body)
			if t.Failed() && len(counts) > 20 {
				return
			}
		}
	}
	t.Logf("%d requests to %d routes, seed %d; answers by hundreds: %v", *randomRequests, len(seen), seed, counts)
}

// malformed says what is wrong with an answer, whatever the request was; "" for nothing.
func malformed(method string, a *httptest.ResponseRecorder) string {
	kind, body := a.Header().Get("Content-Type"), a.Body.Bytes()
	switch {
	case a.Code >= http.StatusInternalServerError && a.Code != http.StatusNotImplemented:
		return "a failure of the org"
	case method == "HEAD":
		return ""
	case strings.HasPrefix(kind, "application/json") && !json.Valid(body):
		return "no JSON"
	case kind == "" && len(body) > 0:
		return "a body without a type"
	case a.Code == http.StatusNoContent && len(body) > 0:
		return "a body with 204"
	case a.Code >= 400 && strings.HasPrefix(kind, "application/json"):
		var doc map[string]any
		_ = json.Unmarshal(body, &doc)
		if doc["errorCode"] == nil && doc["error"] == nil {
			return fmt.Sprintf("an error without a code: %v", doc)
		}
	}
	return ""
}
