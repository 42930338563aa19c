package org_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/clock"
	"github.com/oktaform/oktaform/internal/jwk"
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/openapicheck"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// instant is a clock that waits no time, moves on by it, and remembers how long
// it was to wait.
type instant struct {
	mu    sync.Mutex
	ahead time.Duration
	slept []time.Duration
	doze  time.Duration // by how much the next wait takes longer
}

func (c *instant) Now() time.Time { return c.LocalNow() }

func (c *instant) LocalNow() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *instant) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.slept = append(c.slept, d)
	c.ahead += max(d, 0) + c.doze
	c.doze = 0
	return ctx.Err()
}

// tape is a transport that writes down what is sent.
type tape struct {
	next  *http.Transport
	mu    sync.Mutex
	calls []string // "PUT /api/v1/apps/0oa1"
	// before is told of each call before it is sent; may be nil.
	before func(call string)
	after  func(*http.Response) // may change an answer; may be nil
	proofs []string             // the DPoP proofs sent
}

func (t *tape) RoundTrip(req *http.Request) (*http.Response, error) {
	t.mu.Lock()
	t.calls = append(t.calls, req.Method+" "+req.URL.Path)
	if proof := req.Header.Get("DPoP"); proof != "" {
		t.proofs = append(t.proofs, proof)
	}
	t.mu.Unlock()
	if t.before != nil {
		t.before(req.Method + " " + req.URL.Path)
	}
	resp, err := t.next.RoundTrip(req)
	if err == nil && t.after != nil {
		t.after(resp)
	}
	return resp, err
}

// take returns the calls made since the last take.
func (t *tape) take() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	calls := t.calls
	t.calls = nil
	return calls
}

// writes are those of the calls that change something.
func writes(calls []string) []string {
	var out []string
	for _, call := range calls {
		if !strings.HasPrefix(call, "GET ") {
			out = append(out, call)
		}
	}
	return out
}

// live is a client of a sandbox of its own.
type live struct {
	*org.Client
	org  *sandbox.Org
	tape *tape
}

// signingKey is that of all orgs of these tests.
var signingKey, _ = sandbox.NewSigningKey()

func connect(t *testing.T, options sandbox.Options) live {
	t.Helper()
	return connectAt(t, &instant{}, options)
}

// connectAt gives the client a clock.
func connectAt(t *testing.T, machine clock.Machine, options sandbox.Options) live {
	t.Helper()
	options.SigningKey = signingKey
	server, err := sandbox.New(options)
	if err != nil {
		t.Fatal(err)
	}
	listener := httptest.NewServer(openapicheck.Wrap(t, server))
	t.Cleanup(func() {
		listener.Close()
		_ = server.Close()
	})
	o := &sandbox.Org{Server: server, URL: listener.URL}
	transport := &tape{next: http.DefaultTransport.(*http.Transport).Clone()}
	// Before the sandbox ends, which waits for connections that are open.
	t.Cleanup(transport.next.CloseIdleConnections)
	client, err := org.Connect(
		okta.Credentials{URL: o.URL, Mode: okta.SSWS, Token: schema.NewSecret(o.Token()), Source: "the test"},
		okta.Options{Clock: machine, Transport: transport},
	)
	if err != nil {
		t.Fatal(err)
	}
	l := live{client, o, transport}
	// The custom attributes that these tests write, and that somebody else writes.
	const attributes = `{"definitions":{"custom":{"properties":{"team":{"title":"Team","type":"string"},"n":{"title":"N","type":"integer"},
		"x_cost_center":{"title":"Cost center","type":"string"}}}}}`
	for _, kind := range []string{"user", "group"} {
		l.call(t, http.MethodPost, "/api/v1/meta/schemas/"+kind+"/default", attributes)
	}
	return l
}

// call makes a request of the org behind the client's back.
func (l live) call(t *testing.T, method, path, body string) string {
	t.Helper()
	status, answer := l.try(t, method, path, body)
	if status >= 300 {
		t.Fatalf("%s %s: %d %s", method, path, status, answer)
	}
	return answer
}

// try is a call that the org may refuse.
func (l live) try(t *testing.T, method, path, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, l.org.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "SSWS "+l.org.Token())
	req.Header.Set("Content-Type", "application/json")
	resp, err := l.tape.next.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(answer)
}

// serve runs a handler in the place of an org.
func serve(t *testing.T, h http.HandlerFunc) (*org.Client, *instant) {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	clock := &instant{}
	client, err := org.Connect(
		okta.Credentials{URL: server.URL, Mode: okta.SSWS, Token: schema.NewSecret("made-up-token"), Source: "the test"},
		okta.Options{Clock: clock},
	)
	if err != nil {
		t.Fatal(err)
	}
	return client, clock
}

const owner = "team/iam"

// desired makes a declared object; attributes left out are null.
func desired(kind, name string, attrs map[string]cty.Value) schema.Desired {
	k := kinds.Named(kind)
	addr := schema.Addr{Kind: kind, Name: name}
	d := schema.Desired{Addr: addr, Kind: k, Value: k.New(attrs)}
	if k.Owned() {
		d.Owner = schema.Owner{Owner: owner, Addr: addr.String()}
	}
	return d
}

func s(text string) cty.Value { return cty.StringVal(text) }

func list(texts ...string) cty.Value {
	if len(texts) == 0 {
		return cty.ListValEmpty(cty.String)
	}
	var out []cty.Value
	for _, text := range texts {
		out = append(out, s(text))
	}
	return cty.ListVal(out)
}

func refTo(objects ...schema.Object) cty.Value {
	if len(objects) == 0 {
		return cty.ListValEmpty(schema.Ref)
	}
	var out []cty.Value
	for _, o := range objects {
		out = append(out, cty.ObjectVal(map[string]cty.Value{"id": s(o.ID), "addr": s("x." + o.ID), "name": cty.NullVal(cty.String)}))
	}
	return cty.ListVal(out)
}

type role struct {
	kind    string
	groups  []schema.Object
	apps    []schema.Object
	catalog []string
}

func roles(roles ...role) cty.Value {
	block := kinds.Named("service_app").Block("admin_role")
	if len(roles) == 0 {
		return cty.ListValEmpty(block.ValueType())
	}
	var out []cty.Value
	for _, r := range roles {
		out = append(out, cty.ObjectVal(map[string]cty.Value{
			"type": s(r.kind), "role": cty.NullVal(schema.Ref), "resource_set": cty.NullVal(schema.Ref),
			"target_groups": refTo(r.groups...), "target_apps": refTo(r.apps...), "target_catalog_apps": list(r.catalog...),
		}))
	}
	return cty.ListVal(out)
}

// newKey makes a key pair: the PEM and the public_key block.
func newKey(t *testing.T, kid string) (string, cty.Value) {
	t.Helper()
	pem, err := jwk.NewPEM()
	if err != nil {
		t.Fatal(err)
	}
	private, err := jwk.ParsePrivate(pem)
	if err != nil {
		t.Fatal(err)
	}
	public, err := private.Public()
	if err != nil {
		t.Fatal(err)
	}
	return string(pem), cty.ObjectVal(map[string]cty.Value{
		"kid": s(kid), "status": s("ACTIVE"), "use": s("sig"), "alg": cty.NullVal(cty.String), "kty": s(public.Kty),
		"thumbprint": s(public.Thumbprint()), "public_jwk": s(public.Canonical),
	})
}

func create(t *testing.T, l live, d schema.Desired) schema.Object {
	t.Helper()
	o, err := l.Create(t.Context(), d)
	if err != nil {
		t.Fatalf("creating %s: %v", d.Addr, err)
	}
	return o
}

// with changes attributes of a declared object.
func with(d schema.Desired, attrs map[string]cty.Value) schema.Desired {
	d.Value = d.Value.With(attrs)
	return d
}

// matches fails where what was read differs from what was declared, leaving out
// what only the org knows.
func matches(t *testing.T, o schema.Object, d schema.Desired) {
	t.Helper()
	want := d.Kind.WithUnmanaged(d.Kind.Normal(d.Value), o.Value)
	for name, v := range want.All() {
		a := d.Kind.Attr(name)
		if a != nil && (a.Computed || a.WriteOnly || a.VersionOf != "") {
			continue
		}
		if got := o.Value.GetAttr(name); !plain(got).RawEquals(plain(v)) {
			t.Errorf("%s of %s: got %#v, want %#v", name, d.Addr, got, v)
		}
	}
	if o.Owner != d.Owner {
		t.Errorf("owner of %s: got %+v, want %+v", d.Addr, o.Owner, d.Owner)
	}
}

// plain turns each list of references into the set of their ids.
func plain(v cty.Value) cty.Value {
	out, _ := cty.Transform(v, func(_ cty.Path, v cty.Value) (cty.Value, error) {
		if v.IsNull() || !v.Type().Equals(cty.List(schema.Ref)) {
			return v, nil
		}
		ids := []cty.Value{s("(ids)")}
		for it := v.ElementIterator(); it.Next(); {
			_, ref := it.Element()
			ids = append(ids, ref.GetAttr("id"))
		}
		return cty.SetVal(ids), nil
	})
	return out
}
