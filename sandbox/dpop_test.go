package sandbox

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/state"
)

// proofFor makes a DPoP proof; changes are to its claims, header to its
// protected header.
func (o *testOrg) proofFor(key *testKey, method, path string, changes, header doc) string {
	o.t.Helper()
	payload := doc{"htm": method, "htu": o.url + path, "iat": o.clock().Unix(), "jti": state.RandomBase64(16)}
	for name, value := range changes {
		payload[name] = value
		if value == nil {
			delete(payload, name)
		}
	}
	protected := doc{"typ": "dpop+jwt", "jwk": jose.JSONWebKey{Key: key.private.Public()}}
	for name, value := range header {
		protected[name] = value
	}
	return (&testKey{"", key.private}).sign(o.t, payload, protected)
}

func (o *testOrg) dpopApp(t *testing.T) *serviceApp {
	t.Helper()
	app := o.newServiceApp("okta.users.read")
	o.admin("POST", "/oauth2/v1/clients/"+app.id+"/roles", doc{"type": "READ_ONLY_ADMIN"})
	document := o.admin("GET", "/api/v1/apps/"+app.id, nil).doc
	jsondoc.Object(document, "settings", "oauthClient")["dpop_bound_access_tokens"] = true
	o.admin("PUT", "/api/v1/apps/"+app.id, document)
	return app
}

func accessHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func TestDPoPStory(t *testing.T) {
	o := newTestOrg(t)
	app, key := o.dpopApp(t), newTestKey(t, "")
	o.want(o.post("/oauth2/v1/token", app.form("okta.users.read")), oauth.ErrDPoPMissing)
	asked := o.post("/oauth2/v1/token", app.form("okta.users.read"), "DPoP", o.proofFor(key, "POST", "/oauth2/v1/token", nil, nil))
	o.want(asked, oauth.ErrDPoPNonce)
	nonce := asked.header.Get("Dpop-Nonce")
	if len(nonce) != 32 {
		t.Fatalf("nonce %q", nonce)
	}
	got := o.post("/oauth2/v1/token", app.form("okta.users.read"), "DPoP", o.proofFor(key, "POST", "/oauth2/v1/token", doc{"nonce": nonce}, nil))
	if got.status != http.StatusOK || got.text("token_type") != "DPoP" {
		t.Fatalf("%d %s", got.status, got.body)
	}
	token := got.text("access_token")
	if cnf := jsondoc.Object(o.verify(token), "cnf"); len(jsondoc.Text(cnf, "jkt")) != 43 {
		t.Errorf("cnf: %v", cnf)
	}
	call := func(scheme, token string, proofs ...string) *answer {
		header := []string{"Authorization", scheme + " " + token}
		for _, proof := range proofs {
			header = append(header, "DPoP", proof)
		}
		return o.send("GET", "/api/v1/users?limit=1", "", header...)
	}
	proof := func(changes doc) string {
		all := doc{"ath": accessHash(token)}
		for name, value := range changes {
			all[name] = value
		}
		return o.proofFor(key, "GET", "/api/v1/users", all, nil)
	}
	used := proof(nil)
	if got := call("DPoP", token, used); got.status != http.StatusOK {
		t.Errorf("call: %d %s", got.status, got.body)
	}
	o.want(call("DPoP", token, used), oauth.ErrDPoPUsed)
	o.want(call("DPoP", token), oauth.ErrDPoPRequired)
	o.want(call("Bearer", token), oauth.ErrDPoPScheme)
	o.want(call("DPoP", token, proof(doc{"ath": accessHash("x")})), oauth.ErrDPoPTokenHash)
	o.want(call("DPoP", token, proof(doc{"ath": nil})), oauth.ErrDPoPTokenHash)
	o.want(call("DPoP", token, o.proofFor(newTestKey(t, ""), "GET", "/api/v1/users", doc{"ath": accessHash(token)}, nil)), oauth.ErrDPoPBinding)
	if got := call("DPoP", token, proof(doc{"nonce": nonce})); got.status != http.StatusOK {
		t.Errorf("with a nonce: %d %s", got.status, got.body)
	}
	plain := o.newServiceApp("okta.users.read").token("okta.users.read")
	unbound := call("DPoP", plain, proof(nil))
	if unbound.status != http.StatusUnauthorized || !strings.Contains(unbound.header.Get("Www-Authenticate"), oauth.ErrAccessTokenNotDPoP.Description) {
		t.Errorf("unbound token: %d %v", unbound.status, unbound.header)
	}
}

func TestDPoPProofs(t *testing.T) {
	o := newTestOrg(t)
	app, key := o.dpopApp(t), newTestKey(t, "")
	nonce := oauth.Nonce(o.server.org, o.clock())
	now := o.clock()
	for name, test := range map[string]struct {
		changes, header doc
		want            *oauth.Error
	}{
		"good":               {nil, nil, nil},
		"other method":       {doc{"htm": "GET"}, nil, oauth.ErrDPoPMethod},
		"other path":         {doc{"htu": o.url + "/oauth2/v1/revoke"}, nil, oauth.ErrDPoPURL},
		"query is ignored":   {doc{"htu": o.url + "/oauth2/v1/token?x=1#y"}, nil, nil},
		"case of the host":   {doc{"htu": strings.Replace(o.url, "http", "HTTP", 1) + "/oauth2/v1/token"}, nil, nil},
		"no iat":             {doc{"iat": nil}, nil, oauth.ErrDPoPIssuedAt},
		"from the future":    {doc{"iat": now.Add(2 * time.Second).Unix()}, nil, oauth.ErrDPoPFuture},
		"six minutes old":    {doc{"iat": now.Add(-6 * time.Minute).Unix()}, nil, oauth.ErrDPoPOld},
		"expired":            {doc{"exp": now.Unix()}, nil, oauth.ErrDPoPExpired},
		"no jti":             {doc{"jti": nil}, nil, oauth.ErrDPoPJTI},
		"no nonce":           {doc{"nonce": nil}, nil, oauth.ErrDPoPNonce},
		"other nonce":        {doc{"nonce": "x"}, nil, oauth.ErrDPoPNonce},
		"nonce of yesterday": {doc{"nonce": oauth.Nonce(o.server.org, now.Add(-24*time.Hour))}, nil, nil},
		"nonce too old":      {doc{"nonce": oauth.Nonce(o.server.org, now.Add(-72*time.Hour))}, nil, oauth.ErrDPoPNonce},
		"other type":         {nil, doc{"typ": "JWT"}, oauth.ErrDPoPType},
		"another key":        {nil, doc{"jwk": jose.JSONWebKey{Key: newTestKey(t, "").private.Public()}}, oauth.ErrDPoPSignature},
	} {
		t.Run(name, func(t *testing.T) {
			changes := doc{"nonce": nonce}
			for name, value := range test.changes {
				changes[name] = value
			}
			got := o.post("/oauth2/v1/token", app.form("okta.users.read"), "DPoP", o.proofFor(key, "POST", "/oauth2/v1/token", changes, test.header))
			if test.want != nil {
				o.want(got, test.want)
			} else if got.status != http.StatusOK {
				t.Errorf("refused: %d %s", got.status, got.body)
			}
		})
	}
	send := func(proofs ...string) *answer {
		header := []string{}
		for _, proof := range proofs {
			header = append(header, "DPoP", proof)
		}
		return o.post("/oauth2/v1/token", app.form("okta.users.read"), header...)
	}
	good := func() string { return o.proofFor(key, "POST", "/oauth2/v1/token", doc{"nonce": nonce}, nil) }
	o.want(send("x"), oauth.ErrDPoPParse)
	o.want(send(good(), good()), oauth.ErrDPoPMany)
	once := good()
	if got := send(once); got.status != http.StatusOK {
		t.Errorf("%d %s", got.status, got.body)
	}
	o.want(send(once), oauth.ErrDPoPUsed)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: []byte(state.RandomBase64(32))}, nil)
	if err != nil {
		t.Fatal(err)
	}
	o.want(send(signWith(t, signer, doc{})), oauth.ErrDPoPAlgorithm)
}

// TestDPoPPublicClient has the refresh token of a public client, which is bound
// to the key of the first proof.
func TestDPoPPublicClient(t *testing.T) {
	o := newSignInOrg(t, func(request doc) {
		request["credentials"] = doc{"oauthClient": doc{"token_endpoint_auth_method": "none", "pkce_required": true}}
		jsondoc.Object(request, "settings", "oauthClient")["application_type"] = "native"
		jsondoc.Object(request, "settings", "oauthClient")["dpop_bound_access_tokens"] = true
	})
	key, other := newTestKey(t, ""), newTestKey(t, "")
	redeem := func(key *testKey, form url.Values) *answer {
		form.Del("client_secret")
		return o.post("/oauth2/v1/token", form, "DPoP", o.proofFor(key, "POST", "/oauth2/v1/token", doc{"nonce": oauth.Nonce(o.server.org, o.clock())}, nil))
	}
	got := redeem(key, o.app.codeForm(o.code("openid offline_access")))
	if got.status != http.StatusOK || got.text("token_type") != "DPoP" {
		t.Fatalf("%d %s", got.status, got.body)
	}
	refresh := refreshForm(o, got.text("refresh_token"))
	o.want(redeem(other, refresh), oauth.ErrDPoPRefresh)
	if got := redeem(key, refresh); got.status != http.StatusOK {
		t.Errorf("refresh: %d %s", got.status, got.body)
	}
}

// TestDPoPOfUnboundClient has the proof without a nonce that Okta's Node.js SDK
// sends with every token request.
func TestDPoPOfUnboundClient(t *testing.T) {
	o := newTestOrg(t)
	app := o.newServiceApp("okta.users.read")
	o.admin("POST", "/oauth2/v1/clients/"+app.id+"/roles", doc{"type": "READ_ONLY_ADMIN"})
	got := o.post("/oauth2/v1/token", app.form("okta.users.read"), "DPoP", o.proofFor(newTestKey(t, ""), "POST", "/oauth2/v1/token", nil, nil))
	if got.status != http.StatusOK || got.text("token_type") != "Bearer" {
		t.Fatalf("%d %s", got.status, got.body)
	}
	if got := o.send("GET", "/api/v1/users?limit=1", "", "Authorization", "Bearer "+got.text("access_token")); got.status != http.StatusOK {
		t.Errorf("call: %d %s", got.status, got.body)
	}
}

// TestDPoPEncodedPath has a login in the path, which the proof names decoded.
func TestDPoPEncodedPath(t *testing.T) {
	o := newTestOrg(t)
	app, key := o.dpopApp(t), newTestKey(t, "")
	nonce := oauth.Nonce(o.server.org, o.clock())
	token := o.post("/oauth2/v1/token", app.form("okta.users.read"), "DPoP",
		o.proofFor(key, "POST", "/oauth2/v1/token", doc{"nonce": nonce}, nil)).text("access_token")
	login := jsondoc.Text(jsondoc.Object(o.admin("GET", "/api/v1/users/me", nil).doc, "profile"), "login")
	get := func(htu string) *answer {
		return o.send("GET", "/api/v1/users/"+url.QueryEscape(login), "", "Authorization", "DPoP "+token,
			"DPoP", o.proofFor(key, "GET", htu, doc{"ath": accessHash(token)}, nil))
	}
	if got := get("/api/v1/users/" + login); got.status != http.StatusOK {
		t.Errorf("decoded: %d %s", got.status, got.body)
	}
	refused := get("/api/v1/users/" + url.QueryEscape(login))
	o.want(refused, oauth.ErrDPoPURL)
	if challenge := refused.header.Get("Www-Authenticate"); !strings.HasPrefix(challenge, `DPoP algs="RS256 RS384 `) {
		t.Errorf("challenge %q", challenge)
	}
}
