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
)

// proofFor makes a DPoP proof; changes are to its claims, header to its
// protected header.
func (o *testOrg) proofFor(key *testKey, method, path string, changes, header doc) string {
	o.t.Helper()
	payload := doc{"htm": method, "htu": o.url + path, "iat": o.clock().Unix(), "jti": randomBytes64(16)}
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
	object(document, "settings", "oauthClient")["dpop_bound_access_tokens"] = true
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
	o.want(o.post("/oauth2/v1/token", app.form("okta.users.read")), errDPoPMissing)
	asked := o.post("/oauth2/v1/token", app.form("okta.users.read"), "DPoP", o.proofFor(key, "POST", "/oauth2/v1/token", nil, nil))
	o.want(asked, errDPoPNonce)
	nonce := asked.header.Get("Dpop-Nonce")
	if len(nonce) != 32 {
		t.Fatalf("nonce %q", nonce)
	}
	got := o.post("/oauth2/v1/token", app.form("okta.users.read"), "DPoP", o.proofFor(key, "POST", "/oauth2/v1/token", doc{"nonce": nonce}, nil))
	if got.status != http.StatusOK || got.text("token_type") != "DPoP" {
		t.Fatalf("%d %s", got.status, got.body)
	}
	token := got.text("access_token")
	if cnf := object(o.verify(token), "cnf"); len(text(cnf, "jkt")) != 43 {
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
	o.want(call("DPoP", token, used), errDPoPUsed)
	o.want(call("DPoP", token), errDPoPRequired)
	o.want(call("Bearer", token), errDPoPScheme)
	o.want(call("DPoP", token, proof(doc{"ath": accessHash("x")})), errDPoPTokenHash)
	o.want(call("DPoP", token, proof(doc{"ath": nil})), errDPoPTokenHash)
	o.want(call("DPoP", token, o.proofFor(newTestKey(t, ""), "GET", "/api/v1/users", doc{"ath": accessHash(token)}, nil)), errDPoPBinding)
	if got := call("DPoP", token, proof(doc{"nonce": nonce})); got.status != http.StatusOK {
		t.Errorf("with a nonce: %d %s", got.status, got.body)
	}
	plain := o.newServiceApp("okta.users.read").token("okta.users.read")
	unbound := call("DPoP", plain, proof(nil))
	if unbound.status != http.StatusUnauthorized || !strings.Contains(unbound.header.Get("Www-Authenticate"), errAccessTokenNotDPoP.description) {
		t.Errorf("unbound token: %d %v", unbound.status, unbound.header)
	}
}

func TestDPoPProofs(t *testing.T) {
	o := newTestOrg(t)
	app, key := o.dpopApp(t), newTestKey(t, "")
	nonce := o.server.org.nonce(o.clock())
	now := o.clock()
	for name, test := range map[string]struct {
		changes, header doc
		want            *oauthError
	}{
		"good":               {nil, nil, nil},
		"other method":       {doc{"htm": "GET"}, nil, errDPoPMethod},
		"other path":         {doc{"htu": o.url + "/oauth2/v1/revoke"}, nil, errDPoPURL},
		"query is ignored":   {doc{"htu": o.url + "/oauth2/v1/token?x=1#y"}, nil, nil},
		"case of the host":   {doc{"htu": strings.Replace(o.url, "http", "HTTP", 1) + "/oauth2/v1/token"}, nil, nil},
		"no iat":             {doc{"iat": nil}, nil, errDPoPIssuedAt},
		"from the future":    {doc{"iat": now.Add(2 * time.Second).Unix()}, nil, errDPoPFuture},
		"six minutes old":    {doc{"iat": now.Add(-6 * time.Minute).Unix()}, nil, errDPoPOld},
		"expired":            {doc{"exp": now.Unix()}, nil, errDPoPExpired},
		"no jti":             {doc{"jti": nil}, nil, errDPoPJTI},
		"no nonce":           {doc{"nonce": nil}, nil, errDPoPNonce},
		"other nonce":        {doc{"nonce": "x"}, nil, errDPoPNonce},
		"nonce of yesterday": {doc{"nonce": o.server.org.nonce(now.Add(-24 * time.Hour))}, nil, nil},
		"nonce too old":      {doc{"nonce": o.server.org.nonce(now.Add(-72 * time.Hour))}, nil, errDPoPNonce},
		"other type":         {nil, doc{"typ": "JWT"}, errDPoPType},
		"another key":        {nil, doc{"jwk": jose.JSONWebKey{Key: newTestKey(t, "").private.Public()}}, errDPoPSignature},
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
	o.want(send("x"), errDPoPParse)
	o.want(send(good(), good()), errDPoPMany)
	once := good()
	if got := send(once); got.status != http.StatusOK {
		t.Errorf("%d %s", got.status, got.body)
	}
	o.want(send(once), errDPoPUsed)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.HS256, Key: []byte(randomBytes64(32))}, nil)
	if err != nil {
		t.Fatal(err)
	}
	o.want(send(signWith(t, signer, doc{})), errDPoPAlgorithm)
}

// TestDPoPPublicClient has the refresh token of a public client, which is bound
// to the key of the first proof.
func TestDPoPPublicClient(t *testing.T) {
	o := newSignInOrg(t, func(request doc) {
		request["credentials"] = doc{"oauthClient": doc{"token_endpoint_auth_method": "none", "pkce_required": true}}
		object(request, "settings", "oauthClient")["application_type"] = "native"
		object(request, "settings", "oauthClient")["dpop_bound_access_tokens"] = true
	})
	key, other := newTestKey(t, ""), newTestKey(t, "")
	redeem := func(key *testKey, form url.Values) *answer {
		form.Del("client_secret")
		return o.post("/oauth2/v1/token", form, "DPoP", o.proofFor(key, "POST", "/oauth2/v1/token", doc{"nonce": o.server.org.nonce(o.clock())}, nil))
	}
	got := redeem(key, o.app.codeForm(o.code("openid offline_access")))
	if got.status != http.StatusOK || got.text("token_type") != "DPoP" {
		t.Fatalf("%d %s", got.status, got.body)
	}
	refresh := refreshForm(o, got.text("refresh_token"))
	o.want(redeem(other, refresh), errDPoPRefresh)
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
	nonce := o.server.org.nonce(o.clock())
	token := o.post("/oauth2/v1/token", app.form("okta.users.read"), "DPoP",
		o.proofFor(key, "POST", "/oauth2/v1/token", doc{"nonce": nonce}, nil)).text("access_token")
	login := text(object(o.admin("GET", "/api/v1/users/me", nil).doc, "profile"), "login")
	get := func(htu string) *answer {
		return o.send("GET", "/api/v1/users/"+url.QueryEscape(login), "", "Authorization", "DPoP "+token,
			"DPoP", o.proofFor(key, "GET", htu, doc{"ath": accessHash(token)}, nil))
	}
	if got := get("/api/v1/users/" + login); got.status != http.StatusOK {
		t.Errorf("decoded: %d %s", got.status, got.body)
	}
	refused := get("/api/v1/users/" + url.QueryEscape(login))
	o.want(refused, errDPoPURL)
	if challenge := refused.header.Get("Www-Authenticate"); !strings.HasPrefix(challenge, `DPoP algs="RS256 RS384 `) {
		t.Errorf("challenge %q", challenge)
	}
}
