package org_test

import (
	"encoding/json"
	"flag"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zclconf/go-cty/cty"
	"pgregory.net/rapid"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/org/readcache"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// A read by events finds what a full read finds, whatever somebody has changed.

// watched is an org with a configuration that declares all that can be, read by
// events time after time.
type watched struct {
	meddler
	q    schema.Query
	past *readcache.Cache
	seen []schema.Object
	late time.Duration // how far the org's clock is ahead
}

func watch(t *testing.T, pick func(n int) int) *watched {
	w := &watched{meddler: meddler{live: connect(t, sandbox.Options{}), t: t, pick: pick}}
	w.tape.after = undated // what isn't known by an event shows that it isn't
	n := 0
	a := newAuthor(t, func(k int) int { n++; return n % k })
	dir, objects := t.TempDir(), a.base()
	a.grow(dir, objects, func(*written, piece) bool { return true })
	c, diags := a.load(dir, objects)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	defer func() { _ = c.Close() }()
	w.applied(t, t, c, a.text(objects))
	eval := c.Evaluate(nil)
	declared, _ := eval.All()
	identity, _ := eval.Identity()
	w.q = plan.Query(declared, identity, plan.Options{Owner: c.Owner})
	w.q.Admins = true
	w.q.Objects = append(w.q.Objects, schema.ObjectQuery{Addr: schema.Addr{Kind: "admin", Name: "g"}, Name: kinds.Principal("group", "By hand")})
	w.call(t, "POST", "/api/v1/groups", `{"profile":{"name":"By hand"}}`)
	w.agree("the first read", true)
	w.later(11 * time.Minute)
	w.agree("after the overlap", false)
	w.later(11 * time.Minute)
	w.agree(quiet, false)
	return w
}

// later lets time pass in the org.
func (w *watched) later(d time.Duration) {
	w.late += d
	w.org.SetClockOffset(w.late)
	w.call(w.t, "GET", "/api/v1/groups?limit=1", "")
}

// quiet is when nothing has changed: then there are lists to read, and the log.
const quiet = "nothing changed"

// quietCalls is how many requests that takes at most: three of them for the groups claims of
// three apps, of which the log tells nothing.
const quietCalls = 21

// client is that of a run of its own, which remembers nothing of others.
func (w *watched) client() *org.Client {
	client, err := org.Connect(
		okta.Credentials{URL: w.org.URL, Mode: okta.SSWS, Token: schema.NewSecret(w.org.Token()), Source: "the test"},
		okta.Options{Clock: &instant{}, Transport: w.tape},
	)
	if err != nil {
		w.t.Fatal(err)
	}
	return client
}

// agree reads by events and completely, and compares.
func (w *watched) agree(what string, whole bool) {
	w.t.Helper()
	w.tape.take()
	c := w.client()
	who, err := c.Identity(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	got, next, how, err := readcache.Read(w.t.Context(), c, who, w.q, w.past, "test")
	if err != nil {
		w.t.Fatal(err)
	}
	calls := len(w.tape.take())
	want, err := w.client().Read(w.t.Context(), w.q)
	if err != nil {
		w.t.Fatal(err)
	}
	full := len(w.tape.take())
	w.seen = want.Objects
	if everything := strings.Contains(how, "everything was read"+":"); everything != whole || what == quiet && calls > quietCalls {
		w.t.Errorf("after %s: %s (%d requests, %d for everything)", what, how, calls, full)
	}
	w.compare(what, "object", got.Objects, want.Objects)
	if w.q.Admins {
		w.compare(what, "holder", got.Admins.Objects, want.Admins.Objects)
	}
	if next == nil {
		w.t.Fatal(how)
	}
	file, err := json.Marshal(next)
	if err == nil {
		w.past = &readcache.Cache{}
		err = json.Unmarshal(file, w.past)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	if strings.Contains(string(file), "client_secret\":\"") || strings.Contains(string(file), w.org.Token()) {
		w.t.Error("a secret is remembered")
	}
}

func (w *watched) compare(what, which string, got, want []schema.Object) {
	w.t.Helper()
	same := func(a, b schema.Object) bool {
		return a.Kind == b.Kind && a.ID == b.ID && a.Owner == b.Owner && a.Complete == b.Complete && a.ClientID == b.ClientID && alike(a.Value.Cty(), b.Value.Cty())
	}
	for _, o := range want {
		i := slices.IndexFunc(got, func(g schema.Object) bool { return g.Kind == o.Kind && g.ID == o.ID })
		switch {
		case i < 0:
			w.t.Errorf("after %s: the %s %s %s isn't read by events", what, which, o.Kind, o.ID)
		case !same(got[i], o):
			w.t.Errorf("after %s: %s %s %s", what, which, o.Kind, o.ID)
			for name, v := range o.Value.All() {
				if is := got[i].Value.GetAttr(name); !alike(is, v) {
					w.t.Errorf("%s by events:  %#v\n%s completely: %#v", name, is, name, v)
				}
			}
		}
	}
	if len(got) != len(want) {
		w.t.Errorf("after %s: %d %ss by events, %d completely", what, len(got), which, len(want))
	}
}

// alike compares values. What a reference is called counts where both know: that a
// full read knows may be by chance, from what it reads beside.
func alike(a, b cty.Value) bool {
	bare := func(v cty.Value) (cty.Value, map[string]string) {
		names := map[string]string{}
		out, _ := cty.Transform(v, func(_ cty.Path, v cty.Value) (cty.Value, error) {
			if v.IsNull() || !v.Type().Equals(schema.Ref) {
				return v, nil
			}
			id := v.GetAttr("id").AsString()
			if name := v.GetAttr("name").AsString(); name != id {
				names[id] = name
			}
			return cty.ObjectVal(map[string]cty.Value{"id": s(id), "addr": v.GetAttr("addr"), "name": s("")}), nil
		})
		return plain(out), names
	}
	av, an := bare(a)
	bv, bn := bare(b)
	for id, name := range an {
		if other, ok := bn[id]; ok && other != name {
			return false
		}
	}
	return av.RawEquals(bv)
}

// meddle does one operation, or an edit of an app.
func (w *watched) meddle(op string) (string, bool) {
	if op == "PUT /api/v1/apps/{appId}" {
		return w.edit()
	}
	if op == "POST /api/v1/users/{userId}/lifecycle/activate" { // of who isn't active
		id, _ := w.value(op, "userId", "/api/v1/users")
		w.meddler.try(w.t, "POST", "/api/v1/users/"+id+"/lifecycle/deactivate", "")
		status, _ := w.meddler.try(w.t, "POST", "/api/v1/users/"+id+"/lifecycle/activate", "")
		return "POST .../" + id + "/lifecycle/activate", status < 300
	}
	return w.do(op)
}

// neverTaken are operations that need more than this test has: what they do is
// none of what is read.
var neverTaken = []string{
	"POST /api/v1/users/{userId}/credentials/change_password", "POST /api/v1/users/{userId}/lifecycle/unlock",
	"PUT /api/v1/policies/{policyId}", "POST /api/v1/apps/{appId}/credentials/keys/generate", "POST /api/v1/apps/{appId}/credentials/keys/{keyId}/clone",
	// They take the browser of a user, and what a user allowed.
	"DELETE /api/v1/users/{userId}/grants/{grantId}",
	"DELETE /api/v1/users/{userId}/clients/{clientId}/grants",
	"DELETE /api/v1/apps/{appId}/tokens/{tokenId}",
	"DELETE /api/v1/users/{userId}/clients/{clientId}/tokens",
	"DELETE /api/v1/users/{userId}/clients/{clientId}/tokens/{tokenId}",
	"DELETE /api/v1/sessions/me",
	"POST /api/v1/sessions/me/lifecycle/refresh",
	// The org lacks the feature.
	"POST /api/v1/groups/{groupId}/owners",
	"DELETE /api/v1/groups/{groupId}/owners/{ownerId}",
	"PUT /api/v1/apps/{appId}/features/{featureName}",
	"POST /api/v1/apps/{appId}/federated-claims",
	"PUT /api/v1/apps/{appId}/federated-claims/{claimId}",
	"DELETE /api/v1/apps/{appId}/federated-claims/{claimId}",
	"POST /api/v1/apps/{appId}/group-push/mappings",
	"PATCH /api/v1/apps/{appId}/group-push/mappings/{mappingId}",
	"DELETE /api/v1/apps/{appId}/group-push/mappings/{mappingId}",
	"POST /api/v1/apps/{appId}/cwo/connections",
	"PATCH /api/v1/apps/{appId}/cwo/connections/{connectionId}",
	"DELETE /api/v1/apps/{appId}/cwo/connections/{connectionId}",
	"PUT /api/v1/users/{userId}/classification",
	"PUT /api/v1/users/{userId}/risk",
	// Okta has it for users only.
	"PUT /oauth2/v1/clients/{clientId}/roles/{roleAssignmentId}/targets/catalog/apps", "PUT /api/v1/groups/{groupId}/roles/{roleAssignmentId}/targets/catalog/apps",
}

// targets limits roles of a client, a user and a group to this and that.
func (w *watched) targets(taken map[string]bool) {
	w.t.Helper()
	var apps, groups []string
	for _, o := range w.seen {
		switch {
		case o.Kind == "web_app", o.Kind == "native_app":
			apps = append(apps, o.ID)
		case o.Kind == "group":
			groups = append(groups, o.ID)
		}
	}
	groups = append(groups, w.ids("/api/v1/groups")...)
	slices.Sort(groups)
	groups = slices.Compact(groups)
	for base, id := range map[string]string{"/oauth2/v1/clients/{clientId}": w.idOf("service_app"), "/api/v1/users/{userId}": w.idOf("user"), "/api/v1/groups/{groupId}": w.idOf("group")} {
		path := regexp.MustCompile(`\{\w+\}`).ReplaceAllString(base, id)
		for _, step := range []struct{ role, op, end string }{
			{"APP_ADMIN", "PUT {appName}/{targetAppId}", "/catalog/apps/oidc_client/" + apps[0]},
			{"APP_ADMIN", "PUT {appName}/{targetAppId}", "/catalog/apps/oidc_client/" + apps[1]},
			{"APP_ADMIN", "DELETE {appName}/{targetAppId}", "/catalog/apps/oidc_client/" + apps[0]},
			{"APP_ADMIN", "PUT {appName}", "/catalog/apps/salesforce"},
			{"APP_ADMIN", "DELETE {appName}", "/catalog/apps/salesforce"},
			{"APP_ADMIN", "PUT ", "/catalog/apps"},
			{"HELP_DESK_ADMIN", "PUT {targetGroupId}", "/groups/" + groups[0]},
			{"HELP_DESK_ADMIN", "PUT {targetGroupId}", "/groups/" + groups[1]},
			{"HELP_DESK_ADMIN", "DELETE {targetGroupId}", "/groups/" + groups[0]},
		} {
			w.meddler.try(w.t, "POST", path+"/roles", `{"type":"`+step.role+`"}`)
			method, last, _ := strings.Cut(step.op, " ")
			call := path + "/roles/" + w.roleID(path+"/roles", step.role) + "/targets" + step.end
			if status, _ := w.meddler.try(w.t, method, call, ""); status >= 300 {
				continue
			}
			list := "catalog/apps"
			if strings.HasPrefix(step.end, "/groups") {
				list = "groups"
			}
			taken[strings.TrimSuffix(method+" "+base+"/roles/{roleAssignmentId}/targets/"+list+"/"+last, "/")] = true
			w.agree(method+" "+call, false)
			w.later(11 * time.Minute)
			w.remember()
		}
	}
}

func (w *watched) idOf(kind string) string {
	i := slices.IndexFunc(w.seen, func(o schema.Object) bool { return o.Kind == kind })
	if kind == "service_app" {
		return w.seen[i].Value.GetAttr("client_id").AsString()
	}
	return w.seen[i].ID
}

func (w *watched) ids(path string) []string {
	var found []struct{ ID, Type string }
	decode(w.t, w.call(w.t, "GET", path, ""), &found)
	var ids []string
	for _, doc := range found {
		if doc.Type != "BUILT_IN" {
			ids = append(ids, doc.ID)
		}
	}
	return ids
}

func (w *watched) roleID(path, role string) string {
	var found []struct{ ID, Type string }
	decode(w.t, w.call(w.t, "GET", path, ""), &found)
	for _, doc := range found {
		if doc.Type == role {
			return doc.ID
		}
	}
	return "none"
}

// TestEveryWriteShows goes through all that the sandbox lets one write.
func TestEveryWriteShows(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	w := watch(t, random.IntN)
	ops := writesServed()
	// What makes comes before what changes, and what deletes whole objects, last.
	rank := func(op string) int {
		method, path, _ := strings.Cut(op, " ")
		switch {
		case strings.HasPrefix(path, "/api/v1/users/") && strings.HasSuffix(path, "/activate"):
			return 1
		case method == "DELETE" && strings.Count(path, "/") <= 5:
			return 2
		case method == "DELETE":
			return 1
		}
		return 0
	}
	ops = slices.DeleteFunc(ops, func(op string) bool { return strings.Contains(op, "/targets/") })
	for _, op := range slices.Clone(ops) {
		if strings.HasPrefix(op, "POST /api/v1/users") || strings.Contains(op, "/credentials/secrets") {
			ops = append(ops, op) // some of it is left when one is taken away
		}
	}
	slices.SortStableFunc(ops, func(a, b string) int { return rank(a) - rank(b) })
	making := slices.DeleteFunc(slices.Clone(ops), func(op string) bool {
		return !strings.HasPrefix(op, "POST ") || strings.Contains(op, "/lifecycle/") || op == "POST /api/v1/apps" || strings.Contains(op, "/credentials/")
	})
	taken, served := map[string]bool{}, len(ops)
	w.targets(taken)
	for i := 0; i < len(ops); i++ {
		call, done := "", false
		for try := 0; try < 120 && !done; try++ {
			if call, done = w.meddle(ops[i]); !done && try%4 == 3 {
				w.meddle(making[random.IntN(len(making))]) // perhaps what is missing
			}
		}
		if !done {
			if i < served {
				ops = append(ops, ops[i]) // when others have been done
			}
			continue
		}
		taken[ops[i]] = true
		w.agree(call, false)
		w.later(11 * time.Minute)
		w.remember() // so that the next one shows by its own event
		if t.Failed() {
			return
		}
	}
	for _, op := range writesServed() {
		if !taken[op] && !slices.Contains(neverTaken, op) {
			t.Errorf("the org never took %s", op)
		}
	}
}

// TestChangedReadsAgree changes this and that by hand, and in the configuration,
// between reads at any time.
func TestChangedReadsAgree(t *testing.T) {
	checks := flag.Lookup("rapid.checks").Value
	if before := checks.String(); before == "100" { // the default: each takes a second
		defer func() { _ = checks.Set(before) }()
		_ = checks.Set("5")
	}
	ops := writesServed()
	rapid.Check(t, func(r *rapid.T) {
		w := watch(t, func(n int) int { return rapid.IntRange(0, n-1).Draw(r, "pick") })
		all := w.q
		if rapid.Bool().Draw(r, "dated") {
			w.tape.after = nil
			w.past = nil
			w.agree("a read with dates", true)
		}
		if rapid.Bool().Draw(r, "late") { // what is written shows late, and its event at once
			w.slow(9 * time.Minute)
		}
		for range rapid.IntRange(1, 6).Draw(r, "reads") {
			w.q = w.declaring(all, func(n int) int { return rapid.IntRange(0, n-1).Draw(r, "declared") })
			var did []string
			for range rapid.IntRange(0, 4).Draw(r, "changes") {
				if call, done := w.meddle(rapid.SampledFrom(ops).Draw(r, "op")); done {
					did = append(did, call)
				}
			}
			w.agree(strings.Join(did, ", "), false)
			w.later(time.Duration(rapid.IntRange(0, 15).Draw(r, "minutes")) * time.Minute)
			if t.Failed() {
				r.Fatalf("they differ")
			}
		}
	})
}
