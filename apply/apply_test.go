package apply_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/apply"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// fakeOrg does what it is told, and writes down what that was.
type fakeOrg struct {
	mu    sync.Mutex
	calls []string
	fail  string // the call that fails
	wrong string // the call whose answer has another label
}

func (o *fakeOrg) call(verb string, d schema.Desired, id string) (schema.Object, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	call := verb + " " + d.Addr.String()
	if d.Owner.Deposed {
		call += " deposed"
	}
	o.calls = append(o.calls, call)
	if call == o.fail {
		return schema.Object{}, errors.New("no")
	}
	known, _ := cty.Transform(d.Value.Unmarked().Cty(), func(_ cty.Path, v cty.Value) (cty.Value, error) {
		if !v.IsKnown() {
			return cty.StringVal("made-by-okta"), nil
		}
		return v, nil
	})
	value := d.Kind.FromCty(known)
	if call == o.wrong {
		value = value.With(schema.Values{d.Kind.Label: cty.StringVal("something else")})
	}
	return schema.Object{Kind: d.Kind.Name, ID: id, Owner: d.Owner, Complete: true, Value: value}, nil
}

func (o *fakeOrg) Create(_ context.Context, d schema.Desired) (schema.Object, error) {
	return o.call("create", d, "new-"+d.Addr.Name)
}

func (o *fakeOrg) Update(_ context.Context, prior schema.Object, d schema.Desired) (schema.Object, error) {
	return o.call("update", d, prior.ID)
}

func (o *fakeOrg) Delete(_ context.Context, prior schema.Object, _ string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.calls = append(o.calls, "delete "+prior.ID)
	return nil
}

func (o *fakeOrg) Unchanged(context.Context, schema.Object) error { return nil }

const chain = `
org {
  owner = "team/iam"
}
user "ada" {
  login      = "ada@example.com"
  first_name = "Ada"
  last_name  = "A"
}
group "testers" {
  name    = "Testers"
  members = [user.ada]
}
web_app "portal" {
  label           = "Portal"
  redirect_uris   = ["https://portal.example.com/cb"]
  assigned_groups = [group.testers]
}
group "alone" {
  name = "Alone"
}
`

// planned loads the configuration and plans it against the objects.
func planned(t *testing.T, text string, objects ...schema.Object) (*config.Config, *plan.Plan) {
	t.Helper()
	c, p, diags := makePlan(t, text, plan.Options{}, objects...)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return c, p
}

// makePlan loads the configuration and plans it with options against the objects.
func makePlan(t *testing.T, text string, options plan.Options, objects ...schema.Object) (*config.Config, *plan.Plan, hcl.Diagnostics) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.hcl"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	c, diags := config.Load(dir, config.Options{})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	t.Cleanup(func() { _ = c.Close() })
	options.Owner = c.Owner
	p, diags := plan.Make(c, &schema.Snapshot{Objects: objects}, options)
	return c, p, diags
}

func TestOrderAndProgress(t *testing.T) {
	c, p := planned(t, chain)
	org := &fakeOrg{}
	var steps []string
	result, diags := apply.Run(t.Context(), p, c, org, apply.Options{Parallelism: 4, Events: func(e apply.Event) {
		steps = append(steps, string(e.Step)+" "+e.Change.Addr.String())
	}})
	if diags.HasErrors() || result.Done.Add != 4 || result.Failed+result.NotDone != 0 {
		t.Fatalf("%+v, %v", result, diags)
	}
	at := func(call string) int { return slices.Index(org.calls, call) }
	if at("create user.ada") > at("create group.testers") || at("create group.testers") > at("create web_app.portal") {
		t.Errorf("order: %v", org.calls)
	}
	if slices.Index(steps, "complete group.testers") > slices.Index(steps, "start web_app.portal") {
		t.Errorf("events: %v", steps)
	}
	if o := result.Known(schema.Addr{Kind: "web_app", Name: "portal"}); o == nil || o.ID != "new-portal" {
		t.Errorf("known: %+v", o)
	}
}

// What depends on a failed change isn't started; everything else is done.
func TestFailureSkipsWhatDependsOnIt(t *testing.T) {
	c, p := planned(t, chain)
	org := &fakeOrg{fail: "create group.testers"}
	result, diags := apply.Run(t.Context(), p, c, org, apply.Options{Parallelism: 2})
	slices.Sort(org.calls)
	if got := fmt.Sprint(org.calls); got != "[create group.alone create group.testers create user.ada]" {
		t.Error(got)
	}
	if result.Done.Add != 2 || result.Failed != 1 || result.NotDone != 1 || !strings.Contains(diags.Error(), "group.testers") {
		t.Errorf("%+v, %v", result, diags)
	}
}

func TestStopStartsNothingNew(t *testing.T) {
	c, p := planned(t, chain)
	org, stop := &fakeOrg{}, make(chan struct{})
	result, _ := apply.Run(t.Context(), p, c, org, apply.Options{Stop: stop, Events: func(e apply.Event) {
		if e.Step == apply.Completed {
			close(stop)
		}
	}})
	if len(org.calls) != 1 || result.Done.Add != 1 || result.NotDone != 3 {
		t.Errorf("%v, %+v", org.calls, result)
	}
}

// An answer that isn't what was planned is an error, though the org took it.
func TestAnswerIsChecked(t *testing.T) {
	c, p := planned(t, chain)
	_, diags := apply.Run(t.Context(), p, c, &fakeOrg{wrong: "create group.alone"}, apply.Options{})
	if !strings.Contains(diags.Error(), "afterwards name isn't as planned") {
		t.Error(diags)
	}
}

// An evaluation that differs from what the plan showed is never sent.
func TestPlanIsBinding(t *testing.T) {
	c, p := planned(t, chain)
	for i := range p.Changes {
		if p.Changes[i].Addr.Name == "alone" {
			p.Changes[i].After = p.Changes[i].After.With(schema.Values{"name": cty.StringVal("What was approved")})
		}
	}
	org := &fakeOrg{}
	_, diags := apply.Run(t.Context(), p, c, org, apply.Options{})
	if !strings.Contains(diags.Error(), "has other values than the plan shows") || slices.Contains(org.calls, "create group.alone") {
		t.Errorf("%v, %v", org.calls, diags)
	}
}

// A replacement marks the old object as deposed before the new one is made,
// and deletes it last.
func TestReplace(t *testing.T) {
	text := `
org {
  owner = "team/iam"
}
web_app "w" {
  label         = "W"
  client_id     = "portal-%d"
  redirect_uris = ["https://w.example.com/cb"]
}
`
	_, old := planned(t, fmt.Sprintf(text, 1))
	change := old.Changes[0]
	c, p := planned(t, fmt.Sprintf(text, 2), schema.Object{Kind: "web_app", ID: "0oa-old", Owner: change.Owner, Complete: true, Value: change.After})
	org := &fakeOrg{}
	result, diags := apply.Run(t.Context(), p, c, org, apply.Options{})
	if got := fmt.Sprint(org.calls); got != "[update web_app.w deposed create web_app.w delete 0oa-old]" {
		t.Error(got, diags)
	}
	if result.Done.Add != 1 || result.Done.Destroy != 1 {
		t.Errorf("%+v", result)
	}
}

// A group whose block was given another name while an app is assigned to it
// stays the same group: only its mark changes, and the app not at all.
func TestRenamedGroupInUse(t *testing.T) {
	text := `
org {
  owner = "team/iam"
}
group "%[1]s" {
  name = "G"
}
web_app "w" {
  label           = "W"
  redirect_uris   = ["https://w.example.com/cb"]
  assigned_groups = [group.%[1]s]
}
`
	_, old := planned(t, fmt.Sprintf(text, "old"))
	var objects []schema.Object
	for _, change := range old.Changes {
		value, _ := cty.Transform(change.After.Cty(), func(_ cty.Path, v cty.Value) (cty.Value, error) {
			if v.Type().Equals(schema.Ref) {
				return cty.ObjectVal(map[string]cty.Value{"id": cty.StringVal("id-old"), "addr": cty.StringVal(""), "name": cty.StringVal("G")}), nil
			}
			return v, nil
		})
		objects = append(objects, schema.Object{Kind: change.Kind.Name, ID: "id-" + change.Addr.Name, Owner: change.Owner, Complete: true, Value: change.Kind.FromCty(value)})
	}
	c, p := planned(t, fmt.Sprintf(text, "new"), objects...)
	org := &fakeOrg{}
	result, diags := apply.Run(t.Context(), p, c, org, apply.Options{Parallelism: 2})
	if got := fmt.Sprint(org.calls); got != "[update group.new]" || diags.HasErrors() {
		t.Error(got, diags)
	}
	app := result.Known(schema.Addr{Kind: "web_app", Name: "w"})
	if groups := app.Value.GetAttr("assigned_groups").AsValueSlice(); len(groups) != 1 || groups[0].GetAttr("id").AsString() != "id-old" {
		t.Errorf("%#v", groups)
	}
}

// Every change but those that nothing happens to has a beginning and an end,
// and no change begins before another that it waits for has ended.
func TestEvents(t *testing.T) {
	c, p := planned(t, chain)
	steps := map[string][]apply.Step{}
	ended := map[string]bool{}
	_, _ = apply.Run(t.Context(), p, c, &fakeOrg{fail: "create user.ada"}, apply.Options{Parallelism: 8, Events: func(e apply.Event) {
		addr := e.Change.Addr.String()
		steps[addr] = append(steps[addr], e.Step)
		ended[addr] = e.Step != apply.Started
		if (e.Step == apply.Failed) != (e.Err != nil) || e.Time.IsZero() {
			t.Errorf("%+v", e)
		}
		for _, before := range e.Change.DependsOn {
			if e.Step == apply.Started && !ended[before.String()] {
				t.Errorf("%s begins before %s has ended", addr, before)
			}
		}
	}})
	if got, want := fmt.Sprint(steps), "map[group.alone:[start complete] group.testers:[skipped] user.ada:[start errored] web_app.portal:[skipped]]"; got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

// Two names that are swapped: one object gives up its name first, and is then
// compared with what it became by that.
func TestSwappedNames(t *testing.T) {
	group := func(name, label string) schema.Object {
		k := kinds.Named("group")
		attrs := schema.Values{}
		attrs["name"] = cty.StringVal(label)
		return schema.Object{Kind: "group", ID: "00g" + name, Owner: schema.Owner{Owner: "team/iam", Addr: "group." + name}, Complete: true, Value: k.Object(attrs)}
	}
	c, p := planned(t, "org {\n  owner = \"team/iam\"\n}\ngroup \"a\" {\n  name = \"B\"\n}\ngroup \"b\" {\n  name = \"A\"\n}\n", group("a", "A"), group("b", "B"))
	org := &namedOrg{}
	result, diags := apply.Run(t.Context(), p, c, org, apply.Options{Parallelism: 4})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	want := []string{"group.a: A -> A~00ga", "group.b: B -> A", "group.a: A~00ga -> B"}
	if !slices.Equal(org.names, want) || result.Done.Change != 2 {
		t.Errorf("%v, %+v", org.names, result.Done)
	}
}

// namedOrg writes down the names that updates change.
type namedOrg struct {
	fakeOrg
	names []string
}

func (o *namedOrg) Update(ctx context.Context, prior schema.Object, d schema.Desired) (schema.Object, error) {
	o.names = append(o.names, fmt.Sprintf("%s: %s -> %s", d.Addr, prior.Value.GetAttr("name").AsString(), d.Value.GetAttr("name").AsString()))
	return o.fakeOrg.Update(ctx, prior, d)
}
