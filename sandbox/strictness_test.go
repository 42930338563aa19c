package sandbox

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// TestStrictness: over all routes of the Management API, what is wrong with a request before any
// handler sees it answers with Okta's error, and parameters that nobody knows mean nothing.
func TestStrictness(t *testing.T) {
	s, credentials, names := mutableOrg(t)
	send := func(method, path, body, contentType string) (int, map[string]any) {
		t.Helper()
		request := httptest.NewRequest(method, "/", strings.NewReader(body))
		request.Host = "example.com"
		request.URL.Path, request.URL.RawQuery, _ = strings.Cut(path, "?")
		request.Header.Set("Authorization", credentials)
		if contentType != "" {
			request.Header.Set("Content-Type", contentType)
		}
		recorder := httptest.NewRecorder()
		s.ServeHTTP(recorder, request)
		var answer map[string]any
		if text := recorder.Body.Bytes(); len(text) > 0 && !json.Valid(text) {
			t.Errorf("%s %s answers what is no JSON: %s", method, path, text)
		} else {
			_ = json.Unmarshal(text, &answer)
		}
		return recorder.Code, answer
	}
	wants := func(call string, status int, answer map[string]any, wantStatus int, wantCode string) {
		t.Helper()
		if status != wantStatus || answer["errorCode"] != wantCode {
			t.Errorf("%s: %d %v, want %d %s", call, status, answer, wantStatus, wantCode)
		}
	}
	methodsOf := map[string][]string{}
	for _, rt := range routes() {
		method, path, _ := strings.Cut(rt.Pattern, " ")
		methodsOf[path] = append(methodsOf[path], method)
	}
	checked := 0
	for _, rt := range routes() {
		if rt.Scope == "" {
			continue
		}
		checked++
		method, pattern, _ := strings.Cut(rt.Pattern, " ")
		path := pattern
		for name, id := range names {
			path = strings.ReplaceAll(path, "{"+name+"}", id)
		}
		if !slices.Contains(methodsOf[pattern], "PATCH") {
			status, answer := send("PATCH", path, "{}", "application/json")
			wants("PATCH "+pattern, status, answer, http.StatusMethodNotAllowed, "E0000022")
		}
		if method == "GET" {
			plain, _ := send(method, path, "", "")
			if status, answer := send(method, path+"?nobodyKnows=this", "", ""); status != plain {
				t.Errorf("%s: an unknown parameter makes %d of %d: %v", rt.Pattern, status, plain, answer)
			}
			continue
		}
		for _, kind := range []string{"text/plain", "application/x-www-form-urlencoded", "application/xml; charset=utf-8", "multipart/form-data; boundary=x", "json", "/"} {
			status, answer := send(method, path, "{}", kind)
			wants(rt.Pattern+" as "+kind, status, answer, http.StatusBadRequest, "E0000021")
		}
		status, answer := send(method, path, strings.Repeat(" ", maxBody+1), "application/json")
		wants(rt.Pattern+" with a large body", status, answer, http.StatusBadRequest, "E0000003")
		if method == "DELETE" {
			continue
		}
		for _, body := range []string{`{"profile":`, `{"a":1}}`, `{'a':1}`, "\x00", `nul`} {
			status, answer := send(method, path, body, "application/json; charset=utf-8")
			if status/100 == 5 || status == http.StatusBadRequest && answer["errorCode"] == nil && answer["error"] == nil {
				t.Errorf("%s with %q: %d %v", rt.Pattern, body, status, answer)
			}
		}
	}
	for path, status := range map[string]int{"/api/v1/nothing": 404, "/api/v2/users": 404, "/api/v1/users/me/nothing": 404} {
		got, answer := send("GET", path, "", "")
		wants(path, got, answer, status, "E0000008")
		got, answer = send("POST", path, "x", "text/plain")
		wants(path+" with a text", got, answer, status, "E0000008")
	}
	status, answer := send("PATCH", "/api/v1/groups", "x", "text/plain")
	wants("PATCH with a text", status, answer, http.StatusMethodNotAllowed, "E0000022")
	for _, kind := range []string{"", "application/json", "Application/JSON; charset=UTF-8", "application/json-patch+json"} {
		if status, answer := send("POST", "/api/v1/groups", `{"profile":{"name":"g`+kind+`"}}`, kind); status != 200 {
			t.Errorf("%q: %d %v", kind, status, answer)
		}
	}
	t.Logf("%d routes", checked)
}
