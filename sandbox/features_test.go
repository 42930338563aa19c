package sandbox

import (
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// TestFeatures: a feature that the org lacks isn't in its answers, and what is
// stored stays.
func TestFeatures(t *testing.T) {
	s, err := New(Options{SigningKey: testSigningKey})
	if err != nil {
		t.Fatal(err)
	}
	everyone := s.org.Groups.Get(s.org.Self().Everyone)
	for _, test := range []struct {
		features []Feature
		owners   bool
	}{{nil, false}, {[]Feature{GroupOwners}, true}, {[]Feature{}, false}} {
		if err := s.SetSettings(Settings{Features: test.features}); err != nil {
			t.Fatal(err)
		}
		c := s.newCall(httptest.NewRequest("GET", "http://org/", nil), &web.Route{})
		_, owners := kind.GroupView(c, everyone)["_links"].(map[string]any)["owners"]
		if owners != test.owners {
			t.Errorf("%v: owners %v", test.features, owners)
		}
	}
	for _, features := range [][]Feature{nil, {RoleCloning}} {
		if err := s.SetSettings(Settings{Features: features}); err != nil {
			t.Fatal(err)
		}
		answer := httptest.NewRecorder()
		request := httptest.NewRequest("POST", "http://org/api/v1/iam/roles", strings.NewReader(`{"label":"Assigner `+
			strconv.Itoa(len(features))+`","description":"assigns","permissions":["okta.apps.assignment.manage"]}`))
		request.Header.Set("Authorization", "SSWS "+s.Token())
		request.Header.Set("Content-Type", "application/json")
		s.ServeHTTP(answer, request)
		if got := strings.Contains(answer.Body.String(), `"isCloneable":false`); got != (features != nil) {
			t.Errorf("%v: %s", features, answer.Body)
		}
	}
	for _, test := range []struct {
		features       []Feature
		pipeline       string
		policies, body string
	}{
		{[]Feature{IdentityEngine}, "idx", "ACCESS_POLICY", `"name":"Any two factors"`},
		{[]Feature{}, "v1", "ACCESS_POLICY", "E0000002"},
		{[]Feature{}, "v1", "PROFILE_ENROLLMENT", "E0000002"},
		{[]Feature{}, "v1", "PASSWORD", `"name":"Default Policy"`},
	} {
		if err := s.SetSettings(Settings{Features: test.features}); err != nil {
			t.Fatal(err)
		}
		for path, want := range map[string]string{
			"/.well-known/okta-organization":         `"pipeline":"` + test.pipeline + `"`,
			"/api/v1/policies?type=" + test.policies: test.body,
		} {
			answer, request := httptest.NewRecorder(), httptest.NewRequest("GET", "http://org"+path, nil)
			request.Header.Set("Authorization", "SSWS "+s.Token())
			s.ServeHTTP(answer, request)
			if !strings.Contains(answer.Body.String(), want) {
				t.Errorf("%v: %s: %s", test.features, path, answer.Body)
			}
		}
	}
	stored := map[string]any{"settings": map[string]any{"emOptInStatus": "NONE", "app": 1}}
	if shown := jsondoc.Without(stored, []string{"settings", "emOptInStatus"}); len(jsondoc.Object(shown, "settings")) != 1 || len(jsondoc.Object(stored, "settings")) != 2 {
		t.Errorf("%v of %v", shown, stored)
	}
	if err := s.SetSettings(Settings{Features: []Feature{"teleport"}}); err == nil || !strings.Contains(err.Error(), "teleport") {
		t.Errorf("an unknown feature: %v", err)
	}
	page, err := os.ReadFile("../docs/sandbox.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range state.Features() {
		if !strings.Contains(string(page), "`"+string(f)+"`") {
			t.Errorf("docs/sandbox.md doesn't name %s", f)
		}
	}
}
