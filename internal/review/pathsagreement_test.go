package review_test

import (
	"cmp"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/skip"
)

// notServed are operations of steps that the sandbox has no route for: such a step has to say that
// it was not tried.
var notServed = []string{"POST /api/v1/idps"}

// TestPathsAreReal walks each path to being a super admin that a review names for the second
// version of a scenario: the requests of its steps, sent with what the step before has brought,
// have to succeed in a sandbox, and in the end somebody is a super admin.
func TestPathsAreReal(t *testing.T) {
	if testing.Short() {
		skip.Test(t, skip.Short)
	}
	walked, tried := 0, map[string]bool{}
	for _, s := range scenarios(t) {
		if strings.Contains(string(s.archive.Comment), "agreement: none") {
			continue
		}
		r := assess(t, s.before, s.after)
		leads := func(p review.Principal) bool { return p.Path != nil && len(p.Path.Steps) > 0 }
		if !slices.ContainsFunc(r.Principals, leads) {
			continue
		}
		t.Run(s.name, func(t *testing.T) {
			w := newTrial(t)
			w.apply(s.before)
			w.apply(s.after)
			w.makeStrangers(r)
			w.compact()
			for _, p := range r.Principals {
				if leads(p) {
					for _, step := range w.walk(&p) {
						tried[step.Operation] = true
					}
					walked++
				}
			}
		})
	}
	t.Logf("%d paths walked, by %d operations", walked, len(tried))
	for _, operation := range review.WayOperations() {
		if !tried[operation] && !slices.Contains(notServed, operation) {
			t.Errorf("no path uses %s", operation)
		}
	}
}

// walker is somebody on a path: the token, and the app or user whose it is.
type walker struct {
	*trial
	token, id string
	scopes    []string // of an app
	kid       string   // of the key that the walker has for the app; "": the app's own
	victim    string   // the user in whose name a sign-in app acts
}

// walk sends the requests of a path, in a copy of the org, and returns the steps that it took.
func (w *trial) walk(p *review.Principal) []access.Step {
	org := *w
	w.drop()
	org.server = w.clone()
	defer w.drop()
	a := walker{trial: &org}
	a.become(p.Addr.String(), p.Addr.Kind)
	for i, step := range p.Path.Steps {
		if slices.Contains(notServed, step.Operation) {
			if step.Basis == "" {
				w.Errorf("%s: %s was not tried, and is said to be certain", p.Addr, step.How)
			}
			return p.Path.Steps[:i]
		}
		if rest, waits := strings.CutPrefix(step.How, "waits until "); waits {
			a.waitFor(rest)
		}
		a.take(step)
		if w.Failed() {
			w.Fatalf("%s: step %d of %s", p.Addr, i+1, strings.Join(p.Path.Words(), " -> "))
		}
	}
	if last := p.Path.Steps[len(p.Path.Steps)-1]; last.To.Kind != "" || strings.Contains(last.How, "a super admin") {
		a.promote() // it acts as a super admin now
	}
	return p.Path.Steps
}

// send sends a request as the walker, which must succeed.
func (a *walker) send(method, path, body string) map[string]any {
	a.Helper()
	status, answer := ask(a.server, a.host, "Bearer "+a.token, method, path, body)
	if status >= 300 {
		a.Errorf("%s %s: %d %.200s", method, path, status, answer)
	}
	var object map[string]any
	_ = json.Unmarshal(answer, &object)
	return object
}

// become makes the walker act as a declared principal, by what that principal has anyway.
func (a *walker) become(addr, kind string) {
	a.Helper()
	switch kind {
	case "service_app":
		a.id = a.known[addr].ID
		a.scopes = a.granted()
		a.token = a.clientToken(a.id, a.scopes)
	case "user":
		a.signIn(a.known[addr].ID)
	case "group":
		a.admin("PUT", "/api/v1/groups/"+a.known[addr].ID+"/users/"+a.users["stranger"].id, "")
		a.signIn(a.users["stranger"].id)
	default: // acts for users, as soon as one signs in
		a.id = a.known[addr].ID
		a.scopes = a.granted()
	}
}

// granted are the scopes of the walker's app.
func (a *walker) granted() (scopes []string) {
	_, body := ask(a.server, a.host, "SSWS "+a.server.Token(), "GET", "/api/v1/apps/"+a.id+"/grants", "")
	var grants []struct{ ScopeID string }
	_ = json.Unmarshal(body, &grants)
	for _, g := range grants {
		scopes = append(scopes, g.ScopeID)
	}
	return scopes
}

// signIn makes the walker act as a user, with everything that the user may do.
func (a *walker) signIn(user string) {
	a.Helper()
	a.id = user
	a.token = a.userToken(a.probe(user), user, allScopes())
}

// waitFor signs the user of "USER signs in" in to the walker's app.
func (a *walker) waitFor(rest string) {
	a.Helper()
	name, _, _ := strings.Cut(rest, " signs in")
	switch group, member := strings.CutPrefix(name, "a member of "); {
	case member:
		a.victim = a.users["stranger"].id
		a.admin("PUT", "/api/v1/groups/"+a.known[group].ID+"/users/"+a.victim, "")
	case name == "a super admin":
		a.victim = a.users["holder-of-super_admin"].id
	default:
		a.victim = a.known[name].ID
	}
	a.token = a.userToken(a.id, a.victim, a.scopes)
}

// promote makes somebody a super admin, as only a super admin can.
func (a *walker) promote() {
	a.Helper()
	who := a.users["holder-of-help_desk_admin"].id
	a.send("POST", "/api/v1/users/"+who+"/roles", `{"type":"SUPER_ADMIN"}`)
	_, roles := ask(a.server, a.host, "SSWS "+a.server.Token(), "GET", "/api/v1/users/"+who+"/roles", "")
	if !strings.Contains(string(roles), `"SUPER_ADMIN"`) {
		a.Errorf("nobody became a super admin: %s", roles)
	}
}

// take sends the requests of a step and makes the walker act as the one to whom it leads.
func (a *walker) take(step access.Step) {
	a.Helper()
	to := ""
	if step.To.Kind != "" {
		to = a.known[step.To.String()].ID
	}
	switch step.Operation {
	case "POST /api/v1/users/{userId}/roles":
		a.promote()
	case "POST /api/v1/apps/{appId}/grants":
		a.send("POST", "/api/v1/apps/"+a.id+"/grants", fmt.Sprintf(`{"issuer":"http://%s","scopeId":"okta.roles.manage"}`, a.host))
		a.scopes = append(a.scopes, "okta.roles.manage")
		if a.victim != "" {
			a.token = a.userToken(a.id, a.victim, a.scopes)
		} else {
			a.token = a.clientTokenBy(cmp.Or(a.kid, a.trial.kid(a.id)), a.id, a.scopes)
		}
		a.promote()
	case "PUT /api/v1/groups/{groupId}/users/{userId}":
		a.send("PUT", "/api/v1/groups/"+to+"/users/"+a.users["stranger"].id, "")
		a.signIn(a.users["stranger"].id)
	case "POST /api/v1/users/{id}":
		a.setPassword(to)
	case "POST /api/v1/apps/{appId}/credentials/jwks":
		key := a.newKey()
		a.send("POST", "/api/v1/apps/"+to+"/credentials/jwks", string(key))
		a.actAsApp(to)
	case "PUT /oauth2/v1/clients/{clientId}", "PUT /api/v1/apps/{appId}":
		a.replaceClient(step, to)
	default:
		a.Errorf("nobody knows here how to take the step %s", step.Operation)
	}
}

// setPassword sets the password of a user and signs in with it.
func (a *walker) setPassword(user string) {
	a.Helper()
	if user == "" {
		user = a.users["holder-of-super_admin"].id
	}
	const password = "Taken-Over-48151623"
	a.send("POST", "/api/v1/users/"+user, fmt.Sprintf(`{"credentials":{"password":{"value":%q}}}`, password))
	login := a.admin("GET", "/api/v1/users/"+user, "")["profile"].(map[string]any)["login"]
	session := a.admin("POST", "/api/v1/authn", fmt.Sprintf(`{"username":%q,"password":%q}`, login, password))
	if session["status"] != "SUCCESS" {
		a.Errorf("the new password does not suffice to sign in: %v", session)
	}
	a.signIn(user)
}

// newKey makes a key pair that only the walker has, and returns the public key.
func (a *walker) newKey() []byte {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.Fatal(err)
	}
	a.key = key
	public, err := jose.JSONWebKey{Key: key.Public(), KeyID: "mine", Use: "sig", Algorithm: "ES256"}.MarshalJSON()
	if err != nil {
		a.Fatal(err)
	}
	return public
}

// actAsApp gets a token of a service app by the walker's key.
func (a *walker) actAsApp(app string) {
	a.Helper()
	a.id, a.kid, a.victim = app, "mine", ""
	a.scopes = a.granted()
	if a.token = a.clientTokenBy(a.kid, app, a.scopes); a.token == "" {
		a.Errorf("no token by the added key")
	}
}

// replaceClient replaces the keys of a service app, or the redirect URI and the secret of an app
// that acts for users.
func (a *walker) replaceClient(step access.Step, app string) {
	a.Helper()
	registration := strings.HasPrefix(step.Operation, "PUT /oauth2")
	path := "/api/v1/apps/" + app
	if registration {
		path = "/oauth2/v1/clients/" + app
	}
	document := a.send("GET", path, "")
	settings := document
	if !registration {
		settings = document["settings"].(map[string]any)["oauthClient"].(map[string]any)
	}
	service := step.To.Kind == "service_app"
	if service {
		settings["jwks"] = map[string]any{"keys": []any{json.RawMessage(a.newKey())}}
	} else {
		settings["redirect_uris"] = []any{"https://mine.example/callback"}
	}
	body, err := json.Marshal(document)
	if err != nil {
		a.Fatal(err)
	}
	a.send("PUT", path, string(body))
	if service {
		a.actAsApp(app)
		return
	}
	if registration {
		a.send("POST", path+"/lifecycle/newSecret", "")
	} else {
		a.send("POST", path+"/credentials/secrets", "")
	}
	status, _ := ask(a.server, a.host, "SSWS "+a.server.Token(), "GET", "/api/v1/apps/"+app+"/groups", "")
	if status != http.StatusOK {
		a.Errorf("the app is gone")
	}
	a.id, a.token = app, ""
	a.scopes = a.granted()
}
