package testrun

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/jwk"
	"github.com/oktaform/oktaform/internal/smoke"
	"github.com/oktaform/oktaform/internal/testfile"
	"github.com/oktaform/oktaform/plan"
)

// mutation is something that an object can lose in the org.
type mutation struct {
	what string // for people: service_app.bot loses the scope okta.users.read
	at   hcl.Range
	take func(context.Context) error
}

// Mutate applies the configuration, and takes away in the org one thing at a time: a scope, admin
// role or target of one, key, redirect URI, assignment, member, permission or resource. A step
// fails if all smoke tests still pass: then none of them needs what was taken away. After each
// step, an apply repairs the org. A test file, which may be nil, gives variables and the setup of
// the org.
func Mutate(ctx context.Context, dir string, f *testfile.File, o *Options) (*Result, error) {
	in, err := start(dir, o)
	if err != nil {
		return nil, err
	}
	defer in.close()
	result := &Result{Folder: dir, Sources: map[string]*hcl.File{}}
	t := &fileTest{recorder: &recorder{result: result, now: o.Clock.LocalNow}, in: in, file: f, responses: map[string]cty.Value{}, outputs: map[string]cty.Value{}}
	if f == nil {
		t.file = &testfile.File{}
	} else {
		result.Sources[f.Name] = f.Source
	}
	defer t.end()
	m := &mutating{fileTest: t}
	if !t.step("apply", hcl.Range{}, func(s *Step) error { return m.begin(ctx, s) }) {
		return result, nil
	}
	mutations, err := m.list(ctx)
	if err != nil {
		return nil, err
	}
	for _, one := range mutations {
		t.step(one.what, one.at, func(s *Step) error { return m.try(ctx, one, s) })
	}
	if len(mutations) == 0 {
		result.Steps = append(result.Steps, Step{Name: "mutations", Outcome: Skipped, Summary: "there is nothing that gives access to take away"})
	}
	return result, nil
}

type mutating struct {
	*fileTest
	known config.Known
}

// begin applies, and fails if the smoke tests fail without any mutation.
func (m *mutating) begin(ctx context.Context, s *Step) error {
	if err := m.prepare(ctx); err != nil {
		return err
	}
	if err := m.in.load(m.values...); err != nil {
		return err
	}
	p, err := m.repair(ctx)
	if err != nil {
		return err
	}
	if s.Smoke, err = m.in.runSmoke(ctx, m.known); err != nil {
		return err
	}
	s.Summary = counted(p) + "; " + smokeCounts(s.Smoke)
	if s.Smoke.Failed > 0 {
		return errSmoke
	}
	return nil
}

// repair makes the org as declared.
func (m *mutating) repair(ctx context.Context) (*plan.Plan, error) {
	p, err := m.in.makePlan(ctx, false)
	if err != nil {
		return nil, err
	}
	m.known, _, err = m.in.carryOut(ctx, p)
	return p, err
}

// errRefused means that the org refuses to take something away.
var errRefused = errors.New("the org refuses")

// try takes one thing away, runs the smoke tests, and repairs the org.
func (m *mutating) try(ctx context.Context, one mutation, s *Step) error {
	if err := one.take(ctx); err != nil {
		if errors.Is(err, errRefused) {
			s.Outcome, s.Summary = Skipped, err.Error()
			_, err = m.repair(ctx)
			return err
		}
		return err
	}
	report, err := m.in.runSmoke(ctx, m.known)
	if err != nil {
		return err
	}
	if _, err := m.repair(ctx); err != nil {
		return fmt.Errorf("the org could not be repaired after it: %w", err)
	}
	var missed []string
	for _, test := range report.Tests {
		if test.Outcome == smoke.Failed {
			missed = append(missed, fmt.Sprintf("%q", test.Name))
		}
	}
	if len(missed) > 0 {
		s.Summary = "missed by " + strings.Join(missed, ", ")
		return nil
	}
	return m.in.Failed(hcl.Diagnostics{failure(one.at, "No smoke test needs it", "%s, and all smoke tests still pass. Add a test that uses it, or remove it from the configuration.", one.what)})
}

// list returns what can be taken away from the objects of the configuration.
func (m *mutating) list(ctx context.Context) (list []mutation, err error) {
	p, err := m.in.makePlan(ctx, false)
	if err != nil {
		return nil, err
	}
	for i := range p.Changes {
		c := &p.Changes[i]
		var more []mutation
		switch {
		case c.Prior == nil:
			continue
		case c.Kind.OnExisting:
		case c.Kind.Attr("client_id") != nil:
			more, err = m.ofApp(ctx, c)
		case c.Kind.Person:
			more, err = m.roles(ctx, c, "/api/v1/users/"+c.ID+"/roles")
		case c.Kind.Attr("members") != nil:
			more, err = m.roles(ctx, c, "/api/v1/groups/"+c.ID+"/roles")
		}
		if err != nil {
			return nil, err
		}
		list = append(append(list, more...), m.elements(c)...)
	}
	return list, nil
}

// ofApp returns what can be taken away from an app.
func (m *mutating) ofApp(ctx context.Context, c *plan.Change) (list []mutation, err error) {
	path := "/api/v1/apps/" + c.ID
	add := func(take func(context.Context) error, format string, args ...any) {
		list = append(list, mutation{fmt.Sprintf("%s loses %s", c.Addr, fmt.Sprintf(format, args...)), c.Range, take})
	}
	grants, err := m.read(ctx, path+"/grants")
	if err != nil {
		return nil, err
	}
	for _, g := range grants {
		add(m.deletion(path+"/grants/"+text(g["id"])), "the scope %v", g["scopeId"])
	}
	app, err := m.readOne(ctx, path)
	if err != nil {
		return nil, err
	}
	client := member(app, "settings", "oauthClient")
	if keys, _ := member(client, "jwks")["keys"].([]any); len(keys) > 0 {
		for _, key := range keys {
			key, _ := key.(map[string]any)
			add(func(ctx context.Context) error { return m.replaceKey(ctx, path, key) }, "the key %v", key["kid"])
		}
	}
	uris, _ := client["redirect_uris"].([]any)
	for i, uri := range uris {
		add(func(ctx context.Context) error { return m.replaceURI(ctx, path, i) }, "the redirect URI %v", uri)
	}
	for _, kind := range []string{"groups", "users"} {
		assigned, err := m.read(ctx, path+"/"+kind)
		if err != nil {
			return nil, err
		}
		for _, a := range assigned {
			if a["scope"] == "GROUP" {
				continue // assigned through the group
			}
			name, err := m.nameOf(ctx, "/api/v1/"+kind+"/"+text(a["id"]))
			if err != nil {
				return nil, err
			}
			add(m.deletion(path+"/"+kind+"/"+text(a["id"])), "the assignment of %s", name)
		}
	}
	more, err := m.roles(ctx, c, "/oauth2/v1/clients/"+c.ID+"/roles")
	return append(list, more...), err
}

// roles returns the admin roles that a principal can lose.
func (m *mutating) roles(ctx context.Context, c *plan.Change, path string) (list []mutation, err error) {
	roles, err := m.read(ctx, path)
	for _, r := range roles {
		if r["assignmentType"] == "GROUP" && c.Kind.Person {
			continue // held through a group
		}
		name := text(r["type"])
		if label := text(r["label"]); name == "CUSTOM" && label != "" {
			name = fmt.Sprintf("%q", label)
		}
		list = append(list, mutation{fmt.Sprintf("%s loses the role %s", c.Addr, name), c.Range, m.deletion(path + "/" + text(r["id"]))})
	}
	return list, err
}

// nameOf returns what people call a group or user.
func (m *mutating) nameOf(ctx context.Context, path string) (string, error) {
	doc, err := m.readOne(ctx, path)
	profile := member(doc, "profile")
	for _, name := range []string{"login", "name"} {
		if value := text(profile[name]); value != "" {
			return fmt.Sprintf("%q", value), err
		}
	}
	return path, err
}

// replaceKey puts another key in the place of one of an app, since an app can't lose its last one.
func (m *mutating) replaceKey(ctx context.Context, path string, key map[string]any) error {
	private, err := jwk.Generate("P-256")
	if err != nil {
		return err
	}
	other, err := private.PublicJWK(text(key["kid"]) + "-taken-away")
	if err != nil {
		return err
	}
	var body map[string]any
	if err := json.Unmarshal(other, &body); err != nil {
		return err
	}
	return m.edit(ctx, path, func(app map[string]any) {
		jwks := member(app, "settings", "oauthClient", "jwks")
		keys, _ := jwks["keys"].([]any)
		for i, k := range keys {
			if k, _ := k.(map[string]any); k["kid"] == key["kid"] {
				keys[i] = body
			}
		}
	})
}

// replaceURI puts another redirect URI in the place of one of an app, since an app may need one.
func (m *mutating) replaceURI(ctx context.Context, path string, i int) error {
	return m.edit(ctx, path, func(app map[string]any) {
		if uris, _ := member(app, "settings", "oauthClient")["redirect_uris"].([]any); i < len(uris) {
			uris[i] = "https://taken-away.example.com/callback"
		}
	})
}

// edit changes a document in the org.
func (m *mutating) edit(ctx context.Context, path string, change func(map[string]any)) error {
	doc, err := m.readOne(ctx, path)
	if err != nil {
		return err
	}
	change(doc)
	body, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	return m.send(ctx, http.MethodPut, path, body)
}

func (m *mutating) deletion(path string) func(context.Context) error {
	return func(ctx context.Context) error { return m.send(ctx, http.MethodDelete, path, nil) }
}

func (m *mutating) send(ctx context.Context, method, path string, body []byte) error {
	status, answer, err := m.call(ctx, method, path, body)
	if err == nil && status >= 300 {
		err = fmt.Errorf("%w: %s %s: %d %s", errRefused, method, path, status, reason(answer, nil))
	}
	return err
}

// read reads a list. What the org doesn't have for an object is empty.
func (m *mutating) read(ctx context.Context, path string) (list []map[string]any, err error) {
	status, answer, err := m.call(ctx, http.MethodGet, path, nil)
	if err != nil || status == http.StatusNotFound {
		return nil, err
	}
	if status != http.StatusOK {
		return nil, fmt.Errorf("GET %s: %d %s", path, status, reason(answer, nil))
	}
	return list, json.Unmarshal(answer, &list)
}

func (m *mutating) readOne(ctx context.Context, path string) (doc map[string]any, err error) {
	status, answer, err := m.call(ctx, http.MethodGet, path, nil)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("GET %s: %d %s", path, status, reason(answer, nil))
	}
	if err != nil {
		return nil, err
	}
	return doc, json.Unmarshal(answer, &doc)
}

// member returns an inner object of a document; an empty one if there is none.
func member(doc map[string]any, path ...string) map[string]any {
	for _, name := range path {
		doc, _ = doc[name].(map[string]any)
	}
	return doc
}

func text(v any) string {
	s, _ := v.(string)
	return s
}
