package apply_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/apply"
	"github.com/oktaform/oktaform/schema"
)

// movedOrg is an org in which somebody else changes some objects meanwhile.
type movedOrg struct {
	fakeOrg
	moved string // id of an object
	last  map[string]schema.Value
}

func (o *movedOrg) Unchanged(_ context.Context, prior schema.Object) error {
	if prior.ID == o.moved {
		return errors.New("it has changed")
	}
	return nil
}

func (o *movedOrg) Update(ctx context.Context, prior schema.Object, d schema.Desired) (schema.Object, error) {
	object, err := o.fakeOrg.Update(ctx, prior, d)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.last == nil {
		o.last = map[string]schema.Value{}
	}
	o.last[prior.ID] = object.Value
	return object, err
}

// What a run made goes, what it changed gets its old value, and what somebody
// has changed since stays.
func TestRollback(t *testing.T) {
	for _, moved := range []string{"", "new-testers"} {
		c, p := planned(t, chain)
		org := &movedOrg{moved: moved}
		org.fail = "create web_app.portal"
		var steps []string
		result, _ := apply.Run(t.Context(), p, c, org, apply.Options{Events: func(e apply.Event) {
			if e.Step == apply.Undone || e.Step == apply.Kept {
				steps = append(steps, fmt.Sprintf("%s %s", e.Step, e.Change.Addr))
			}
		}})
		if len(steps) > 0 {
			t.Fatalf("undone without being asked: %v", steps)
		}
		all := result.Rollback(t.Context())
		var deleted []string
		for _, call := range org.calls {
			if id, ok := strings.CutPrefix(call, "delete "); ok {
				deleted = append(deleted, id)
			}
		}
		want := []string{"new-testers", "new-ada", "new-alone"}
		want = slices.DeleteFunc(want, func(id string) bool { return id == moved })
		if slices.Sort(deleted); fmt.Sprint(deleted) != fmt.Sprint(slices.Sorted(slices.Values(want))) {
			t.Errorf("deleted %v, want %v", deleted, want)
		}
		if all { // how far the failed create came isn't known
			t.Error("everything is said to be undone")
		}
		if kept := slices.Contains(steps, "kept group.testers"); kept != (moved != "") {
			t.Errorf("%v", steps)
		}
	}
}

// Access that the configuration doesn't declare is never given back: neither
// what the run took away, nor what its declared settings closed.
func TestRollbackGivesNoAccess(t *testing.T) {
	old := strings.Replace(bot("k1 k9", "READ_ONLY_ADMIN SUPER_ADMIN", `"okta.users.read", "okta.users.manage"`), `label = "Bot"`, "label = \"Bot\"\n  accessibility_self_service = true", 1)
	want := strings.Replace(bot("k1", "READ_ONLY_ADMIN REPORT_ADMIN", `"okta.users.read", "okta.apps.read"`), `label = "Bot"`, "label = \"New name\"\n  status = \"INACTIVE\"", 1)
	c, p := planned(t, want, stored(t, old))
	org := &movedOrg{}
	result, diags := apply.Run(t.Context(), p, c, org, apply.Options{Smoke: func(context.Context, []schema.SmokeTest) []string { return nil }})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	if result.Rollback(t.Context()) {
		t.Error("everything is said to be undone")
	}
	value := org.last["0oa-bot"]
	list := func(name, key string) string {
		var out []string
		for _, v := range value.GetAttr(name).AsValueSlice() {
			if key != "" {
				v = v.GetAttr(key)
			}
			out = append(out, v.AsString())
		}
		return strings.Join(out, " ")
	}
	got := fmt.Sprintf("%s | %s | %t | %s | %s | %s", value.GetAttr("label").AsString(), value.GetAttr("status").AsString(), value.GetAttr("accessibility_self_service").True(),
		list("okta_api_scopes", ""), list("public_key", "kid"), list("admin_role", "type"))
	if got != "Bot | INACTIVE | false | okta.users.read | k1 | READ_ONLY_ADMIN" {
		t.Error(got)
	}
}

// TestRollbackKeepsLimits: without its only target, a role that stays would cover the whole org,
// and an app that excludes no zone any longer could be used from there.
func TestRollbackKeepsLimits(t *testing.T) {
	const group = "group \"made\" {\n  name = \"Made\"\n}\n"
	const zone = "network_zone \"made\" {\n  name = \"Made\"\n  gateways = [\"192.0.2.0/24\"]\n}\n"
	const readOnly = "  admin_role \"READ_ONLY_ADMIN\" {}\n"
	const helpDesk = "  admin_role \"HELP_DESK_ADMIN\" {\n    target_groups = [group.made]\n  }\n"
	const outside = readOnly + "  network_connection = \"ZONE\"\n  network_exclude = [network_zone.made]\n"
	app := func(rest string) string {
		return "org {\n  owner = \"team/iam\"\n}\nservice_app \"bot\" {\n  label = \"Bot\"\n  jwks_uri = \"https://bot.example.com/keys\"\n  okta_api_scopes = [\"okta.users.read\"]\n" + rest + "}\n"
	}
	for name, row := range map[string]struct {
		rest, made string
		deletes    bool
	}{
		"target of a role": {helpDesk, group, false},
		"excluded zone":    {outside, zone, false},
		"not a limit":      {readOnly, group, true},
		"zone of no app":   {readOnly, zone, true},
	} {
		for _, fail := range []string{"create web_app.late", "update service_app.bot"} {
			t.Run(name+", "+fail, func(t *testing.T) {
				late := "web_app \"late\" {\n  label = \"Late\"\n  redirect_uris = [\"https://late.example.com/cb\"]\n  depends_on = [service_app.bot]\n}\n"
				c, p := planned(t, strings.Replace(app(row.rest), `label = "Bot"`, `label = "Robot"`, 1)+row.made+late, stored(t, app(readOnly)))
				org := &movedOrg{}
				org.fail = fail
				result, _ := apply.Run(t.Context(), p, c, org, apply.Options{Smoke: func(context.Context, []schema.SmokeTest) []string { return nil }})
				result.Rollback(t.Context())
				if deletes := slices.Contains(org.calls, "delete new-made"); deletes != row.deletes {
					t.Errorf("the calls are %q", org.calls)
				}
			})
		}
	}
}

// A deletion stays, and so does what is gone with it.
func TestRollbackOfADeletion(t *testing.T) {
	object := stored(t, bot("k1", "", ""))
	object.Owner.Addr = "service_app.gone"
	c, p := planned(t, bot("k1", "", ""), object, stored(t, bot("k1", "", "")))
	org := &movedOrg{}
	var kept []string
	result, _ := apply.Run(t.Context(), p, c, org, apply.Options{Events: func(e apply.Event) {
		if e.Step == apply.Kept {
			kept = append(kept, e.Change.Addr.String()+": "+e.Reason)
		}
	}})
	if result.Rollback(t.Context()) || fmt.Sprint(kept) != "[service_app.gone: a deletion can't be undone]" {
		t.Error(kept)
	}
}
