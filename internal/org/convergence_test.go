package org_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"pgregory.net/rapid"

	"github.com/oktaform/oktaform/apply"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
)

// The diff never lies: a plan right after an apply is empty, whatever was
// declared, and what somebody changes by hand is in the next plan.

type failer interface {
	Helper()
	Fatalf(format string, args ...any)
}

// makePlan reads the org and plans.
func (l live) makePlan(t failer, ctx testing.TB, c *config.Config) *plan.Plan {
	t.Helper()
	eval := c.Evaluate(nil)
	declared, _ := eval.All()
	identity, _ := eval.Identity()
	o := plan.Options{Owner: c.Owner}
	snapshot, err := l.Read(ctx.Context(), plan.Query(declared, identity, o))
	if err != nil {
		t.Fatalf("%v", err)
	}
	p, diags := plan.Make(c, snapshot, o)
	if refused := func(d *hcl.Diagnostic) bool {
		return d.Summary == "App that isn't known by its keys would gain rights" ||
			d.Summary == "App would gain its first rights with an unknown secret" && strings.Contains(d.Detail, "so its secret must be known")
	}; slices.ContainsFunc(diags, refused) {
		// What the author makes up may replace all keys of an app and add a scope, or add the first
		// scope to an app whose secret is of use without a person who signs in: these refusals, and
		// no others, are answered as their messages say.
		o.TrustKeys = true
		p, diags = plan.Make(c, snapshot, o)
	}
	if diags.HasErrors() {
		t.Fatalf("%v", diags)
	}
	return p
}

// refused reports whether the program refuses the plan before it changes anything: nobody loses an
// assignment of their own who has access through a group as well.
func (l live) refused(t failer, ctx testing.TB, c *config.Config) bool {
	t.Helper()
	diags, err := l.makePlan(t, ctx, c).Unassigned(func(app, user string) (map[string]string, error) {
		return l.ThroughGroups(ctx.Context(), app, user)
	})
	if err != nil {
		t.Fatalf("%v", err)
	}
	return diags.HasErrors()
}

// applied brings the org to the configuration, and finds nothing left to do.
func (l live) applied(t failer, ctx testing.TB, c *config.Config, text string) {
	t.Helper()
	p := l.makePlan(t, ctx, c)
	if _, diags := apply.Run(ctx.Context(), p, c, l.Client, apply.Options{Parallelism: 4}); diags.HasErrors() {
		t.Fatalf("%v\n%s", diags, text)
	}
	if again := l.makePlan(t, ctx, c); !again.Empty() {
		t.Fatalf("right after this apply:\n%sthere was still to do:\n%s%s", changed(p), changed(again), text)
	}
}

// changed tells a plan in short.
func changed(p *plan.Plan) string {
	var b strings.Builder
	for _, c := range p.Changes {
		if c.Action == plan.NoOp {
			continue
		}
		fmt.Fprintf(&b, "%s %s %s\n", c.Action, c.Addr, c.ID)
		if c.Prior == nil || c.Action == plan.Delete {
			continue
		}
		for _, name := range c.Kind.Changed(c.Before, c.After) {
			fmt.Fprintf(&b, "  %s: %#v -> %#v\n", name, c.Before.GetAttr(name), c.After.GetAttr(name))
		}
	}
	return b.String()
}

// TestEveryAttribute declares all of the table, as far as it goes together; then,
// for another org each, what is left.
func TestEveryAttribute(t *testing.T) {
	missing := everything()
	for round := range 6 {
		l, n := connect(t, sandbox.Options{}), round
		a := newAuthor(t, func(k int) int { n++; return n % k })
		dir, objects := t.TempDir(), a.base()
		a.grow(dir, objects, func(w *written, p piece) bool {
			return round == 0 || slices.ContainsFunc(p.names(), func(name string) bool { return missing[w.kind.Name+" "+name] })
		})
		c, diags := a.load(dir, objects)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		l.applied(t, t, c, a.text(objects))
		_ = c.Close()
		for _, w := range objects {
			for _, p := range w.pieces {
				for line := range strings.Lines(p.text) {
					delete(missing, w.kind.Name+" "+strings.Fields(line)[0])
				}
			}
		}
	}
	for _, name := range sortedKeys(missing) {
		t.Errorf("%s is never declared: teach the author how", name)
	}
}

// TestSecondPlanIsEmpty applies what the author makes up, then something else for
// the same addresses.
func TestSecondPlanIsEmpty(t *testing.T) {
	checks := flag.Lookup("rapid.checks").Value
	if before := checks.String(); before == "100" { // the default: each takes a second
		defer func() { _ = checks.Set(before) }()
		_ = checks.Set("6")
	}
	rapid.Check(t, func(r *rapid.T) {
		l := connect(t, sandbox.Options{})
		a := newAuthor(t, func(n int) int { return rapid.IntRange(0, n-1).Draw(r, "pick") })
		dir := t.TempDir()
		for range 2 {
			objects := a.base()
			a.grow(dir, objects, func(*written, piece) bool { return a.pick(8) == 0 })
			c, diags := a.load(dir, objects)
			if diags.HasErrors() {
				r.Fatalf("%v\n%s", diags, a.text(objects))
			}
			if !l.refused(r, t, c) {
				l.applied(r, t, c, a.text(objects))
			}
			_ = c.Close()
		}
	})
}

// TestDriftOfEveryAttribute changes by hand each attribute of an app that was
// left out, one after the other, and finds it in the plan.
func TestDriftOfEveryAttribute(t *testing.T) {
	l := connect(t, sandbox.Options{})
	a := newAuthor(t, func(int) int { return 0 })
	dir, objects := t.TempDir(), a.base()
	c, diags := a.load(dir, objects)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	defer func() { _ = c.Close() }()
	l.applied(t, t, c, a.text(objects))
	ids, refused := map[string]string{}, map[string]bool{}
	for _, change := range l.makePlan(t, t, c).Changes {
		ids[change.Addr.String()] = change.ID
	}
	for _, w := range objects {
		if !w.kind.IsApp() {
			continue
		}
		path := "/api/v1/apps/" + ids[w.kind.Name+".x"]
		for i := range w.kind.Attrs {
			attr := &w.kind.Attrs[i]
			if attr.Path == "" || attr.Unmanaged || attr.Computed || attr.Name == "status" {
				continue
			}
			var doc map[string]any
			if err := json.Unmarshal([]byte(l.call(t, "GET", path, "")), &doc); err != nil {
				t.Fatal(err)
			}
			before, _ := json.Marshal(doc)
			drift(doc, attr)
			body, _ := json.Marshal(doc)
			if status, answer := l.try(t, "PUT", path, string(body)); status >= 300 {
				if refusedDrift[w.kind.Name+"."+attr.Name] == "" {
					t.Errorf("%s.%s: %d %s", w.kind.Name, attr.Name, status, answer)
				}
				refused[w.kind.Name+"."+attr.Name] = true
				continue
			}
			seen := ""
			for _, change := range l.makePlan(t, t, c).Changes {
				if change.Action == plan.Update {
					seen += strings.Join(change.Kind.Changed(change.Before, change.After), " ") + " "
				}
			}
			if !slices.Contains(strings.Fields(seen), attr.Name) {
				t.Errorf("%s.%s was changed by hand, and the plan shows %q", w.kind.Name, attr.Name, seen)
			}
			l.call(t, "PUT", path, string(before))
		}
	}
	for name := range refusedDrift {
		if !refused[name] {
			t.Errorf("%s: the org takes this change, the exception is not needed", name)
		}
	}
	if p := l.makePlan(t, t, c); !p.Empty() {
		t.Errorf("changed back:\n%s", changed(p))
	}
}

// TestUnknownFields: what the tool doesn't know goes back as it came with every
// update, and order is none where Okta has sets.
func TestUnknownFields(t *testing.T) {
	l := connect(t, sandbox.Options{})
	dir := t.TempDir()
	text := func(uri, scopes string) string {
		return fmt.Sprintf("org {\n  owner = \"team/iam\"\n}\nservice_app \"s\" {\n  label = \"S\"\n  jwks_uri = %q\n  okta_api_scopes = [%s]\n}\ngroup \"g\" {\n  name = %q\n}\nuser \"u\" {\n  login = \"u@example.com\"\n  first_name = %[1]q\n  last_name = \"U\"\n}\n", uri, scopes, "G "+uri)
	}
	declare := func(text string) *config.Config {
		c, diags := loadText(t, dir, text)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	first := text("https://a.example.com/jwks", `"okta.users.read", "okta.groups.read"`)
	l.applied(t, t, declare(first), first)
	c := declare(text("https://a.example.com/jwks", `"okta.groups.read", "okta.users.read", "okta.groups.read"`))
	p := l.makePlan(t, t, c)
	if !p.Empty() {
		t.Errorf("in another order:\n%s", changed(p))
	}
	paths := map[string]string{}
	for _, change := range p.Changes {
		paths[change.Kind.Name] = map[string]string{"service_app": "/api/v1/apps/", "group": "/api/v1/groups/", "user": "/api/v1/users/"}[change.Kind.Name] + change.ID
	}
	get := func(kind string) (doc map[string]any) {
		if err := json.Unmarshal([]byte(l.call(t, "GET", paths[kind], "")), &doc); err != nil {
			t.Fatal(err)
		}
		return doc
	}
	app := get("service_app")
	unknown := map[string]any{"settings.oauthClient.x_new_in_2031": map[string]any{"n": 12345678901234567.0, "none": nil, "list": []any{}},
		"settings.x_other": "kept", "profile.other_tool": map[string]any{"a": true}, "settings.notes.admin": "by hand"}
	for path, value := range unknown {
		setFieldAt(app, path, value)
	}
	body, _ := json.Marshal(app)
	l.call(t, "PUT", paths["service_app"], string(body))
	g := get("group")
	setFieldAt(g, "profile.x_cost_center", "7")
	body, _ = json.Marshal(map[string]any{"profile": g["profile"]})
	l.call(t, "PUT", paths["group"], string(body))
	l.call(t, "POST", paths["user"], `{"profile":{"department":"R&D"}}`)
	second := text("https://b.example.com/jwks", `"okta.users.read"`)
	l.applied(t, t, declare(second), second)
	after := get("service_app")
	for path := range unknown {
		if want, got := fieldAt(app, path), fieldAt(after, path); fmt.Sprint(want) != fmt.Sprint(got) {
			t.Errorf("%s: %v became %v", path, want, got)
		}
	}

	for kind, field := range map[string][2]string{"group": {"x_cost_center", "7"}, "user": {"department", "R&D"}} {
		if got := fieldAt(get(kind), "profile."+field[0]); got != field[1] {
			t.Errorf("%s: %s became %v", kind, field[0], got)
		}
	}

	// What somebody deleted is drift, and no error.
	l.call(t, "POST", paths["service_app"]+"/lifecycle/deactivate", "")
	l.call(t, "DELETE", paths["service_app"], "")
	l.call(t, "DELETE", paths["group"], "")
	if p := l.makePlan(t, t, declare(second)); p.Counts() != (plan.Counts{Add: 2}) {
		t.Errorf("after a deletion by hand: %+v", p.Counts())
	}
}

// refusedDrift are the changes that Okta's rules allow in no combination.
var refusedDrift = map[string]string{
	"service_app.response_types": "a service app has the response type token and no other",
	"browser_app.pkce_required":  "a browser app has no authentication method but none, which needs PKCE",
}

// drift changes one field of an app's document, and the fields that Okta's rules tie to it.
func drift(doc map[string]any, attr *schema.Attr) {
	now := fieldAt(doc, attr.Path)
	var value any
	switch {
	case len(attr.OneOf) > 0 && attr.Type == cty.String:
		value = attr.OneOf[0]
		if now == nil && attr.Default != cty.NilVal {
			now = attr.Default.AsString()
		}
		if value == now {
			value = attr.OneOf[len(attr.OneOf)-1]
		}
	case attr.Type == cty.Bool:
		on, _ := now.(bool)
		value = !on
	case attr.Type == cty.Number:
		n, _ := now.(float64)
		value = n + 1
	case strings.HasPrefix(attr.Name, "network_"):
		setFieldAt(doc, strings.TrimSuffix(attr.Path, attr.Name[len("network_"):])+"connection", "ZONE")
		value = []any{"ALL_ZONES"}
	case attr.Type == cty.String && attr.Name == "backchannel_custom_authenticator_id":
		value = "aut1abcdefghijklmnop"
	case attr.Type == cty.String:
		value = "https://drift.example.com/x"
	case attr.Name == "grant_types" && fieldAt(doc, "settings.oauthClient.application_type") == "service":
		value = []any{"client_credentials", "urn:ietf:params:oauth:grant-type:token-exchange"}
	case attr.Name == "grant_types":
		value = []any{"authorization_code", "implicit"}
		setFieldAt(doc, "settings.oauthClient.response_types", []any{"code", "id_token", "token"})
	case attr.Name == "response_types":
		value = []any{"code", "id_token", "token"}
		setFieldAt(doc, "settings.oauthClient.grant_types", []any{"authorization_code", "implicit"})
	default:
		list, _ := now.([]any)
		value = append(slices.Clone(list), "https://drift.example.com/x")
	}
	if strings.HasPrefix(attr.Name, "refresh_token_") {
		setFieldAt(doc, "settings.oauthClient.refresh_token", map[string]any{"rotation_type": "STATIC", "leeway": 0})
		setFieldAt(doc, "settings.oauthClient.grant_types", []any{"authorization_code", "refresh_token"})
	}
	switch client := "settings.oauthClient."; attr.Name {
	case "idp_initiated_login_mode":
		setFieldAt(doc, client+"initiate_login_uri", "https://drift.example.com/start")
	case "participate_slo":
		setFieldAt(doc, client+"frontchannel_logout_uri", "https://drift.example.com/out")
	case "jwks_uri":
		setFieldAt(doc, client+"jwks", nil)
	case "token_endpoint_auth_method":
		setFieldAt(doc, "credentials.oauthClient.pkce_required", true)
	case "pkce_required":
		if value == false && fieldAt(doc, client+"application_type") == "native" {
			setFieldAt(doc, "credentials.oauthClient.token_endpoint_auth_method", "client_secret_basic")
		}
	}
	setFieldAt(doc, attr.Path, value)
}

func fieldAt(doc map[string]any, path string) any {
	var at any = doc
	for name := range strings.SplitSeq(path, ".") {
		m, _ := at.(map[string]any)
		at = m[name]
	}
	return at
}

func setFieldAt(doc map[string]any, path string, value any) {
	names := strings.Split(path, ".")
	for _, name := range names[:len(names)-1] {
		next, ok := doc[name].(map[string]any)
		if !ok {
			next = map[string]any{}
			doc[name] = next
		}
		doc = next
	}
	doc[names[len(names)-1]] = value
}
