package apply_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/apply"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// bot is a configuration of a service app with keys, roles and scopes.
func bot(keys, roles, scopes string) string {
	var b strings.Builder
	b.WriteString("org {\n  owner = \"team/iam\"\n}\nservice_app \"bot\" {\n  label = \"Bot\"\n  okta_api_scopes = [" + scopes + "]\n")
	for kid := range strings.FieldsSeq(keys) {
		fmt.Fprintf(&b, "  public_key %q {\n    jwk = { kty = \"EC\", crv = \"P-256\", x = \"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\", y = \"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\" }\n  }\n", kid)
	}
	for role := range strings.FieldsSeq(roles) {
		fmt.Fprintf(&b, "  admin_role %q {}\n", role)
	}
	b.WriteString(`}
smoke_test "works" {
  app    = service_app.bot
  scopes = ["okta.users.read"]
}
smoke_test "is refused" {
  app          = service_app.bot
  scopes       = ["okta.apps.manage"]
  expect_error = "consent_required"
}
`)
	return b.String()
}

// stored is what an org holds after the configuration was applied.
func stored(t *testing.T, text string) schema.Object {
	t.Helper()
	_, p := planned(t, text)
	c := p.Changes[0]
	value, _ := cty.Transform(c.After.Cty(), func(_ cty.Path, v cty.Value) (cty.Value, error) {
		if !v.IsKnown() {
			return cty.StringVal("made-by-okta"), nil
		}
		return v, nil
	})
	return schema.Object{Kind: c.Kind.Name, ID: "0oa-bot", Owner: c.Owner, Complete: true, Value: c.Kind.FromCty(value)}
}

// recorder is an org that keeps the keys and roles of each update.
type recorder struct {
	fakeOrg
	updates []string
}

func (o *recorder) Update(ctx context.Context, prior schema.Object, d schema.Desired) (schema.Object, error) {
	var has []string
	for name, key := range map[string]string{"public_key": "kid", "admin_role": "type"} {
		for _, v := range d.Value.GetAttr(name).AsValueSlice() {
			has = append(has, v.GetAttr(key).AsString())
		}
	}
	slices.Sort(has)
	o.updates = append(o.updates, strings.Join(has, " "))
	return o.fakeOrg.Update(ctx, prior, d)
}

func TestMakeBeforeBreak(t *testing.T) {
	const read, manage = `"okta.users.read"`, `"okta.users.read", "okta.users.manage"`
	for _, c := range []struct {
		name      string
		old, want string
		fails     bool
		updates   string // keys and roles of each, separated by /
		withheld  string
		trust     bool // needs --trust-keys: rights are gained, and no key stays
	}{
		{"a key for a key", bot("k1", "", read), bot("k2", "", read), false, "k1 k2 / TEST / k2", "", false},
		{"the new key doesn't work", bot("k1", "", read), bot("k2", "", read), true, "k1 k2 / TEST", `public_key "k1"`, false},
		{"a role for a role", bot("k1", "USER_ADMIN", read), bot("k1", "READ_ONLY_ADMIN", read), false, "READ_ONLY_ADMIN USER_ADMIN k1 / TEST / READ_ONLY_ADMIN k1", "", false},
		{"a key that is only surplus doesn't wait", bot("k1 k9", "", read), bot("k1", "", read), true, "k1", "", false},
		{"a role that is only surplus doesn't wait", bot("k1", "READ_ONLY_ADMIN SUPER_ADMIN", read), bot("k1", "READ_ONLY_ADMIN", read), true, "READ_ONLY_ADMIN k1", "", false},
		{"more go than come", bot("k1 k9", "", read), bot("k2", "", read), true, "k2", "", false},
		{"an old key never gains a scope", bot("k1", "", read), bot("k2", "", manage), true, "k2", "", true},
		{"an old key never gains a role", bot("k1", "USER_ADMIN", read), bot("k2", "READ_ONLY_ADMIN", read), false, "READ_ONLY_ADMIN USER_ADMIN k2 / TEST / READ_ONLY_ADMIN k2", "", true},
		{"a scope never waits", bot("k1", "", manage), bot("k1", "", read), true, "k1", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			config, p, diags := makePlan(t, c.want, plan.Options{}, stored(t, c.old))
			if diags.HasErrors() != c.trust {
				t.Fatalf("without --trust-keys: %v", diags)
			}
			if c.trust {
				config, p, diags = makePlan(t, c.want, plan.Options{TrustKeys: true}, stored(t, c.old))
			}
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			org := &recorder{}
			result, diags := apply.Run(t.Context(), p, config, org, apply.Options{Smoke: func(_ context.Context, tests []schema.SmokeTest) []string {
				if len(tests) != 1 || tests[0].Name != "works" {
					t.Errorf("a test that expects a refusal runs before the removal: %v", tests)
				}
				org.updates = append(org.updates, "TEST")
				if c.fails {
					return []string{"works"}
				}
				return nil
			}})
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			if got := strings.Join(org.updates, " / "); got != c.updates {
				t.Errorf("got  %s\nwant %s", got, c.updates)
			}
			withheld := ""
			for _, w := range result.Withheld {
				withheld += strings.Join(w.Old, ", ")
			}
			if withheld != c.withheld {
				t.Errorf("withheld %q, want %q", withheld, c.withheld)
			}
		})
	}
}

const twoApps = `
org {
  owner = "team/iam"
}
web_app "w" {
  label         = "W"
  client_id     = "portal-%d"
  redirect_uris = ["https://w.example.com/cb"]
}
user "ada" {
  login      = "ada@example.com"
  first_name = "Ada"
  last_name  = "A"
  admin_role "APP_ADMIN" {
    target_apps = [web_app.w]
  }
}
smoke_test "sign in" {
  app    = web_app.w
  scopes = ["openid"]
  sign_in {
    user     = user.ada
    password = "x"
  }
}
`

// The old half of a replacement goes after what referred to it refers to the
// new one, and after the tests; and not at all where one of these failed.
func TestOldHalfGoesLast(t *testing.T) {
	_, before := planned(t, fmt.Sprintf(twoApps, 1))
	var objects []schema.Object
	for _, c := range before.Changes {
		value, _ := cty.Transform(c.After.Cty(), func(_ cty.Path, v cty.Value) (cty.Value, error) {
			if v.Type().Equals(schema.Ref) && !v.IsNull() {
				return cty.ObjectVal(map[string]cty.Value{"id": cty.StringVal("0oa-old"), "addr": cty.StringVal(""), "name": cty.StringVal("W")}), nil
			}
			return v, nil
		})
		id := map[string]string{"w": "0oa-old", "ada": "00u-ada"}[c.Addr.Name]
		objects = append(objects, schema.Object{Kind: c.Kind.Name, ID: id, Owner: c.Owner, Complete: true, Value: c.Kind.FromCty(value)})
	}
	for _, c := range []struct{ fail, smoke, want string }{
		{"", "", "update web_app.w deposed, create web_app.w, update user.ada, TEST, delete 0oa-old"},
		{"", "sign in", "update web_app.w deposed, create web_app.w, update user.ada, TEST"},
		{"update user.ada", "", "update web_app.w deposed, create web_app.w, update user.ada, TEST"},
	} {
		config, p := planned(t, fmt.Sprintf(twoApps, 2), objects...)
		org := &fakeOrg{fail: c.fail}
		result, _ := apply.Run(t.Context(), p, config, org, apply.Options{Smoke: func(context.Context, []schema.SmokeTest) []string {
			org.calls = append(org.calls, "TEST")
			return []string{c.smoke}
		}})
		if got := strings.Join(org.calls, ", "); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
		if (len(result.Withheld) > 0) == strings.HasSuffix(c.want, "0oa-old") {
			t.Errorf("withheld: %+v", result.Withheld)
		}
	}
}

// An old half that an earlier run left waits for the tests as well.
func TestOldHalfOfAnEarlierRun(t *testing.T) {
	old, now := stored(t, bot("k1", "", "")), stored(t, bot("k1", "", ""))
	old.ID, old.Owner.Deposed = "0oa-old", true
	config, p := planned(t, bot("k1", "", ""), old, now)
	if len(p.Changes) != 2 || p.Changes[0].Action != plan.Delete && p.Changes[1].Action != plan.Delete {
		t.Fatalf("%+v", p.Changes)
	}
	org := &fakeOrg{}
	result, _ := apply.Run(t.Context(), p, config, org, apply.Options{Smoke: func(context.Context, []schema.SmokeTest) []string { return []string{"works"} }})
	if len(org.calls) != 0 || len(result.Withheld) != 1 {
		t.Errorf("%v, %+v", org.calls, result.Withheld)
	}
	_, _ = apply.Run(t.Context(), p, config, org, apply.Options{})
	if fmt.Sprint(org.calls) != "[delete 0oa-old]" {
		t.Error(org.calls)
	}
}

// A run that lost its right to write starts nothing more.
func TestHold(t *testing.T) {
	c, p := planned(t, chain)
	org, asked := &fakeOrg{}, 0
	result, diags := apply.Run(t.Context(), p, c, org, apply.Options{Hold: func(context.Context) error {
		if asked++; asked > 2 {
			return fmt.Errorf("lost")
		}
		return nil
	}})
	if len(org.calls) != 2 || result.NotDone != 2 || !strings.Contains(diags.Error(), "lost") || len(diags) != 1 {
		t.Errorf("%v, %+v, %v", org.calls, result, diags)
	}
}
