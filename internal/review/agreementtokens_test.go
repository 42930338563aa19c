package review_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	mathrand "math/rand/v2"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/sandbox"
)

// signingKey is that of all orgs of these tests.
var signingKey, _ = sandbox.NewSigningKey()

// makeKey makes the key pair that all apps use.
func (w *trial) makeKey() {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		w.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		w.Fatal(err)
	}
	w.key = key
	if err := os.MkdirAll(filepath.Join(w.dir, "keys"), 0o700); err != nil {
		w.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(w.dir, "keys", "bot.pem"), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600); err != nil {
		w.Fatal(err)
	}
}

// clientToken is a service app's token with all of its scopes; "" where the org
// gives none.
func (w *trial) clientToken(app string, scopes []string) string {
	w.Helper()
	return w.clientTokenBy(w.kid(app), app, scopes)
}

// clientTokenBy is a service app's token by the key of that id, which has to be the trial's.
func (w *trial) clientTokenBy(kid, app string, scopes []string) string {
	w.Helper()
	clientID := fmt.Sprint(w.admin("GET", "/api/v1/apps/"+app, "")["credentials"].(map[string]any)["oauthClient"].(map[string]any)["client_id"])
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: w.key}, (&jose.SignerOptions{}).WithHeader("kid", kid))
	if err != nil {
		w.Fatal(err)
	}
	endpoint := "http://" + w.host + "/oauth2/v1/token"
	assertion, err := jwt.Signed(signer).Claims(jwt.Claims{Issuer: clientID, Subject: clientID, Audience: jwt.Audience{endpoint},
		Expiry: jwt.NewNumericDate(time.Now().Add(5 * time.Minute)), ID: rand.Text()}).Serialize()
	if err != nil {
		w.Fatal(err)
	}
	return w.token(url.Values{"grant_type": {"client_credentials"}, "scope": {strings.Join(scopes, " ")},
		"client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}, "client_assertion": {assertion}})
}

// kid is the id of the app's key.
func (w *trial) kid(app string) string {
	keys := w.admin("GET", "/api/v1/apps/"+app+"/credentials/jwks", "")["keys"].([]any)
	return keys[0].(map[string]any)["kid"].(string)
}

func (w *trial) token(form url.Values, basic ...string) string {
	request := httptest.NewRequest("POST", "http://"+w.host+"/oauth2/v1/token", strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept", "application/json")
	if len(basic) == 2 {
		request.SetBasicAuth(basic[0], basic[1])
	}
	recorder := httptest.NewRecorder()
	w.server.ServeHTTP(recorder, request)
	var answer struct {
		AccessToken string `json:"access_token"`
	}
	_ = json.Unmarshal(recorder.Body.Bytes(), &answer)
	if answer.AccessToken == "" {
		w.Logf("no token: %s", recorder.Body)
	}
	return answer.AccessToken
}

// allScopes are those of the APIs that have an operation.
func allScopes() []string {
	all := map[string]bool{}
	for _, o := range catalog.All() {
		for _, scope := range o.Scopes {
			if strings.HasPrefix(scope, "okta.") {
				all[scope] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// probe is an app with all scopes that the user may sign in to: what he may do
// with it is what he may do.
func (w *trial) probe(user string) string {
	id := w.admin("POST", "/api/v1/apps", fmt.Sprintf(`{"name":"oidc_client","label":"Probe of %s","signOnMode":"OPENID_CONNECT","credentials":{"oauthClient":{"token_endpoint_auth_method":"none","pkce_required":true}},
		"settings":{"oauthClient":{"application_type":"native","grant_types":["authorization_code"],"response_types":["code"],"redirect_uris":["com.example.probe:/callback"]}}}`, user))["id"].(string)
	for _, scope := range allScopes() {
		w.admin("POST", "/api/v1/apps/"+id+"/grants", fmt.Sprintf(`{"issuer":"http://%s","scopeId":%q}`, w.host, scope))
	}
	w.admin("POST", "/api/v1/apps/"+id+"/users", fmt.Sprintf(`{"id":%q,"scope":"USER"}`, user))
	return id
}

// userToken signs the user in to the app, by the authorization code flow.
func (w *trial) userToken(app, user string, scopes []string) string {
	w.Helper()
	// Digits alone: no part of a login is in it by chance, and a number surely.
	password := fmt.Sprintf("Quartz-%020d", mathrand.Uint64())
	w.admin("POST", "/api/v1/users/"+user, fmt.Sprintf(`{"credentials":{"password":{"value":%q}}}`, password))
	login := w.admin("GET", "/api/v1/users/"+user, "")["profile"].(map[string]any)["login"]
	session := w.admin("POST", "/api/v1/authn", fmt.Sprintf(`{"username":%q,"password":%q}`, login, password))["sessionToken"]
	client := w.admin("GET", "/api/v1/apps/"+app, "")["settings"].(map[string]any)["oauthClient"].(map[string]any)
	redirect := client["redirect_uris"].([]any)[0].(string)
	verifier := rand.Text() + rand.Text()
	challenge := sha256.Sum256([]byte(verifier))
	query := url.Values{"client_id": {app}, "response_type": {"code"}, "scope": {"openid " + strings.Join(scopes, " ")}, "redirect_uri": {redirect}, "state": {"s"},
		"sessionToken": {fmt.Sprint(session)}, "code_challenge_method": {"S256"}, "code_challenge": {base64.RawURLEncoding.EncodeToString(challenge[:])}}
	request := httptest.NewRequest("GET", "http://"+w.host+"/oauth2/v1/authorize?"+query.Encode(), nil)
	recorder := httptest.NewRecorder()
	w.server.ServeHTTP(recorder, request)
	location, _ := url.Parse(recorder.Header().Get("Location"))
	form := url.Values{"grant_type": {"authorization_code"}, "code": {location.Query().Get("code")}, "redirect_uri": {redirect}, "code_verifier": {verifier}}
	form.Set("client_id", app)
	_, secrets := ask(w.server, w.host, "SSWS "+w.server.Token(), "GET", "/api/v1/apps/"+app+"/credentials/secrets", "")
	var list []struct {
		Secret string `json:"client_secret"`
	}
	_ = json.Unmarshal(secrets, &list)
	var basic []string
	if len(list) > 0 && client["application_type"] == "web" {
		basic = []string{app, list[0].Secret}
		form.Del("client_id")
	}
	token := w.token(form, basic...)
	if token == "" {
		w.Fatalf("no token: %d %s %s", recorder.Code, recorder.Body, location)
	}
	return token
}
