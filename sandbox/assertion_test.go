package sandbox

import (
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/state"
)

func TestAssertionClaims(t *testing.T) {
	o := newTestOrg(t)
	app := o.newServiceApp("okta.users.read")
	now := o.clock()
	for name, test := range map[string]struct {
		changes doc
		want    *oauth.Error // nil: a token
	}{
		"good":                         {doc{}, nil},
		"without iat":                  {doc{"iat": nil}, nil},
		"without jti":                  {doc{"jti": nil}, nil},
		"audience is the issuer":       {doc{"aud": o.url}, nil},
		"audience in an array":         {doc{"aud": []string{"x", o.url + "/oauth2/v1/token"}}, nil},
		"one hour and a second ahead":  {doc{"exp": now.Add(3601 * time.Second).Unix()}, nil},
		"unknown issuer":               {doc{"iss": "0oa1", "sub": "0oa1"}, oauth.ErrAssertionIssuer},
		"without issuer":               {doc{"iss": nil}, oauth.ErrAssertionIssuer},
		"other subject":                {doc{"sub": "0oa1"}, oauth.ErrAssertionSubject},
		"without subject":              {doc{"sub": nil}, oauth.ErrAssertionSubject},
		"other audience":               {doc{"aud": "https://other.example/oauth2/v1/token"}, oauth.ErrAssertionAudience},
		"audience is another endpoint": {doc{"aud": o.url + "/oauth2/v1/introspect"}, oauth.ErrAssertionAudience},
		"audience with a slash":        {doc{"aud": o.url + "/oauth2/v1/token/"}, oauth.ErrAssertionAudience},
		"without audience":             {doc{"aud": nil}, oauth.ErrAssertionAudience},
		"without exp":                  {doc{"exp": nil}, oauth.ErrAssertionNoExpiry},
		"exp is text":                  {doc{"exp": "4000000000"}, oauth.ErrAssertionNoExpiry},
		"expired":                      {doc{"exp": now.Unix()}, oauth.ErrAssertionExpired},
		"too far ahead":                {doc{"exp": now.Add(3602 * time.Second).Unix()}, oauth.ErrAssertionTooFar},
		"exp beyond all numbers":       {doc{"exp": 1e300}, oauth.ErrAssertionTooFar},
		"issued in the future":         {doc{"iat": now.Add(2 * time.Second).Unix()}, oauth.ErrAssertionFuture},
		"iat is text":                  {doc{"iat": "now"}, oauth.ErrAssertionFuture},
	} {
		t.Run(name, func(t *testing.T) {
			app.changes = test.changes
			got := o.post("/oauth2/v1/token", app.form("okta.users.read"))
			if test.want != nil {
				o.want(got, test.want)
			} else if got.status != http.StatusOK {
				t.Errorf("refused: %d %s", got.status, got.body)
			}
		})
	}
}

// TestFastClock has a client whose clock is two seconds ahead and who signs
// for one hour, as client libraries do.
func TestFastClock(t *testing.T) {
	o := newTestOrg(t)
	app := o.newServiceApp("okta.users.read")
	fast := o.clock().Add(2 * time.Second)
	app.changes = doc{"iat": fast.Unix(), "exp": fast.Add(time.Hour).Unix()}
	o.want(o.post("/oauth2/v1/token", app.form("okta.users.read")), oauth.ErrAssertionTooFar)
	o.advance(time.Second)
	got := o.post("/oauth2/v1/token", app.form("okta.users.read"))
	if got.status != http.StatusOK {
		t.Errorf("one second ahead: %d %s", got.status, got.body)
	}
}

func TestAssertionIsUsedOnce(t *testing.T) {
	o := newTestOrg(t)
	app := o.newServiceApp("okta.users.read")
	form := app.form("okta.users.manage")
	o.want(o.post("/oauth2/v1/token", form), oauth.ErrNoGrantedScope)
	form.Set("scope", "okta.users.read")
	o.want(o.post("/oauth2/v1/token", form), oauth.ErrAssertionUsed)
}

func TestAssertionSignature(t *testing.T) {
	o := newTestOrg(t)
	app := o.newServiceApp("okta.users.read")
	other := newTestKey(t, "key-1")
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	with := func(algorithm jose.SignatureAlgorithm, kid string, key any) string {
		signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return signWith(t, signer, app.claims())
	}
	for name, test := range map[string]struct {
		assertion string
		want      *oauth.Error
	}{
		"another key of that kid": {other.sign(t, app.claims(), nil), oauth.ErrAssertionSignature},
		"another kind of key":     {with(jose.RS256, "key-1", rsaKey), oauth.ErrAssertionSignature},
		"unknown kid":             {with(jose.ES256, "key-2", app.key.private), oauth.ErrAssertionKid},
		"not a JWT":               {"x", oauth.ErrAssertionParse},
		"two parts":               {"e30.e30", oauth.ErrAssertionParse},
		"payload is no object":    {"eyJhbGciOiJFUzI1NiJ9.W10.AAAA", oauth.ErrAssertionParse},
		"unsigned":                {"eyJhbGciOiJub25lIn0." + strings.Split(app.assertion(), ".")[1] + ".", oauth.ErrAssertionAlgorithm},
		"PS256":                   {with(jose.PS256, "key-1", rsaKey), oauth.ErrAssertionAlgorithm},
		"shared secret":           {with(jose.HS256, "key-1", []byte(state.RandomBase64(32))), oauth.ErrClient},
	} {
		t.Run(name, func(t *testing.T) {
			form := app.form("okta.users.read")
			form.Set("client_assertion", test.assertion)
			o.want(o.post("/oauth2/v1/token", form), test.want)
		})
	}
	if got := o.post("/oauth2/v1/token", url.Values{"grant_type": {"client_credentials"}, "scope": {"okta.users.read"},
		"client_assertion_type": {oauth.AssertionType}, "client_assertion": {with(jose.ES256, "", app.key.private)}}); got.status != http.StatusOK {
		t.Errorf("one key and no kid: %d %s", got.status, got.body)
	}
}

func TestAssertionKeySets(t *testing.T) {
	o := newTestOrg(t)
	app := o.newServiceApp("okta.users.read")
	second := newTestKey(t, "key-2")
	keys := "/api/v1/apps/" + app.id + "/credentials/jwks"
	added := o.admin("POST", keys, second.public(t))
	try := func(key *testKey, kid string, want *oauth.Error) {
		t.Helper()
		form := app.form("okta.users.read")
		form.Set("client_assertion", (&testKey{kid, key.private}).sign(t, app.claims(), nil))
		got := o.post("/oauth2/v1/token", form)
		if want != nil {
			o.want(got, want)
		} else if got.status != http.StatusOK {
			t.Errorf("refused: %d %s", got.status, got.body)
		}
	}
	try(second, "key-2", nil)
	try(second, "", oauth.ErrAssertionKid) // two keys, so a kid is needed
	o.admin("POST", keys+"/"+added.text("id")+"/lifecycle/deactivate", nil)
	try(second, "key-2", oauth.ErrAssertionKid)
	try(app.key, "", nil) // one active key again
}

func TestClientsOwnKeySet(t *testing.T) {
	key := newTestKey(t, "remote-1")
	body, status := `{"keys":[`+keyJSON(t, key)+`]}`, http.StatusOK
	remote := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}))
	defer remote.Close()
	o := newTestOrg(t)
	created := o.admin("POST", "/api/v1/apps", doc{"name": "oidc_client", "label": "remote keys", "signOnMode": "OPENID_CONNECT",
		"credentials": doc{"oauthClient": doc{"token_endpoint_auth_method": "private_key_jwt"}},
		"settings": doc{"oauthClient": doc{"application_type": "service", "grant_types": []string{"client_credentials"},
			"response_types": []string{"token"}, "jwks_uri": remote.URL}}})
	app := &serviceApp{o: o, id: created.text("id"), key: key}
	o.grant(app.id, "okta.users.read")
	app.token("okta.users.read")
	body = `{"keys":[]}`
	o.want(o.post("/oauth2/v1/token", app.form("okta.users.read")), oauth.ErrJWKSURINoKey)
	body = `{"keys":[` + keyJSON(t, key) + `,` + keyJSON(t, key) + `]}`
	o.want(o.post("/oauth2/v1/token", app.form("okta.users.read")), oauth.ErrJWKSURIKids)
	status = http.StatusInternalServerError
	o.want(o.post("/oauth2/v1/token", app.form("okta.users.read")), oauth.ErrJWKSURI)
}

func keyJSON(t *testing.T, key *testKey) string {
	t.Helper()
	raw, err := jose.JSONWebKey{Key: key.private.Public(), KeyID: key.kid, Use: "sig"}.MarshalJSON()
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// TestUnreadableKeys are keys that the org stores but can't verify with.
func TestUnreadableKeys(t *testing.T) {
	key := newTestKey(t, "k")
	public := key.public(t)
	use := func(use string) oauth.ClientKey {
		changed := doc{}
		for name, value := range public {
			changed[name] = value
		}
		changed["use"] = use
		return oauth.ClientKey{Kid: "k", Use: use, Active: true, Key: key.private.Public()}
	}
	a, err := oauth.ParseAssertion(key.sign(t, doc{"iss": "x"}, nil))
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		keys []oauth.ClientKey
		want error
	}{
		"none":           {nil, oauth.ErrAssertionNoKeys},
		"for encryption": {[]oauth.ClientKey{use("enc")}, oauth.ErrAssertionSigningKey},
		"unreadable":     {[]oauth.ClientKey{{Kid: "k", Active: true}}, oauth.ErrAssertionJWKS},
		"good":           {[]oauth.ClientKey{use("")}, nil},
	} {
		if got := a.CheckKey(test.keys); !errors.Is(got, test.want) {
			t.Errorf("%s: %v", name, got)
		}
	}
	var unknownUse *oauth.Error
	if err := a.CheckKey([]oauth.ClientKey{use("other")}); !errors.As(err, &unknownUse) || unknownUse.Description != oauth.ErrAssertionKeyUse.With("sig").Description {
		t.Errorf("unknown use: %v", err)
	}
	withoutCurve := oauth.ParseClientKey([]byte(strings.Replace(keyJSON(t, key), `"crv":"P-256",`, "", 1)))
	if withoutCurve.Key == nil {
		t.Error("a key without crv can't be read")
	}
}

// TestAssertionInQuery: Okta's SDK for Go up to version 2 sends all parameters in the query, and no
// body.
func TestAssertionInQuery(t *testing.T) {
	o := newTestOrg(t)
	app := o.newServiceApp("okta.users.read")
	got := o.send("POST", "/oauth2/v1/token?"+app.form("okta.users.read").Encode(), "", "Content-Type", "application/x-www-form-urlencoded")
	if got.status != http.StatusOK || got.text("access_token") == "" {
		t.Errorf("%d %s", got.status, got.body)
	}
	o.want(o.send("POST", "/oauth2/v1/token?client_secret=x&"+app.form("okta.users.read").Encode(), "", "Content-Type", "application/x-www-form-urlencoded"), oauth.ErrCredentialsInQuery)
}
