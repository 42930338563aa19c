package review_test

import (
	"crypto/ecdsa"
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oktaform/oktaform/apply"
	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/skip"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
)

// TestAgreement applies each scenario to a sandbox, both versions one after the
// other, and then calls every operation of the catalog that the sandbox serves,
// with a token of every app and of every user who is an administrator, on an
// object of each kind within reach and one without. What the review says is
// allowed must be let through (2xx, or 4xx about what was sent), what it says is
// not must be refused (401 or 403).
//
// The sandbox enforces by code and a table of its own. So this proves that the
// two agree; that Okta does the same is what the sources of the rows say.
func TestAgreement(t *testing.T) {
	if testing.Short() {
		skip.Test(t, skip.Short)
	}
	served := servedOperations(t)
	calls, passed := 0, true
	for _, s := range scenarios(t) {
		if strings.Contains(string(s.archive.Comment), "agreement: none") {
			continue
		}
		passed = t.Run(s.name, func(t *testing.T) {
			w := newTrial(t)
			w.apply(s.before)
			w.apply(s.after)
			r := assess(t, s.before, s.after)
			w.makeStrangers(r)
			for _, p := range r.Principals {
				w.principal(r, &p, served)
			}
			calls += w.calls
		}) && passed
	}
	if passed && flag.Lookup("test.run").Value.String() == "" && calls < 5000 {
		t.Errorf("only %d calls were compared", calls)
	}
	t.Logf("%d operations served, %d calls compared", len(served), calls)
}

// servedOperations are those of the catalog that the sandbox has a route for.
func servedOperations(t *testing.T) (served []catalog.Operation) {
	server, err := sandbox.New(sandbox.Options{SigningKey: signingKey})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range catalog.All() {
		if !strings.HasPrefix(o.Scopes[0], "okta.") {
			continue // what openid and the like allow is about the user himself
		}
		var answer struct{ ErrorCode, ErrorSummary string }
		_, body := ask(server, "org.example", "SSWS "+server.Token(), o.Method, fill(o.Path, nil), "")
		_ = json.Unmarshal(body, &answer)
		unknown := answer.ErrorCode == "E0000008" || answer.ErrorCode == "E0000022" // no such path, no such method
		// A word of the path is taken for an id where another route is there.
		taken := answer.ErrorCode == "E0000007" && !strings.Contains(answer.ErrorSummary, "nosuchid")
		if !unknown && !taken {
			served = append(served, o)
		}
	}
	if len(served) < 100 {
		t.Fatalf("the sandbox serves %d operations of the catalog", len(served))
	}
	return served
}

// trial is one scenario in an org of its own.
type trial struct {
	*testing.T
	server *sandbox.Server
	data   string // its file
	host   string
	client *org.Client
	dir    string
	key    *ecdsa.PrivateKey
	known  map[string]*schema.Object
	users  map[string]subject // by address; strangers by name
	groups map[string]subject
	apps   map[string]subject
	// compacted is a copy of the file as it was before the calls that are compared, without what
	// is outdated in it.
	compacted string
	copy      *sandbox.Server // what clone returned last
	copies    int
	calls     int
	// everyRole wants a user with each standard role among the strangers.
	everyRole bool
}

// subject is an object that calls are about, with what a reach may name it by.
type subject struct {
	id    string
	names []string
	held  []string // what protects it from lesser admins
}

func newTrial(t *testing.T) *trial {
	w := &trial{T: t, data: filepath.Join(t.TempDir(), "org.db"), dir: t.TempDir(), known: map[string]*schema.Object{}}
	server, err := sandbox.New(sandbox.Options{DataFile: w.data, SigningKey: signingKey})
	if err != nil {
		t.Fatal(err)
	}
	w.server = server
	listener := httptest.NewServer(server)
	w.host = strings.TrimPrefix(listener.URL, "http://")
	transport := http.DefaultTransport.(*http.Transport).Clone()
	t.Cleanup(func() {
		w.drop()
		transport.CloseIdleConnections()
		listener.Close()
		_ = server.Close()
	})
	w.client, err = org.Connect(okta.Credentials{URL: listener.URL, Mode: okta.SSWS, Token: schema.NewSecret(server.Token()), Source: "the test"}, okta.Options{Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	w.makeKey()
	return w
}

// apply brings the org to a configuration, by the way that apply goes.
func (w *trial) apply(hcl string) {
	w.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, "main.hcl"), []byte(hcl+"\norg {\n  owner = \"team/iam\"\n}\n"), 0o600); err != nil {
		w.Fatal(err)
	}
	c := loadDir(w.T, w.dir, config.Options{Now: time.Now()})
	declared, _ := c.Evaluate(nil).All()
	identity, _ := c.Evaluate(nil).Identity()
	options := plan.Options{Owner: "team/iam"}
	snapshot, err := w.client.Read(w.Context(), plan.Query(declared, identity, options))
	if err != nil {
		w.Fatal(err)
	}
	p, diags := plan.Make(c, snapshot, options)
	if diags.HasErrors() {
		w.Fatal(diags)
	}
	result, diags := apply.Run(w.Context(), p, c, w.client, apply.Options{Clock: time.Now})
	if diags.HasErrors() {
		w.Fatal(diags)
	}
	for _, change := range p.Changes { // forgotten ones are still there
		w.known[change.Addr.String()] = change.Prior
	}
	for _, d := range declared {
		w.known[d.Addr.String()] = result.Known(d.Addr)
	}
}

// admin calls the org as its super admin.
func (w *trial) admin(method, path, body string) map[string]any {
	w.Helper()
	status, answer := ask(w.server, w.host, "SSWS "+w.server.Token(), method, path, body)
	if status >= 300 {
		w.Fatalf("%s %s: %d %s", method, path, status, answer)
	}
	var object map[string]any
	_ = json.Unmarshal(answer, &object)
	return object
}

func (w *trial) isMember(user, group string) bool {
	_, answer := ask(w.server, w.host, "SSWS "+w.server.Token(), "GET", "/api/v1/groups/"+group+"/users", "")
	return strings.Contains(string(answer), user)
}

// principal compares everything that a principal may do.
func (w *trial) principal(r *review.Review, p *review.Principal, served []catalog.Operation) {
	if p.After == nil {
		return
	}
	addr := p.Addr.String()
	object := w.known[addr]
	switch {
	case p.After.Actor == access.Itself || p.After.Actor == access.Nobody:
		token := w.clientToken(object.ID, p.After.Scopes)
		if token == "" {
			if len(p.After.Entries) > 0 {
				w.Errorf("%s gets no token, and a review says that it may do %d operations", addr, len(p.After.Entries))
			}
			return
		}
		w.compare(r, addr, p.Addr, token, p.After.Scopes, p.After.Entries, served)
	case p.After.Actor == access.Admin && p.Addr.Kind == "user":
		app := w.probe(object.ID)
		w.compare(r, addr, p.Addr, w.userToken(app, object.ID, allScopes()), allScopes(), p.After.Entries, served, addr)
	case p.After.Actor == access.SignedIn && len(p.After.Scopes) > 0:
		for _, u := range r.Principals {
			if u.Addr.Kind == "user" && w.assigned(object.ID, w.known[u.Addr.String()].ID) {
				w.compare(r, addr+" for "+u.Addr.String(), u.Addr, w.userToken(object.ID, w.known[u.Addr.String()].ID, p.After.Scopes), p.After.Scopes, r.Through(p.Addr, u.Addr), served, u.Addr.String())
			}
		}
	}
}

func (w *trial) assigned(app, user string) bool {
	status, _ := ask(w.server, w.host, "SSWS "+w.server.Token(), "GET", "/api/v1/apps/"+app+"/users/"+user, "")
	return status == http.StatusOK
}

// compare calls all operations with the token, which has the scopes, of the principal at addr. self
// is the address of the user whose token it is, who may read themselves without any role if a scope
// allows the operation, and is not protected from themselves.
func (w *trial) compare(r *review.Review, who string, addr schema.Addr, token string, scopes []string, entries []access.Entry, served []catalog.Operation, self ...string) {
	w.drop() // the token is newer than the copies
	w.compact()
	reaches := map[string][]string{}
	for _, e := range entries {
		reaches[e.Operation.String()] = append(reaches[e.Operation.String()], string(e.Extent))
	}
	for _, o := range served {
		for name, subject := range w.subjects(o) {
			_, oneself := catalog.OneselfPermits(o)
			oneself = oneself && catalog.Granted(o, scopes...)
			want := reached(o, reaches[o.String()], subject) && (slices.Contains(self, name) || len(subject.held) == 0 || !r.Protected(addr, o, subject.held))
			want = want || slices.Contains(self, name) && oneself
			server := w.server
			if want && !o.Reads() {
				server = w.clone() // the call may take effect
			}
			path := fill(o.Path, map[string]string{object(o): subject.id})
			if o.String() == "GET /api/v1/policies" {
				path += "?type=ACCESS_POLICY" // Okta wants one
			}
			document := ""
			if o.String() == "PUT /api/v1/apps/{appId}" { // without a document, its keys would go
				document = w.document(subject.id)
			}
			status, body := ask(server, w.host, "Bearer "+token, o.Method, path, document)
			if server != w.server && status < 300 {
				w.drop() // it did
			}
			w.calls++
			if lacksFeature(o, body) {
				continue // to whoever asks
			}
			if got := letThrough(o, status, body, want); got != want || status >= 500 {
				w.Errorf("%s, %s on %s: a review says allowed=%v (%q), the sandbox answers %d %.120s", who, o, name, want, reaches[o.String()], status, body)
			}
		}
	}
}

// document is an app as it is.
func (w *trial) document(app string) string {
	_, body := ask(w.server, w.host, "SSWS "+w.server.Token(), "GET", "/api/v1/apps/"+app, "")
	return string(body)
}

// lacksFeature reports whether the org answers that it doesn't have what the operation is about.
func lacksFeature(o catalog.Operation, body []byte) bool {
	var answer struct{ ErrorCode string }
	_ = json.Unmarshal(body, &answer)
	return answer.ErrorCode == "E0000015" || strings.Contains(o.Path, "/{appId}/features") && answer.ErrorCode == "E0000001"
}

// letThrough reports whether the org found the rights sufficient. What isn't
// possible in an object's state is refused with 403 too, with codes of its own. A
// list that shows nothing is what those get who have a role and no objects.
func letThrough(o catalog.Operation, status int, body []byte, want bool) bool {
	var answer struct{ ErrorCode string }
	_ = json.Unmarshal(body, &answer)
	switch {
	case status == http.StatusUnauthorized:
		return false
	case status == http.StatusForbidden:
		return answer.ErrorCode != "" && answer.ErrorCode != "E0000006"
	case !want && o.Reads() && !o.Names() && string(body) == "[]":
		return false
	}
	return true
}

// subjects are the objects on which an operation is tried.
func (w *trial) subjects(o catalog.Operation) map[string]subject {
	if strings.Contains(o.Path, "{") {
		switch o.Object() {
		case catalog.Users:
			return w.users
		case catalog.Groups:
			return w.groups
		case catalog.Apps:
			return w.apps
		}
	}
	return map[string]subject{"": {}}
}

// reached reports whether one of the reaches includes the subject.
func reached(o catalog.Operation, reaches []string, s subject) bool {
	return slices.ContainsFunc(reaches, func(reach string) bool {
		if _, held, found := strings.Cut(reach, ": "); found {
			reach = held
		}
		if reach == "" || !strings.Contains(o.Path, "{") {
			return true
		}
		return slices.ContainsFunc(strings.Split(reach, ", "), func(one string) bool { return slices.Contains(s.names, one) })
	})
}

// object is the parameter that names the object of an operation.
func object(o catalog.Operation) string {
	_, rest, _ := strings.Cut(o.Path, "{")
	name, _, _ := strings.Cut(rest, "}")
	return name
}

// fill puts ids in the place of parameters, and for those without one an id that
// no object has.
func fill(path string, ids map[string]string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if strings.HasPrefix(part, "{") {
			parts[i] = "nosuchid"
			if id := ids[strings.Trim(part, "{}")]; id != "" {
				parts[i] = id
			}
		}
	}
	return strings.Join(parts, "/")
}

// ask calls a server without a network.
func ask(server http.Handler, host, authorization, method, path, body string) (int, []byte) {
	request := httptest.NewRequest(method, "http://"+host+path, strings.NewReader(body))
	request.Header.Set("Authorization", authorization)
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	server.ServeHTTP(recorder, request)
	return recorder.Code, recorder.Body.Bytes()
}
