package sandbox

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// strict sends a request whose form is wrong, and returns the answer.
func strict(t *testing.T, s *Server, credentials, method, target, body string, header ...string) *answer {
	t.Helper()
	request := httptest.NewRequest(method, "/", strings.NewReader(body))
	request.Host = "example.com"
	request.URL.Path, request.URL.RawQuery, _ = strings.Cut(target, "?")
	if credentials != "" {
		request.Header.Set("Authorization", credentials)
	}
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, request)
	doc, _ := decodeAny(recorder.Body.String()).(map[string]any)
	return &answer{status: recorder.Code, header: recorder.Header(), body: recorder.Body.Bytes(), doc: doc}
}

// filledIn is a path with the ids of the objects of a mutableOrg.
func filledIn(pattern string, names map[string]string) string {
	for name, id := range names {
		pattern = strings.ReplaceAll(pattern, "{"+name+"}", id)
	}
	return strings.ReplaceAll(strings.ReplaceAll(pattern, "{", ""), "}", "")
}

// TestOtherMethods: every path answers every method that it does not have with 405 E0000022,
// whoever asks, and HEAD as GET, without a body.
func TestOtherMethods(t *testing.T) {
	s, credentials, names := mutableOrg(t)
	served := map[string][]string{}
	for _, rt := range s.routes {
		method, pattern, _ := strings.Cut(rt.Pattern, " ")
		path := filledIn(pattern, names)
		served[path] = append(served[path], method)
	}
	checked := 0
	for path, has := range served {
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
			if slices.Contains(has, method) {
				continue
			}
			request := httptest.NewRequest(method, path, nil)
			if _, pattern := s.mux.Handler(request); pattern != "" {
				continue // the last segment is also a parameter: /groups/rules, /credentials/keys/generate
			}
			for _, caller := range []string{credentials, ""} {
				checked++
				if got := strict(t, s, caller, method, path, ""); got.status != http.StatusMethodNotAllowed || got.text("errorCode") != "E0000022" {
					t.Errorf("%s %s: %d %s", method, path, got.status, got.body)
				}
			}
		}
		head := strict(t, s, credentials, "HEAD", path, "")
		switch get := strict(t, s, credentials, "GET", path, ""); {
		case slices.Contains(has, "GET") && head.status != get.status:
			t.Errorf("HEAD %s: %d, and GET: %d", path, head.status, get.status)
		case !slices.Contains(has, "GET") && get.status == http.StatusMethodNotAllowed && head.status != get.status:
			t.Errorf("HEAD %s: %d", path, head.status)
		}
	}
	t.Logf("%d requests to %d paths", checked, len(served))
}

// withoutBody are routes that take no body: what is sent means nothing.
func withoutBody(pattern string) bool {
	return strings.Contains(pattern, "/lifecycle/") || strings.Contains(pattern, "/targets/") || strings.HasSuffix(pattern, "/groups/{groupId}/users/{userId}") ||
		strings.HasSuffix(pattern, "/policies/{policyId}") && strings.Contains(pattern, "/apps/") || strings.HasSuffix(pattern, "/forgot_password") ||
		strings.HasSuffix(pattern, "/keys/generate") || strings.HasSuffix(pattern, "/clone")
}

// TestMalformedBodies: a body that is no JSON is refused with E0000003 wherever a body is taken.
func TestMalformedBodies(t *testing.T) {
	checked := 0
	for _, rt := range routes() {
		method, pattern, _ := strings.Cut(rt.Pattern, " ")
		if !strings.HasPrefix(method, "P") || !strings.HasPrefix(pattern, "/api/v1/") && rt.Scope == "" || withoutBody(pattern) || isAbsent(pattern) {
			continue
		}
		s, credentials, names := mutableOrg(t)
		for _, policy := range s.org.Policies.All() {
			if policy.Type == "PASSWORD" { // others cannot be replaced
				names["policyId"] = policy.ID
			}
		}
		for _, body := range []string{`{"profile":`, `{"a":1}}`, `{'a':1}`, "\x00", `nul`, `{"a":}`, "\ufeff{}", "{}{}"} {
			checked++
			got := strict(t, s, credentials, method, filledIn(pattern, names), body, "Content-Type", "application/json")
			if got.status != http.StatusBadRequest || got.text("errorCode") != "E0000003" {
				t.Errorf("%s %q: %d %s", rt.Pattern, body, got.status, got.body)
			}
		}
	}
	t.Logf("%d requests", checked)
}

// isAbsent reports whether a path belongs to a feature that the org lacks.
func isAbsent(pattern string) bool {
	return slices.ContainsFunc([]string{"/owners", "/features", "/federated-claims", "/group-push", "/cwo/", "/classification", "/risk"}, func(part string) bool {
		return strings.Contains(pattern, part)
	})
}

// strictRow is a request whose form is wrong, and Okta's answer.
type strictRow struct {
	method, path, body, contentType string
	status                          int
	code, description               string // errorCode, or error and error_description
}

func strictRows() []strictRow {
	const form = "application/x-www-form-urlencoded"
	var rows []strictRow
	for _, path := range []string{"/oauth2/v1/token", "/oauth2/v1/introspect", "/oauth2/v1/revoke", "/oauth2/v1/par", "/oauth2/v1/device/authorize"} {
		for _, kind := range []string{"application/json", "text/plain", "multipart/form-data; boundary=x", "json", ""} {
			rows = append(rows, strictRow{"POST", path, `{"grant_type":"client_credentials"}`, kind, 400, "E0000021", ""})
		}
		rows = append(rows,
			strictRow{"POST", path, "client_id=0oa0&client_id=0oa0", form, 400, "invalid_request", "The request contained multiple parameters with the same name."},
			strictRow{"POST", path + "?client_id=0oa0", "client_id=0oa0", form, 400, "invalid_request", "The request contained multiple parameters with the same name."},
			strictRow{"POST", path + "?client_secret=x", "client_id=0oa0", form, 400, "invalid_request", "Client credentials cannot be supplied via query parameters."},
			strictRow{"POST", path + "?client_assertion=x", "client_id=0oa0", form, 400, "invalid_request", "Client credentials cannot be supplied via query parameters."},
			strictRow{"POST", path, "grant_type=client_credentials&client_id=unknown-client&nobodyKnows=this", form, 401, "invalid_client", "Invalid value for 'client_id' parameter."},
			strictRow{"POST", path, "grant_type=client_credentials&nobodyKnows=this", form, 401, "invalid_client", "No client credentials found."},
			strictRow{"POST", path, strings.Repeat("x", maxBody+1), form, 400, "E0000003", ""},
		)
	}
	for _, kind := range []string{"text/plain", form, "application/xml", "json"} {
		rows = append(rows, strictRow{"POST", "/api/v1/authn", `{"username":"x","password":"x"}`, kind, 400, "E0000021", ""})
	}
	for _, list := range []string{"/api/v1/users", "/api/v1/groups", "/api/v1/apps", "/api/v1/apps/0oa0/users", "/api/v1/apps/0oa0/groups", "/api/v1/groups/00g0/users", "/api/v1/zones"} {
		rows = append(rows, strictRow{"GET", list + "?after=nobody-knows-this", "", "", 400, "E0000029", ""})
	}
	for _, list := range []string{"/api/v1/users?search=", "/api/v1/groups?search=", "/api/v1/users?filter=", "/api/v1/groups?filter=", "/api/v1/apps?filter=", "/api/v1/zones?filter="} {
		rows = append(rows, strictRow{"GET", list + "id+zz+%22x%22", "", "", 400, "E0000031", ""}, strictRow{"GET", list + "(", "", "", 400, "E0000031", ""},
			strictRow{"GET", list + "nobodyKnows+eq+%22x%22", "", "", 400, "E0000031", ""})
	}
	return append(rows,
		strictRow{"POST", "/api/v1/authn", `{"username":`, "application/json", 400, "E0000003", ""},
		strictRow{"POST", "/api/v1/authn", strings.Repeat(" ", maxBody+1), "application/json", 400, "E0000003", ""},
		strictRow{"POST", "/api/v1/authn?nobodyKnows=this", `{"username":"x","password":"x"}`, "application/json", 401, "E0000004", ""},
		strictRow{"GET", "/api/v1/groups?search=id+pr&filter=id+eq+%22x%22", "", "", 400, "E0000033", ""},
		strictRow{"GET", "/api/v1/policies", "", "", 400, "E0000001", ""},
		strictRow{"GET", "/api/v1/policies?type=NOBODY_KNOWS", "", "", 400, "E0000002", ""},
		strictRow{"GET", "/api/v1/nothing", "", "", 404, "E0000008", ""},
		strictRow{"PUT", "/api/v1/nothing/at/all", "{}", "application/json", 404, "E0000008", ""},
		strictRow{"GET", "/oauth2/v1/nothing", "", "", 404, "E0000008", ""},
		strictRow{"GET", "/", "", "", 404, "E0000008", ""},
	)
}

// TestStrictRows: what is wrong with a request before anybody looks at its meaning answers as
// Okta's catalogs of errors say.
func TestStrictRows(t *testing.T) {
	s, credentials, _ := mutableOrg(t)
	rows := strictRows()
	for _, row := range rows {
		caller := credentials
		if strings.HasPrefix(row.path, "/oauth2/") || strings.HasPrefix(row.path, "/api/v1/authn") {
			caller = ""
		}
		var header []string
		if row.contentType != "" {
			header = []string{"Content-Type", row.contentType}
		}
		got := strict(t, s, caller, row.method, row.path, row.body, header...)
		code := got.text("errorCode") + got.text("error")
		if got.status != row.status || code != row.code || row.description != got.text("error_description") {
			t.Errorf("%s %s %.60q as %q: %d %s, want %d %s %s", row.method, row.path, row.body, row.contentType, got.status, got.body, row.status, row.code, row.description)
		}
	}
	t.Logf("%d rows", len(rows))
}
