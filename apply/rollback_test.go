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
	old := bot("k1 k9", "READ_ONLY_ADMIN SUPER_ADMIN", `"okta.users.read", "okta.users.manage"`)
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
	got := fmt.Sprintf("%s | %s | %s | %s | %s", value.GetAttr("label").AsString(), value.GetAttr("status").AsString(),
		list("okta_api_scopes", ""), list("public_key", "kid"), list("admin_role", "type"))
	if got != "Bot | INACTIVE | okta.users.read | k1 | READ_ONLY_ADMIN" {
		t.Error(got)
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
