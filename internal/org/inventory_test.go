package org_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
)

// An inventory holds every object, whoever manages it, with all its parts, and names what can't be
// declared.
func TestInventoryHoldsEverything(t *testing.T) {
	l := connect(t, sandbox.Options{})
	_, key := newKey(t, "bot-1")
	bot := create(t, l, desired("service_app", "bot", map[string]cty.Value{
		"label": s("Bot"), "okta_api_scopes": list("okta.users.read"), "public_key": cty.ListVal([]cty.Value{key}), "admin_role": roles(role{kind: "READ_ONLY_ADMIN"})}))
	ada := create(t, l, desired("user", "ada", map[string]cty.Value{"login": s("ada@example.com"), "first_name": s("Ada"), "last_name": s("A"), "status": s("ACTIVE"), "admin_role": roles(role{kind: "REPORT_ADMIN"})}))
	group := create(t, l, desired("group", "desk", map[string]cty.Value{"name": s("Desk"), "members": refTo(ada), "admin_role": roles(role{kind: "HELP_DESK_ADMIN"})}))
	app := create(t, l, desired("web_app", "portal", map[string]cty.Value{"label": s("Portal"), "redirect_uris": list("https://p.example.com/cb"), "assigned_groups": refTo(group)}))
	l.call(t, "POST", "/api/v1/groups", `{"profile":{"name":"By hand"}}`)

	inv, err := l.Inventory(t.Context(), org.InventoryOptions{MostMembers: 10})
	if err != nil {
		t.Fatal(err)
	}
	if len(inv.Gaps) > 0 {
		t.Errorf("gaps: %+v", inv.Gaps)
	}
	found := map[string]schema.Object{}
	for _, o := range inv.Objects {
		found[o.ID] = o
	}
	for id, parts := range map[string][]string{bot.ID: {"okta_api_scopes", "admin_role", "public_key"}, ada.ID: {"admin_role"}, group.ID: {"members", "admin_role"}, app.ID: {"assigned_groups"}} {
		for _, part := range parts {
			if o, ok := found[id]; !ok || len(schema.Elements(o.Value.GetAttr(part))) != 1 {
				t.Errorf("%s of %s: %#v", part, id, o.Value)
			}
		}
	}
	var others []string
	for _, o := range inv.Others {
		others = append(others, o.Name+": "+o.Is)
	}
	if text := strings.Join(others, "\n"); !strings.Contains(text, "Everyone: a built-in group") {
		t.Errorf("others:\n%s", text)
	}
}

// What the org refuses to tell is named with its cause, and never empty.
func TestInventoryNamesWhatIsRefused(t *testing.T) {
	l := connect(t, sandbox.Options{})
	bot := create(t, l, desired("service_app", "bot", map[string]cty.Value{"label": s("Bot"), "jwks_uri": s("https://b.example.com/jwks"), "okta_api_scopes": list("okta.users.read")}))
	l.tape.after = func(resp *http.Response) {
		if strings.HasSuffix(resp.Request.URL.Path, "/grants") {
			resp.StatusCode = http.StatusForbidden
			resp.Body = io.NopCloser(strings.NewReader(`{"errorCode":"E0000006","errorSummary":"You do not have permission to perform the requested action"}`))
		}
	}
	inv, err := l.Inventory(t.Context(), org.InventoryOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range inv.Objects {
		if o.ID == bot.ID && !o.Value.GetAttr("okta_api_scopes").IsNull() {
			t.Errorf("the scopes are %#v", o.Value.GetAttr("okta_api_scopes"))
		}
	}
	if len(inv.Gaps) != 1 || inv.Gaps[0].ID != bot.ID || inv.Gaps[0].Part != "okta_api_scopes" || !strings.Contains(inv.Gaps[0].Cause, "403") {
		t.Errorf("gaps: %+v", inv.Gaps)
	}
}
