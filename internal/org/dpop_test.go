package org_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/clock"
	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
)

// toolWithDPoP is a client that signs in as an app whose tokens are bound to a
// key, under a clock of its own.
func toolWithDPoP(t *testing.T, l live, machine clock.Machine) (*org.Client, *tape) {
	t.Helper()
	pemText, block := newKey(t, "k")
	o := create(t, l, desired("service_app", "tool", map[string]cty.Value{
		"label": s("oktaform"), "public_key": cty.ListVal([]cty.Value{block}), "dpop_bound_access_tokens": cty.True,
		"okta_api_scopes": list("okta.apps.manage", "okta.appGrants.manage", "okta.groups.manage", "okta.roles.manage"),
		"admin_role":      roles(role{kind: "SUPER_ADMIN"}),
	}))
	sent := &tape{next: l.tape.next}
	client, err := org.Connect(okta.Credentials{
		URL: l.org.URL, Mode: okta.PrivateKey, ClientID: o.Value.GetAttr("client_id").AsString(), PrivateKey: schema.NewSecret(pemText), PrivateKeyID: "k",
		Scopes: []string{"okta.apps.manage", "okta.appGrants.manage", "okta.groups.manage", "okta.roles.manage"}, Source: "the test",
	}, okta.Options{Clock: machine, Transport: sent})
	if err != nil {
		t.Fatal(err)
	}
	return client, sent
}

// Where the app demands DPoP, tokens are asked for with a proof and the org's
// nonce, and each attempt of each request has a proof of its own.
func TestSignInWithDPoP(t *testing.T) {
	for _, fault := range []string{"", "429=2s POST /api/v1/groups 2", "503 GET /api/v1/groups 2", "429=2s POST /oauth2/v1/token 1", "503 POST /oauth2/v1/token 1"} {
		t.Run(fault, func(t *testing.T) {
			l := connect(t, sandbox.Options{})
			client, sent := toolWithDPoP(t, l, &instant{})
			if fault != "" {
				f, err := sandbox.ParseFault(fault)
				if err == nil {
					err = l.org.SetFaults(f)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
			if _, err := client.Create(t.Context(), group("g")); err != nil {
				t.Fatal(err)
			}
			if _, err := client.Read(t.Context(), schema.Query{Owner: owner}); err != nil {
				t.Fatal(err)
			}
			proofs := sent.proofs
			slices.Sort(proofs)
			if len(proofs) < 5 || len(slices.Compact(proofs)) != len(proofs) {
				t.Errorf("%d proofs, of which %d differ", len(proofs), len(slices.Compact(proofs)))
			}
		})
	}
}

// A clock that is wrong by hours is no obstacle: the org's answers tell its time.
func TestSignInWithWrongClock(t *testing.T) {
	for _, ahead := range []time.Duration{2 * time.Minute, 3 * time.Hour, -3 * time.Hour} {
		l := connect(t, sandbox.Options{})
		client, _ := toolWithDPoP(t, l, &instant{ahead: ahead})
		if _, err := client.Create(t.Context(), group("g")); err != nil {
			t.Errorf("%s: %v", ahead, err)
		}
	}
}

// A resource may demand a nonce of its own (RFC 9449, section 9), and a server that
// never has enough of them gets a bounded number of requests.
func TestNonces(t *testing.T) {
	for _, endless := range []bool{false, true} {
		asked := 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			proof := r.Header.Get("DPoP")
			claims := struct{ Nonce string }{}
			if parts := strings.Split(proof, "."); len(parts) == 3 {
				payload, _ := base64.RawURLEncoding.DecodeString(parts[1])
				_ = json.Unmarshal(payload, &claims)
			}
			asked++
			switch {
			case r.URL.Path != "/oauth2/v1/token" && claims.Nonce != "for the API":
				w.Header().Set("WWW-Authenticate", `DPoP error="use_dpop_nonce"`)
				w.Header().Set("DPoP-Nonce", "for the API")
				answer(w, 401, `{"errorCode":"E0000011"}`)
			case r.URL.Path != "/oauth2/v1/token":
				answer(w, 200, oneSecret)
			case proof == "":
				answer(w, 400, `{"error":"invalid_dpop_proof","error_description":"The DPoP proof JWT header is missing."}`)
			case endless || claims.Nonce == "":
				w.Header().Set("DPoP-Nonce", fmt.Sprint("nonce ", asked))
				answer(w, 400, `{"error":"use_dpop_nonce","error_description":"Authorization server requires nonce in DPoP proof."}`)
			default:
				answer(w, 200, `{"token_type":"DPoP","expires_in":3600,"access_token":"made-up"}`)
			}
		}))
		defer server.Close()
		pemText, _ := newKey(t, "k")
		client, err := org.Connect(okta.Credentials{
			URL: server.URL, Mode: okta.PrivateKey, ClientID: "0oa1", PrivateKey: schema.NewSecret(pemText), PrivateKeyID: "k",
			Scopes: []string{"okta.apps.read"}, Source: "the test",
		}, okta.Options{Clock: &instant{}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = client.ClientSecret(t.Context(), "0oa1")
		if endless != (err != nil) || asked > 6 {
			t.Errorf("endless %v: %d requests, %v", endless, asked, err)
		}
	}
}
