package org_test

import (
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
)

// TestStatusOfAUserAfterALostAnswer: a call that changes the status of a user is refused when it is
// repeated, and then the status says that it took effect.
func TestStatusOfAUserAfterALostAnswer(t *testing.T) {
	for _, fault := range []string{"503-after", "500-after", "reset-after"} {
		for step, run := range map[string]func(live, schema.Object, schema.Desired) error{
			"suspend": func(l live, o schema.Object, d schema.Desired) error {
				_, err := l.Update(t.Context(), o, with(d, map[string]cty.Value{"status": s("SUSPENDED")}))
				return err
			},
			"deactivate": func(l live, o schema.Object, _ schema.Desired) error {
				return l.Delete(t.Context(), o, "deactivate")
			},
		} {
			t.Run(step+", "+fault, func(t *testing.T) {
				l := connect(t, sandbox.Options{})
				d := desired("user", "ada", map[string]cty.Value{"login": s("ada@example.com"), "first_name": s("Ada"), "last_name": s("A"),
					"password": s("Correct-horse-9").Mark(schema.Sensitive)})
				o := create(t, l, d)
				setFaults(t, l, fault+" POST /api/v1/users/*/lifecycle/* 1")
				if err := run(l, o, d); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

// TestExchangedScopesOfAnAppWithASecret: between the revocation of the old scopes and the grant of
// the new one, the app keeps one, which only reads.
func TestExchangedScopesOfAnAppWithASecret(t *testing.T) {
	l := connect(t, sandbox.Options{})
	d := desired("web_app", "portal", map[string]cty.Value{"label": s("Portal"), "redirect_uris": list("https://portal.example.com/cb"),
		"okta_api_scopes": list("okta.users.manage", "okta.users.read", "okta.apps.manage")})
	o := create(t, l, d)
	l.tape.take()
	after, err := l.Update(t.Context(), o, with(d, map[string]cty.Value{"okta_api_scopes": list("okta.groups.read")}))
	if err != nil {
		t.Fatal(err)
	}
	matches(t, after, with(d, map[string]cty.Value{"okta_api_scopes": list("okta.groups.read")}))
	var calls []string
	for _, call := range writes(l.tape.take()) {
		if strings.Contains(call, "/grants") {
			method, _, _ := strings.Cut(call, " ")
			calls = append(calls, method)
		}
	}
	if got := strings.Join(calls, " "); got != "DELETE DELETE POST DELETE" {
		t.Errorf("the calls are %s", got)
	}
}

func setFaults(t *testing.T, l live, text string) {
	t.Helper()
	fault, err := sandbox.ParseFault(text)
	if err == nil {
		err = l.org.SetFaults(fault)
	}
	if err != nil {
		t.Fatal(err)
	}
}
