package sandbox

import (
	"crypto/rand"
	"crypto/rsa"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

func TestAssertionClaims(t *testing.T) {
	o := newTestOrg(t)
	app := o.newServiceApp("okta.users.read")
	now := o.clock()
	for name, test := range map[string]struct {
		changes doc
		want    *oauthError // nil: a token
	}{
		"good":                         {doc{}, nil},
		"without iat":                  {doc{"iat": nil}, nil},
		"without jti":                  {doc{"jti": nil}, nil},
		"audience is the issuer":       {doc{"aud": o.url}, nil},
		"audience in an array":         {doc{"aud": []string{"x", o.url + "/oauth2/v1/token"}}, nil},
		"one hour and a second ahead":  {doc{"exp": now.Add(3601 * time.Second).Unix()}, nil},
		"unknown issuer":               {doc{"iss": "0oa1", "sub": "0oa1"}, errAssertionIssuer},
		"without issuer":               {doc{"iss": nil}, errAssertionIssuer},
		"other subject":                {doc{"sub": "0oa1"}, errAssertionSubject},
		"without subject":              {doc{"sub": nil}, errAssertionSubject},
		"other audience":               {doc{"aud": "https://other.example/oauth2/v1/token"}, errAssertionAudience},
		"audience is another endpoint": {doc{"aud": o.url + "/oauth2/v1/introspect"}, errAssertionAudience},
		"audience with a slash":        {doc{"aud": o.url + "/oauth2/v1/token/"}, errAssertionAudience},
		"without audience":             {doc{"aud": nil}, errAssertionAudience},
		"without exp":                  {doc{"exp": nil}, errAssertionNoExpiry},
		"exp is text":                  {doc{"exp": "4000000000"}, errAssertionNoExpiry},
		"expired":                      {doc{"exp": now.Unix()}, errAssertionExpired},
		"too far ahead":                {doc{"exp": now.Add(3602 * time.Second).Unix()}, errAssertionTooFar},
		"exp beyond all numbers":       {doc{"exp": 1e300}, errAssertionTooFar},
		"issued in the future":         {doc{"iat": now.Add(2 * time.Second).Unix()}, errAssertionFuture},
		"iat is text":                  {doc{"iat": "now"}, errAssertionFuture},
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
	o.want(o.post("/oauth2/v1/token", app.form("okta.users.read")), errAssertionTooFar)
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
	o.want(o.post("/oauth2/v1/token", form), errNoGrantedScope)
	form.Set("scope", "okta.users.read")
	o.want(o.post("/oauth2/v1/token", form), errAssertionUsed)
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
		want      *oauthError
	}{
		"another key of that kid": {other.sign(t, app.claims(), nil), errAssertionSignature},
		"another kind of key":     {with(jose.RS256, "key-1", rsaKey), errAssertionSignature},
		"unknown kid":             {with(jose.ES256, "key-2", app.key.private), errAssertionKid},
		"not a JWT":               {"x", errAssertionParse},
		"two parts":               {"e30.e30", errAssertionParse},
		"payload is no object":    {"eyJhbGciOiJFUzI1NiJ9.W10.AAAA", errAssertionParse},
		"unsigned":                {"eyJhbGciOiJub25lIn0." + strings.Split(app.assertion(), ".")[1] + ".", errAssertionAlgorithm},
		"PS256":                   {with(jose.PS256, "key-1", rsaKey), errAssertionAlgorithm},
		"shared secret":           {with(jose.HS256, "key-1", []byte(randomBytes64(32))), errClient},
	} {
		t.Run(name, func(t *testing.T) {
			form := app.form("okta.users.read")
			form.Set("client_assertion", test.assertion)
			o.want(o.post("/oauth2/v1/token", form), test.want)
		})
	}
	if got := o.post("/oauth2/v1/token", url.Values{"grant_type": {"client_credentials"}, "scope": {"okta.users.read"},
		"client_assertion_type": {assertionType}, "client_assertion": {with(jose.ES256, "", app.key.private)}}); got.status != http.StatusOK {
		t.Errorf("one key and no kid: %d %s", got.status, got.body)
	}
}

func TestAssertionKeySets(t *testing.T) {
	o := newTestOrg(t)
	app := o.newServiceApp("okta.users.read")
	second := newTestKey(t, "key-2")
	keys := "/api/v1/apps/" + app.id + "/credentials/jwks"
	added := o.admin("POST", keys, second.public(t))
	try := func(key *testKey, kid string, want *oauthError) {
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
	try(second, "", errAssertionKid) // two keys, so a kid is needed
	o.admin("POST", keys+"/"+added.text("id")+"/lifecycle/deactivate", nil)
	try(second, "key-2", errAssertionKid)
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
	o.want(o.post("/oauth2/v1/token", app.form("okta.users.read")), errJWKSURINoKey)
	body = `{"keys":[` + keyJSON(t, key) + `,` + keyJSON(t, key) + `]}`
	o.want(o.post("/oauth2/v1/token", app.form("okta.users.read")), errJWKSURIKids)
	status = http.StatusInternalServerError
	o.want(o.post("/oauth2/v1/token", app.form("okta.users.read")), errJWKSURI)
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
	use := func(use string) clientKey {
		changed := doc{}
		for name, value := range public {
			changed[name] = value
		}
		changed["use"] = use
		return clientKey{kid: "k", use: use, active: true, key: key.private.Public()}
	}
	a, err := parseAssertion(key.sign(t, doc{"iss": "x"}, nil))
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		keys []clientKey
		want error
	}{
		"none":           {nil, errAssertionNoKeys},
		"for encryption": {[]clientKey{use("enc")}, errAssertionSigningKey},
		"unreadable":     {[]clientKey{{kid: "k", active: true}}, errAssertionJWKS},
		"good":           {[]clientKey{use("")}, nil},
	} {
		if got := a.checkKey(test.keys); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got, _ := a.checkKey([]clientKey{use("other")}).(*oauthError); got == nil || got.description != errAssertionKeyUse.with("sig").description {
		t.Errorf("unknown use: %v", got)
	}
	withoutCurve := parseClientKey([]byte(strings.Replace(keyJSON(t, key), `"crv":"P-256",`, "", 1)))
	if withoutCurve.key == nil {
		t.Error("a key without crv can't be read")
	}
}
