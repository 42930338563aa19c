package openapicheck

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// spy collects what Wrap reports.
type spy struct {
	*testing.T
	errors []string
}

func (s *spy) Errorf(format string, args ...any) {
	s.errors = append(s.errors, fmt.Sprintf(format, args...))
}

func TestWrapReportsWhatTheDocumentForbids(t *testing.T) {
	group := `{"id":"00g1","created":"2026-01-01T00:00:00.000Z","lastUpdated":"2026-01-01T00:00:00.000Z","type":"OKTA_GROUP","objectClass":["okta:user_group"],"profile":{"name":"g","description":null}}`
	for _, test := range []struct {
		name, method, path string
		status             int
		body               string
		bad                bool
	}{
		{"good", "GET", "/api/v1/groups/00g1", 200, group, false},
		{"wrong type", "GET", "/api/v1/groups/00g1", 200, `{"id":1}`, true},
		{"wrong status", "GET", "/api/v1/groups/00g1", 201, group, true},
		{"not JSON", "GET", "/api/v1/groups/00g1", 200, `<html>`, true},
		{"unknown path", "GET", "/api/v1/nothing", 200, `{}`, true},
		{"error without causes", "GET", "/api/v1/groups/00g1", 401, `{"errorCode":"E0000011","errorSummary":"x","errorLink":"x","errorId":"x"}`, true},
		{"error", "GET", "/api/v1/groups/00g1", 401, `{"errorCode":"E0000011","errorSummary":"x","errorLink":"x","errorId":"x","errorCauses":[]}`, false},
		{"exception", "POST", "/oauth2/v1/clients/0oa1/roles", 201, `{}`, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			reports := &spy{T: t}
			handler := wrap(reports, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(test.status)
				_, _ = w.Write([]byte(test.body))
			}))
			handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(test.method, test.path, strings.NewReader("")))
			if bad := len(reports.errors) > 0; bad != test.bad {
				t.Errorf("reports %v", reports.errors)
			}
		})
	}
}
