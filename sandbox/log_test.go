package sandbox

import (
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/state"
)

// nextOf is the path and query of the next link, or "".
func (o *testOrg) nextOf(got *answer) string {
	for _, line := range got.header.Values("Link") {
		if target, isNext := strings.CutSuffix(line, `>; rel="next"`); isNext {
			return strings.TrimPrefix(strings.TrimPrefix(target, "<"), o.url)
		}
	}
	return ""
}

func typesOf(events []doc) []string {
	types := []string{}
	for _, e := range events {
		types = append(types, e["eventType"].(string))
	}
	return types
}

// events follows the log from the path and returns the types of all events.
func (o *testOrg) events(path string) (types []string, next string) {
	o.t.Helper()
	for next = path; ; {
		got := o.admin("GET", next, nil)
		page := got.list(o.t)
		types = append(types, typesOf(page)...)
		next = o.nextOf(got)
		if len(page) == 0 || next == "" {
			return types, next
		}
	}
}

// TestEventsOfOperations: each operation writes its events, in order.
func TestEventsOfOperations(t *testing.T) {
	o := newTestOrg(t)
	_, cursor := o.events("/api/v1/logs")
	wrote := func(want ...string) {
		t.Helper()
		var got []string
		got, cursor = o.events(cursor)
		if !slices.Equal(got, want) {
			t.Errorf("got  %v\nwant %v", got, want)
		}
	}
	app := o.admin("POST", "/api/v1/apps", serviceAppDoc(t, "k")).text("id")
	wrote("application.lifecycle.create", "app.oauth2.client.lifecycle.create")
	grant := o.admin("POST", "/api/v1/apps/"+app+"/grants", doc{"issuer": o.url, "scopeId": "okta.users.read"}).text("id")
	wrote("app.oauth2.admin.consent.grant")
	o.admin("POST", "/api/v1/apps/"+app+"/grants", doc{"issuer": o.url, "scopeId": "okta.users.read"})
	wrote() // it was there
	o.admin("DELETE", "/api/v1/apps/"+app+"/grants/"+grant, nil)
	wrote("app.oauth2.admin.consent.revoke")
	key := o.admin("POST", "/api/v1/apps/"+app+"/credentials/jwks", newTestKey(t, "k2").public(t)).text("id")
	wrote("app.oauth2.credentials.lifecycle.create")
	o.admin("POST", "/api/v1/apps/"+app+"/credentials/jwks/"+key+"/lifecycle/deactivate", nil)
	wrote("app.oauth2.credentials.lifecycle.deactivate")
	o.admin("DELETE", "/api/v1/apps/"+app+"/credentials/jwks/"+key, nil)
	wrote("app.oauth2.credentials.lifecycle.delete")
	role := o.admin("POST", "/oauth2/v1/clients/"+app+"/roles", doc{"type": "APP_ADMIN"}).text("id")
	o.admin("PUT", "/oauth2/v1/clients/"+app+"/roles/"+role+"/targets/catalog/apps/oidc_client", nil)
	o.admin("DELETE", "/oauth2/v1/clients/"+app+"/roles/"+role, nil)
	wrote("app.oauth2.client.privilege.grant", "app.oauth2.client.privilege.grant", "app.oauth2.client.privilege.revoke")
	group := o.admin("POST", "/api/v1/groups", doc{"profile": doc{"name": "testers"}}).text("id")
	user := o.admin("POST", "/api/v1/users", person("ada@example.com")).text("id")
	o.admin("PUT", "/api/v1/groups/"+group+"/users/"+user, nil)
	o.admin("DELETE", "/api/v1/groups/"+group+"/users/"+user, nil)
	wrote("group.lifecycle.create", "user.lifecycle.create", "user.lifecycle.activate", "group.user_membership.add", "group.user_membership.remove")
	web := o.admin("POST", "/api/v1/apps", webAppDoc(nil)).text("id")
	o.admin("PUT", "/api/v1/apps/"+web+"/groups/"+group, doc{})
	o.admin("PUT", "/api/v1/apps/"+web+"/groups/"+group, doc{"priority": 3})
	o.admin("DELETE", "/api/v1/apps/"+web+"/groups/"+group, nil)
	o.admin("GET", "/api/v1/apps/"+web+"/credentials/secrets", nil)
	wrote("application.lifecycle.create", "app.oauth2.client.lifecycle.create", "group.application_assignment.add", "group.application_assignment.update", "group.application_assignment.remove", "app.oauth2.client.read_client_secret")
	custom := o.admin("POST", "/api/v1/iam/roles", doc{"label": "r", "description": "d", "permissions": []string{"okta.users.read"}}).text("id")
	set := o.admin("POST", "/api/v1/iam/resource-sets", doc{"label": "s", "description": "d", "resources": []string{o.url + "/api/v1/users"}}).text("id")
	given := o.admin("POST", "/api/v1/users/"+user+"/roles", doc{"type": "CUSTOM", "role": custom, "resource-set": set}).text("id")
	o.admin("DELETE", "/api/v1/users/"+user+"/roles/"+given, nil)
	wrote("iam.role.create", "iam.resourceset.create", "user.account.privilege.grant", "iam.resourceset.bindings.add", "user.account.privilege.revoke", "iam.resourceset.bindings.delete")
	o.call("POST", "/api/v1/groups", doc{"profile": doc{"name": "testers"}})
	wrote() // refused
	o.admin("POST", "/api/v1/apps/"+web+"/lifecycle/deactivate", nil)
	o.admin("DELETE", "/api/v1/apps/"+web, nil)
	wrote("application.lifecycle.deactivate", "app.oauth2.client.lifecycle.deactivate", "application.lifecycle.delete", "app.oauth2.client.lifecycle.delete")
}

// TestEventsOfSignIn: sign-ins and tokens, good and refused, with who acted.
func TestEventsOfSignIn(t *testing.T) {
	o := newTestOrg(t)
	web := o.newWebApp(nil, "okta.users.read")
	user, password := o.newUser("ada@example.com")
	o.admin("POST", "/api/v1/apps/"+web.id+"/users", doc{"id": user})
	service := o.newServiceApp("okta.users.read")
	_, cursor := o.events("/api/v1/logs")
	secret := o.signIn(web, "ada@example.com", password, "openid offline_access")
	o.send("POST", "/api/v1/authn", `{"username":"ada@example.com","password":"wrong"}`, "Content-Type", "application/json")
	service.token("okta.users.read")
	o.want(o.post("/oauth2/v1/token", service.form("okta.groups.read")), oauth.ErrNoGrantedScope)
	form := service.form("okta.users.read")
	form.Set("client_assertion", newTestKey(t, "key-1").sign(t, service.claims(), nil))
	o.post("/oauth2/v1/token", form)

	got := o.admin("GET", cursor, nil)
	events := got.list(t)
	want := []string{"user.session.start", "user.authentication.sso", "app.oauth2.authorize.code", "app.oauth2.token.grant.access_token", "app.oauth2.token.grant.id_token", "app.oauth2.token.grant.refresh_token",
		"user.session.start", "app.oauth2.token.grant.access_token", "app.oauth2.token.grant", "app.oauth2.invalid_client_credentials"}
	if types := typesOf(events); !slices.Equal(types, want) {
		t.Fatalf("got  %v\nwant %v", types, want)
	}
	check := func(i int, path, want string) {
		t.Helper()
		if value := (&answer{doc: events[i]}).at(path); value != want {
			t.Errorf("%s has %s %v, want %s", events[i]["eventType"], path, value, want)
		}
	}
	check(0, "actor.id", user)
	check(0, "actor.type", "User")
	check(3, "actor.type", "PublicClientApp")
	check(6, "outcome.result", "FAILURE")
	check(6, "outcome.reason", "INVALID_CREDENTIALS")
	check(7, "actor.id", service.id)
	check(8, "outcome.reason", oauth.ErrNoGrantedScope.Code)
	for _, value := range []string{password, secret.text("access_token"), secret.text("refresh_token"), web.secret, o.server.Token()} {
		if strings.Contains(string(got.body), value) {
			t.Error("the log holds a secret")
		}
	}
}

func TestLogQueries(t *testing.T) {
	o := newTestOrg(t)
	start := o.clock()
	for _, name := range []string{"one", "two", "three", "four", "five"} {
		o.advance(time.Minute)
		o.admin("POST", "/api/v1/groups", doc{"profile": doc{"name": name}})
	}
	at := func(minutes int) string {
		return url.QueryEscape(state.Timestamp(start.Add(time.Duration(minutes) * time.Minute)))
	}
	names := func(path string) string {
		t.Helper()
		var all []string
		for next := path; next != ""; {
			got := o.admin("GET", next, nil)
			for _, e := range got.list(t) {
				all = append(all, jsondoc.Text(e["target"].([]any)[0].(doc), "displayName"))
			}
			next = o.nextOf(got)
			if len(got.list(t)) == 0 {
				break
			}
		}
		return strings.Join(all, " ")
	}
	for path, want := range map[string]string{
		"":                                    "one two three four five",
		"?limit=2":                            "one two three four five",
		"?since=" + at(2) + "&until=" + at(4): "two three four",
		"?since=" + at(2) + "&until=" + at(4) + "&limit=2":                 "two three four",
		"?sortOrder=DESCENDING&limit=2":                                    "five four three two one",
		"?sortOrder=DESCENDING&limit=1&since=" + at(3) + "&until=" + at(4): "four three",
		"?q=three":        "three",
		"?q=THREE+INFO":   "three",
		"?q=three+four":   "",
		"?since=" + at(4): "four five",
		"?since=" + at(6): "",
		"?limit=0":        "",
		"?filter=" + url.QueryEscape(`eventType eq "group.lifecycle.create" and target.displayName sw "t"`): "two three",
		"?filter=" + url.QueryEscape(`eventType sw "app.oauth2"`):                                           "",
	} {
		if got := names("/api/v1/logs" + path); got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
	for path, cause := range map[string]string{
		"?limit=1001": "limit", "?limit=x": "limit", "?since=yesterday": "since", "?until=x": "until", "?sortOrder=UP": "sortOrder",
		"?since=" + at(1) + "&after=1_1": "after", "?since=" + at(4) + "&until=" + at(1): "until", "?q=" + strings.Repeat("k+", 11): "q",
	} {
		o.refuses(o.call("GET", "/api/v1/logs"+path, nil), 400, "E0000001", cause)
	}
	o.refuses(o.call("GET", "/api/v1/logs?after=nonsense", nil), 400, "E0000029", "")
	for _, filter := range []string{`published gt "2020-01-01T00:00:00Z"`, `eventType eq`, `nothing eq "x"`} {
		o.refuses(o.call("GET", "/api/v1/logs?filter="+url.QueryEscape(filter), nil), 400, "E0000031", "")
	}
	// Seven days are the default, ninety the most.
	o.advance(8 * 24 * time.Hour)
	if got := names("/api/v1/logs"); got != "" {
		t.Errorf("after eight days: %s", got)
	}
	if got := names("/api/v1/logs?since=" + at(0)); got != "one two three four five" {
		t.Errorf("after eight days, asked for: %s", got)
	}
	o.advance(90 * 24 * time.Hour)
	if got := names("/api/v1/logs?since=" + at(0)); got != "" {
		t.Errorf("after ninety days: %s", got)
	}
}

func TestLogNeedsScopeAndRole(t *testing.T) {
	o := newTestOrg(t)
	reader := o.newServiceApp("okta.logs.read", "okta.users.read")
	if got := o.get("/api/v1/logs", reader.token("okta.users.read")); got.status != 403 || !strings.Contains(got.header.Get("WWW-Authenticate"), "okta.logs.read") {
		t.Errorf("without the scope: %d", got.status)
	}
	o.refuses(o.get("/api/v1/logs", reader.token("okta.logs.read")), 403, "E0000006", "")
	o.admin("POST", "/oauth2/v1/clients/"+reader.id+"/roles", doc{"type": "READ_ONLY_ADMIN"})
	if got := o.get("/api/v1/logs", reader.token("okta.logs.read")); got.status != 200 {
		t.Errorf("with both: %d", got.status)
	}
}

func TestLogSurvivesRestarts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "org.jsonl")
	o := openTestOrg(t, Options{DataFile: path})
	o.admin("POST", "/api/v1/groups", doc{"profile": doc{"name": "before"}})
	_, cursor := o.events("/api/v1/logs")
	if err := o.server.Close(); err != nil {
		t.Fatal(err)
	}
	again := openTestOrg(t, Options{DataFile: path})
	again.admin("POST", "/api/v1/groups", doc{"profile": doc{"name": "after"}})
	if types, _ := again.events("/api/v1/logs"); len(types) != 2 {
		t.Errorf("%v", types)
	}
	if types, _ := again.events(cursor); len(types) != 1 {
		t.Errorf("from the cursor: %v", types)
	}
}

// TestPagingBeyondTheLogIsRefused: a cursor of a place that the org never came to.
func TestPagingBeyondTheLogIsRefused(t *testing.T) {
	o := newTestOrg(t)
	_, next := o.events("/api/v1/logs")
	after := url.QueryEscape(fmt.Sprintf("%d_%d", o.server.org.Log.Last+1, time.Now().UnixMilli()))
	o.refuses(o.call("GET", "/api/v1/logs?after="+after, nil), 400, "E0000029", "")
	o.admin("GET", next, nil)
}
