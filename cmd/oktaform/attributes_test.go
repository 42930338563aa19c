package main

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/apply"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/openapicheck"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// attributeRow is the life of one attribute: it is declared, somebody changes it
// by hand, the plan sees just that, an apply mends it, the next plan is empty,
// and destroy leaves nothing to be destroyed.
type attributeRow struct {
	attr  string // group.description, group.admin_role.target_groups; several, separated by spaces, drift together
	body  string // the object under test has the name x
	first string // lines as in drift, done before the first apply
	drift string // lines of METHOD PATH [BODY]; {group.x} stands for an id, {policy NAME} for an authentication policy's, {org} for the org's URL, /{last} for the last of the list before it; EDIT merges into what is there
}

// TestAttributes runs the rows, and asks for one for every attribute of every
// kind.
func TestAttributes(t *testing.T) {
	t.Parallel()
	rows := attributeRows()
	for _, row := range rows {
		first := row.attrs()[0]
		if len(row.attrs()) > 1 {
			first += " and others"
		}
		t.Run(first, func(t *testing.T) {
			t.Parallel()
			row.run(t)
		})
	}
	for _, k := range kinds.All() {
		for _, attr := range attributesOf(k) {
			if excuse(attr) == "" && !slices.ContainsFunc(rows, func(r attributeRow) bool { return slices.Contains(r.attrs(), attr) }) {
				t.Errorf("%s has no row in attributeRows", attr)
			}
		}
	}
}

func (row attributeRow) attrs() []string { return strings.Fields(row.attr) }

// drifted is how lifeOf.changed names what drifts in the row. An attribute that
// tells blocks apart makes other blocks of them.
func (row attributeRow) drifted() []string {
	var out []string
	for _, attr := range row.attrs() {
		parts := strings.SplitN(attr, ".", 3)
		if b := kinds.Named(parts[0]).Block(parts[1]); b != nil && len(parts) == 3 && slices.Contains(b.Key, parts[2]) {
			attr = parts[0] + "." + parts[1]
		}
		out = append(out, strings.Replace(attr, ".", ".x ", 1))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// attributesOf names what of a kind is declared and in the org.
func attributesOf(k *schema.Kind) []string {
	var names []string
	add := func(prefix, label string, attrs []schema.Attr) {
		for _, a := range attrs {
			if !a.Local && (!a.Computed || a.Settable) && a.Name != label {
				names = append(names, prefix+a.Name)
			}
		}
	}
	add(k.Name+".", "", k.Attrs)
	for i := range k.Blocks {
		if len(k.Blocks[i].Key) > 0 { // else another one is other attributes of the only one
			names = append(names, k.Name+"."+k.Blocks[i].Type)
		}
		add(k.Name+"."+k.Blocks[i].Type+".", k.Blocks[i].Label, k.Blocks[i].Attrs)
	}
	return names
}

// lifeOf is what a row works with.
type lifeOf struct {
	*testing.T
	story  *story
	config *config.Config
	client *org.Client
	ids    map[string]string // by address
}

func (row attributeRow) run(t *testing.T) {
	server, err := sandbox.New(sandbox.Options{SigningKey: signingKey()})
	if err != nil {
		t.Fatal(err)
	}
	listener := httptest.NewServer(openapicheck.Wrap(t, server))
	defer func() {
		listener.Close()
		_ = server.Close()
	}()
	l := &lifeOf{T: t, story: &story{tb: t, org: server, server: listener}, ids: map[string]string{}}
	dir := t.TempDir()
	text := "org {\n  owner = \"test\"\n}\n" + row.body
	if err := os.WriteFile(filepath.Join(dir, "main.hcl"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	var diags hcl.Diagnostics
	l.config, diags = config.Load(dir, config.Options{})
	l.check(append(diags, l.config.Validate()...))
	defer l.config.Close()
	l.client, err = org.Connect(okta.Credentials{URL: listener.URL, Mode: okta.SSWS, Token: schema.NewSecret(server.Token()), Source: "the test"}, okta.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(row.first) {
		l.change(strings.TrimSpace(line))
	}
	l.apply(false)
	l.isEmpty("after the first apply")
	for line := range strings.Lines(row.drift) {
		l.change(strings.TrimSpace(line))
	}
	if got, want := l.changed(), row.drifted(); !slices.Equal(got, want) {
		t.Fatalf("after %s the plan changes %q, want %q", row.drift, got, want)
	}
	l.accepts(dir)
	l.apply(false)
	l.isEmpty("after the second apply")
	l.apply(true)
	if p := l.plan(true); !p.Empty() {
		t.Errorf("after destroy there is something to destroy: %v", p.Changes)
	}
}

func (l *lifeOf) check(diags hcl.Diagnostics) {
	l.Helper()
	if diags.HasErrors() {
		l.Fatal(diags)
	}
}

func (l *lifeOf) plan(destroy bool) *plan.Plan {
	l.Helper()
	o := plan.Options{Owner: l.config.Owner, Destroy: destroy}
	eval := l.config.Evaluate(nil)
	declared, diags := eval.All()
	l.check(diags)
	identity, diags := eval.Identity()
	l.check(diags)
	snapshot, err := l.client.Read(l.Context(), plan.Query(declared, identity, o))
	if err != nil {
		l.Fatal(err)
	}
	p, diags := plan.Make(l.config, snapshot, o)
	l.check(diags)
	return p
}

func (l *lifeOf) apply(destroy bool) {
	l.Helper()
	result, diags := apply.Run(l.Context(), l.plan(destroy), l.config, l.client, apply.Options{})
	l.check(diags)
	for _, d := range l.declared() {
		if object := result.Known(d.Addr); object != nil {
			l.ids[d.Addr.String()] = object.ID
		}
	}
}

func (l *lifeOf) declared() []schema.Desired {
	declared, _ := l.config.Evaluate(nil).All()
	return declared
}

func (l *lifeOf) isEmpty(when string) {
	l.Helper()
	if changed := l.changed(); len(changed) > 0 {
		l.Fatalf("%s the plan isn't empty: %q", when, changed)
	}
}

// changed names what the plan changes: addresses and attributes; of nested blocks
// the type alone where the plan makes or takes away one, else their attributes.
func (l *lifeOf) changed() []string {
	l.Helper()
	var out []string
	for _, c := range l.plan(false).Changes {
		switch c.Action {
		case plan.NoOp:
		case plan.Update:
			for _, name := range c.Kind.Changed(c.Before, c.After) {
				for _, part := range changedParts(c.Kind.Block(name), name, c.Before, c.After) {
					out = append(out, c.Addr.String()+" "+part)
				}
			}
		default:
			out = append(out, string(c.Action)+" "+c.Addr.String())
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// changedParts is the attribute's name, or for a type of nested blocks what
// differs in them.
func changedParts(b *schema.Block, name string, before, after schema.Value) []string {
	if b == nil {
		return []string{name}
	}
	have, want := blocksByKey(b, before.GetAttr(name)), blocksByKey(b, after.GetAttr(name))
	if !maps.EqualFunc(have, want, func(cty.Value, cty.Value) bool { return true }) {
		return []string{name}
	}
	var out []string
	for key, h := range have {
		for attr := range b.ValueType().AttributeTypes() {
			if a := b.Attr(attr); !a.Hidden && !schema.Equal(h.GetAttr(attr), want[key].GetAttr(attr)) {
				out = append(out, name+"."+attr)
			}
		}
	}
	return out
}

func blocksByKey(b *schema.Block, list cty.Value) map[string]cty.Value {
	out := map[string]cty.Value{}
	if list.IsNull() || !list.IsKnown() {
		return out
	}
	for _, block := range list.AsValueSlice() {
		out[b.KeyOf(block)] = block
	}
	return out
}

var (
	idOf     = regexp.MustCompile(`\{[a-z_]+\.[a-z_]+\}`)
	policyOf = regexp.MustCompile(`\{policy ([A-Za-z ]+)\}`)
)

// change does by hand what a line of a row's drift says.
func (l *lifeOf) change(line string) {
	l.Helper()
	if line == "" {
		return
	}
	line = strings.ReplaceAll(line, "{org}", l.story.server.URL)
	line = idOf.ReplaceAllStringFunc(line, func(addr string) string { return cmp.Or(l.ids[strings.Trim(addr, "{}")], addr) })
	line = policyOf.ReplaceAllStringFunc(line, func(named string) string { return l.policy(policyOf.FindStringSubmatch(named)[1]) })
	if list, _, ok := strings.Cut(line, "/{last}"); ok {
		line = strings.Replace(line, "{last}", l.last(list[strings.Index(list, "/"):]), 1)
	}
	parts := append(strings.SplitN(line, " ", 3), "")
	method, path, body := parts[0], parts[1], parts[2]
	if method == "EDIT" {
		var doc, edit map[string]any
		if err := l.story.get(path, &doc); err != nil {
			l.Fatal(err)
		}
		if err := json.Unmarshal([]byte(body), &edit); err != nil {
			l.Fatal(err)
		}
		merge(doc, edit)
		data, err := json.Marshal(doc)
		if err != nil {
			l.Fatal(err)
		}
		method, body = http.MethodPut, string(data)
	}
	status, answer, err := l.story.call(method, path, body)
	if err != nil || status >= 300 {
		l.Fatalf("%s: %d %s %v", line, status, answer, err)
	}
}

// last is the id of the last element of a list.
func (l *lifeOf) last(path string) string {
	l.Helper()
	var list []struct{ ID string }
	if err := l.story.get(path, &list); err != nil || len(list) == 0 {
		l.Fatalf("%s: %d elements, %v", path, len(list), err)
	}
	return list[len(list)-1].ID
}

// policy is the id of the authentication policy of that name.
func (l *lifeOf) policy(name string) string {
	l.Helper()
	var list []struct{ ID, Name string }
	if err := l.story.get("/api/v1/policies?type=ACCESS_POLICY", &list); err != nil {
		l.Fatal(err)
	}
	for _, p := range list {
		if p.Name == name {
			return p.ID
		}
	}
	l.Fatalf("no policy %q in %v", name, list)
	return ""
}
