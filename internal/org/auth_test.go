package org_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/jwk"
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
)

// ownApp makes the service app that the tool itself signs in as.
func ownApp(t *testing.T, l live, key cty.Value) string {
	t.Helper()
	o := create(t, l, desired("service_app", "tool", map[string]cty.Value{
		"label": s("oktaform"), "public_key": cty.ListVal([]cty.Value{key}),
		"okta_api_scopes": list("okta.apps.manage", "okta.appGrants.manage", "okta.groups.manage", "okta.roles.manage"),
		"admin_role":      roles(role{kind: "SUPER_ADMIN"}),
	}))
	return o.Value.GetAttr("client_id").AsString()
}

func signIn(t *testing.T, l live, c okta.Credentials) *org.Client {
	t.Helper()
	c.URL, c.Mode, c.Source = l.org.URL, okta.PrivateKey, "the test"
	client, err := org.Connect(c, okta.Options{Clock: &instant{}})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func TestPrivateKeySignIn(t *testing.T) {
	l := connect(t, sandbox.Options{})
	rsaPEM, rsaBlock := newKey(t, "rsa-1")
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sec1, err := x509.MarshalECPrivateKey(ec)
	if err != nil {
		t.Fatal(err)
	}
	ecPEM := string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: sec1}))
	ecJWK, err := jose.JSONWebKey{Key: ec, KeyID: "ec-1"}.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	public, err := jwk.ParsePublic(mustJSON(t, jose.JSONWebKey{Key: ec.Public()}))
	if err != nil {
		t.Fatal(err)
	}
	ecBlock := cty.ObjectVal(map[string]cty.Value{
		"kid": s("ec-1"), "status": s("ACTIVE"), "use": s("sig"), "alg": cty.NullVal(cty.String), "kty": s("EC"), "thumbprint": s(public.Thumbprint()), "public_jwk": s(public.Canonical),
	})
	for _, test := range []struct {
		name, key, kid string
		block          cty.Value
	}{
		{"RSA, PKCS#8", rsaPEM, "rsa-1", rsaBlock},
		{"EC, SEC1", ecPEM, "ec-1", ecBlock},
		{"EC, JWK", string(ecJWK), "ec-1", ecBlock},
	} {
		t.Run(test.name, func(t *testing.T) {
			id := ownApp(t, l, test.block)
			client := signIn(t, l, okta.Credentials{
				ClientID: id, PrivateKey: schema.NewSecret(test.key), PrivateKeyID: test.kid,
				Scopes: []string{"okta.apps.manage", "okta.groups.manage", "okta.roles.manage", "okta.appGrants.manage"},
			})
			snapshot, err := client.Read(t.Context(), schema.Query{Owner: owner})
			if err != nil {
				t.Fatal(err)
			}
			if snapshot.Principal != id || len(snapshot.Objects) == 0 {
				t.Errorf("principal %q, %d objects", snapshot.Principal, len(snapshot.Objects))
			}
		})
	}
}

func mustJSON(t *testing.T, v interface{ MarshalJSON() ([]byte, error) }) []byte {
	t.Helper()
	text, err := v.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// What the token endpoint says comes through, as a refusal, with what to do.
func TestSignInRefused(t *testing.T) {
	l := connect(t, sandbox.Options{})
	key, block := newKey(t, "k")
	other, _ := newKey(t, "k")
	id := ownApp(t, l, block)
	for _, test := range []struct {
		name, key string
		scopes    []string
		code      string
		advice    string
	}{
		{"another key", other, []string{"okta.apps.manage"}, "invalid_client", "OKTA_CLIENT_PRIVATEKEYID"},
		{"a scope that isn't granted", key, []string{"okta.users.read"}, "consent_required", "Grant the scopes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			client := signIn(t, l, okta.Credentials{ClientID: id, PrivateKey: schema.NewSecret(test.key), PrivateKeyID: "k", Scopes: test.scopes})
			_, err := client.Read(t.Context(), schema.Query{Owner: owner})
			var refused *okta.Error
			if !errors.As(err, &refused) || refused.Code != test.code || refused.Summary == "" || !okta.Denied(err) || okta.Unreachable(err) {
				t.Fatalf("got %v", err)
			}
			if !strings.Contains(err.Error(), test.advice) {
				t.Errorf("no advice in %v", err)
			}
		})
	}
}

// A scope or a role that the token lacks is named.
func TestRightsLacking(t *testing.T) {
	l := connect(t, sandbox.Options{})
	key, block := newKey(t, "k")
	id := ownApp(t, l, block)
	client := signIn(t, l, okta.Credentials{ClientID: id, PrivateKey: schema.NewSecret(key), Scopes: []string{"okta.apps.manage", "okta.groups.manage"}})
	_, err := client.Read(t.Context(), schema.Query{Owner: owner})
	var refused *okta.Error
	if !errors.As(err, &refused) || !strings.HasPrefix(refused.Scope, "okta.") || !okta.Denied(err) || !strings.Contains(err.Error(), "lacks the scope "+refused.Scope) {
		t.Fatalf("got %v", err)
	}
	roles := strings.TrimSpace(l.call(t, "GET", "/oauth2/v1/clients/"+id+"/roles", ""))
	assignment := strings.Split(strings.SplitAfter(roles, `"id":"`)[1], `"`)[0]
	l.call(t, "DELETE", "/oauth2/v1/clients/"+id+"/roles/"+assignment, "")
	_, err = client.Create(t.Context(), group("g"))
	if !errors.As(err, &refused) || refused.Code != "E0000006" || !okta.Denied(err) || !strings.Contains(err.Error(), "USER_ADMIN") {
		t.Errorf("got %v", err)
	}
}

// A scope that the token was asked for isn't proposed again: what is missing is its grant, or a
// role. The same holds for the group of the lease.
func TestAdviceKnowsTheScopes(t *testing.T) {
	for _, test := range []struct{ needs, want, not string }{
		{"okta.groups.manage", "OKTA_CLIENT_SCOPES names okta.groups.manage already", "lacks the scope"},
		{"okta.users.manage", "lacks the scope okta.users.manage: name it in OKTA_CLIENT_SCOPES", "already"},
		{"", "lacks an admin role", "scope"},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			if r.URL.Path == "/oauth2/v1/token" {
				io.WriteString(w, `{"token_type":"Bearer","expires_in":3600,"access_token":"t"}`)
				return
			}
			if test.needs != "" {
				w.Header().Set("WWW-Authenticate", `Bearer error="insufficient_scope", scope="`+test.needs+`"`)
			}
			w.WriteHeader(http.StatusForbidden)
			io.WriteString(w, `{"errorCode":"E0000006","errorSummary":"You do not have permission to perform the requested action"}`)
		}))
		defer server.Close()
		key, _ := newKey(t, "k")
		client, err := org.Connect(okta.Credentials{URL: server.URL, Mode: okta.PrivateKey, ClientID: "0oa1", PrivateKey: schema.NewSecret(key), Scopes: []string{"okta.groups.manage"}}, okta.Options{Clock: &instant{}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.Create(t.Context(), group("g"))
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), test.not) {
			t.Errorf("%s: got %v", test.needs, err)
		}
		_, _, err = client.Acquire(t.Context(), org.LeaseOptions{Owner: owner, Self: org.Process{Host: "h", PID: 1}, Dead: func(org.Process) bool { return false }})
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), test.not) || !strings.Contains(err.Error(), "lease") {
			t.Errorf("%s: the lease: got %v", test.needs, err)
		}
	}
}

// An access token that is refused before its end is replaced, once.
func TestTokenRenewed(t *testing.T) {
	var fetched, refusals atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch {
		case r.URL.Path == "/oauth2/v1/token":
			assertion := strings.Split(r.FormValue("client_assertion"), ".")
			header, _ := base64.RawURLEncoding.DecodeString(assertion[0])
			if !strings.Contains(string(header), `"kid":"my-kid"`) {
				t.Errorf("header of the assertion: %s", header)
			}
			token := "first"
			if fetched.Add(1) > 1 {
				token = "second"
			}
			_, _ = w.Write([]byte(`{"token_type":"Bearer","expires_in":3600,"access_token":"` + token + `"}`))
		case r.Header.Get("Authorization") == "Bearer first":
			refusals.Add(1)
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = w.Write([]byte(`{"errorCode":"E0000011","errorSummary":"Invalid token provided"}`))
		default:
			_, _ = w.Write([]byte(`[{"id":"ocs1","status":"ACTIVE","client_secret":"made-up-secret"}]`))
		}
	}))
	defer server.Close()
	key, _ := newKey(t, "my-kid")
	clock := &instant{}
	client, err := org.Connect(okta.Credentials{
		URL: server.URL, Mode: okta.PrivateKey, ClientID: "0oa1", Scopes: []string{"okta.apps.read"},
		PrivateKey: schema.NewSecret(key), PrivateKeyID: "my-kid",
	}, okta.Options{Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := client.ClientSecret(t.Context(), "0oa1"); err != nil {
			t.Fatal(err)
		}
	}
	if fetched.Load() != 2 || refusals.Load() != 1 {
		t.Errorf("%d tokens fetched, %d refused", fetched.Load(), refusals.Load())
	}
	// A minute before its end it is replaced without being refused.
	for _, c := range []struct {
		later   time.Duration
		fetched int32
	}{{58 * time.Minute, 2}, {90 * time.Second, 3}} {
		_ = clock.Sleep(t.Context(), c.later)
		if _, err := client.ClientSecret(t.Context(), "0oa1"); err != nil || fetched.Load() != c.fetched || refusals.Load() != 1 {
			t.Errorf("%s later: %d tokens fetched, %d refused, %v", c.later, fetched.Load(), refusals.Load(), err)
		}
	}
}

// Nothing but the org sees our credentials.
func TestCredentialsStayHome(t *testing.T) {
	var foreign atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { foreign.Add(1) }))
	defer other.Close()
	client, _ := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") == "" && r.URL.Path != "/smoke" {
			t.Error("no credentials at home")
		}
		http.Redirect(w, r, other.URL, http.StatusFound)
	})
	_, err := client.ClientSecret(t.Context(), "0oa1")
	if err == nil || !strings.Contains(err.Error(), "redirects to "+other.URL) || strings.Contains(err.Error(), "made-up-token") {
		t.Errorf("got %v", err)
	}
	if _, err := client.Create(t.Context(), group("g")); err == nil {
		t.Error("no error")
	}
	// Smoke tests follow no redirect either, and carry nothing of ours.
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, client.URL()+"/smoke", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.HTTP().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusFound || resp.Request.Header.Get("Authorization") != "" || foreign.Load() != 0 {
		t.Errorf("status %d, %d foreign requests", resp.StatusCode, foreign.Load())
	}
}

// TestTokenWhileAllSlotsWait: as many requests as may be under way at once wait
// for the first token, and the one for the token is sent all the same.
func TestTokenWhileAllSlotsWait(t *testing.T) {
	l := connect(t, sandbox.Options{})
	pemText, block := newKey(t, "k")
	id := ownApp(t, l, block)
	client, err := org.Connect(okta.Credentials{
		URL: l.org.URL, Mode: okta.PrivateKey, ClientID: id, PrivateKey: schema.NewSecret(pemText), PrivateKeyID: "k",
		Scopes: []string{"okta.apps.manage", "okta.appGrants.manage", "okta.groups.manage", "okta.roles.manage"}, Source: "the test",
	}, okta.Options{Clock: &instant{}, Parallelism: 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Read(t.Context(), schema.Query{Owner: "team/iam"}); err != nil {
		t.Fatal(err)
	}
}
