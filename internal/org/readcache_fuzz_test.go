package org_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/org/readcache"
	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
)

// FuzzMemory damages the file in which a read of the org is kept, at any place:
// the next read takes what it can use, or reads everything.
func FuzzMemory(f *testing.F) {
	for _, text := range []string{`null`, `""`, `[]`, `{}`, `[null]`, `{"id":null}`, `-1`, `1e999`, `"[]"`, `[{"id":"x","name":null}]`, `{"admin_role":[null]}`, `"\u0000"`} {
		for _, at := range []uint16{0, 60, 300, 600} {
			f.Add(at, uint8(1), text)
		}
	}
	o := rememberedOrg(f)
	f.Fuzz(func(t *testing.T, at uint16, cut uint8, text string) {
		from := int(at) % len(o.file)
		damaged := append(append(append([]byte{}, o.file[:from]...), text...), o.file[min(len(o.file), from+int(cut)):]...)
		past := &readcache.Cache{}
		if json.Unmarshal(damaged, past) != nil {
			past = nil
		}
		found, _, how, err := o.read(past)
		if err != nil || len(found.Objects) != o.objects || how == "" {
			t.Errorf("%v %q", err, how)
		}
	})
}

// kept is an org with a group, an app and who holds admin roles, and the file that
// a read of it leaves behind.
type kept struct {
	tb          testing.TB
	server      *sandbox.Server
	credentials okta.Credentials
	query       schema.Query
	file        []byte
	objects     int
	carry       *edited
}

// edited carries requests, and may change the answers.
type edited struct {
	edit func(*http.Request, *http.Response) // nil: as they are
}

func (e *edited) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err == nil && e.edit != nil {
		e.edit(req, resp)
	}
	return resp, err
}

func rememberedOrg(f testing.TB) *kept {
	server, err := sandbox.New(sandbox.Options{SigningKey: signingKey})
	if err != nil {
		f.Fatal(err)
	}
	listener := httptest.NewServer(server)
	f.Cleanup(listener.Close)
	k := &kept{tb: f, server: server, query: schema.Query{Owner: owner, Admins: true}, carry: &edited{},
		credentials: okta.Credentials{URL: listener.URL, Mode: okta.SSWS, Token: schema.NewSecret(server.Token()), Source: "the test"}}
	k.send("POST", "/api/v1/groups", `{"profile":{"name":"By hand","description":"[oktaform `+owner+` group.hand]"}}`)
	k.send("POST", "/api/v1/apps", `{"name":"oidc_client","label":"Portal","signOnMode":"OPENID_CONNECT","credentials":{"oauthClient":{"token_endpoint_auth_method":"client_secret_basic"}},"settings":{"oauthClient":{"application_type":"web","grant_types":["authorization_code"],"response_types":["code"],"redirect_uris":["https://f.example.com/cb"]}},"profile":{"oktaform_owner":"`+owner+`","oktaform_address":"web_app.portal"}}`)
	found, next, _, err := k.read(nil)
	if err == nil && next != nil {
		k.objects = len(found.Objects)
		if k.file, err = json.Marshal(next); err == nil {
			_, _, how, again := k.read(next)
			if err = again; !strings.Contains(how, "were read again") {
				f.Fatal("what is kept is of no use: " + how)
			}
		}
	}
	if err != nil || k.objects == 0 {
		f.Fatal(err, next, k.objects)
	}
	return k
}

// send changes the org by hand.
func (k *kept) send(method, path, body string) string {
	req := httptest.NewRequest(method, path, strings.NewReader(body))
	req.Header.Set("Authorization", "SSWS "+k.server.Token())
	req.Header.Set("Content-Type", "application/json")
	answer := httptest.NewRecorder()
	if k.server.ServeHTTP(answer, req); answer.Code >= 300 {
		k.tb.Fatalf("%s: %s", path, answer.Body)
	}
	return answer.Body.String()
}

func (k *kept) read(past *readcache.Cache) (*schema.Snapshot, *readcache.Cache, string, error) {
	return k.readUntil(context.Background(), past)
}

func (k *kept) readUntil(ctx context.Context, past *readcache.Cache) (*schema.Snapshot, *readcache.Cache, string, error) {
	c, err := org.Connect(k.credentials, okta.Options{Clock: &instant{}, Transport: k.carry})
	if err != nil {
		return nil, nil, "", err
	}
	who, err := c.Identity(context.Background())
	if err != nil {
		return nil, nil, "", err
	}
	return readcache.Read(ctx, c, who, k.query, past, "test")
}
