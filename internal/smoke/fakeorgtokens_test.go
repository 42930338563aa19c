package smoke

import (
	"crypto"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

func (o *fakeOrg) token(w http.ResponseWriter, r *http.Request) {
	form := r.PostForm
	var jkt string
	var ok bool
	if o.dpop {
		if jkt, ok = o.proof(w, r, ""); !ok {
			return
		}
	}
	if wrong := o.client(form); wrong != "" {
		o.refuse(w, 401, "invalid_client", wrong)
		return
	}
	var request authRequest
	switch form.Get("grant_type") {
	case "client_credentials":
		if request.scope = o.allowed(form.Get("scope")); request.scope == "" {
			o.refuse(w, 400, "consent_required", "You are not allowed any of the requested scopes.")
			return
		}
	case "authorization_code":
		request, ok = o.codes[form.Get("code")]
		delete(o.codes, form.Get("code"))
		switch {
		case !ok:
			o.refuse(w, 400, "invalid_grant", "The authorization code is invalid or has expired.")
			return
		case form.Get("redirect_uri") != request.redirectURI:
			o.refuse(w, 400, "invalid_grant", "The 'redirect_uri' does not match the redirection URI used in the authorization request.")
			return
		case base64URLHash(form.Get("code_verifier")) != request.challenge:
			o.refuse(w, 400, "invalid_grant", "PKCE verification failed.")
			return
		}
	}
	answer := map[string]any{"token_type": o.tokenType, "expires_in": 3600, "access_token": "at." + jkt + "." + random(), "scope": request.scope}
	o.saw(answer["access_token"].(string))
	if slices.Contains(strings.Fields(request.scope), "openid") {
		claims := map[string]any{"iss": "https://elsewhere.example.com", "sub": "00uADA", "aud": o.idClient, "exp": o.now.Add(time.Hour).Unix(), "nonce": o.idNonce(request.nonce)}
		id, err := sign(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: o.signer, KeyID: "org-1"}}, claims)
		must(o.t, err)
		o.saw(id)
		answer["id_token"] = id
	}
	o.reply(w, 200, answer)
}

// client checks the client's authentication and says what is wrong with it.
func (o *fakeOrg) client(form url.Values) string {
	if form.Get("client_assertion") == "" {
		if form.Get("client_id") != o.clientID {
			return "Invalid value for 'client_id' parameter."
		}
		if form.Get("client_secret") != o.secret {
			return "The client secret supplied for a confidential client is invalid."
		}
		return ""
	}
	signed, err := jose.ParseSignedCompact(form.Get("client_assertion"), []jose.SignatureAlgorithm{jose.RS256, jose.ES256, jose.ES384, jose.ES512})
	if err != nil || form.Get("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" {
		return "The parsing of the client_assertion failed."
	}
	key, ok := o.keys[signed.Signatures[0].Header.KeyID]
	if !ok {
		return "The client_assertion JWT kid is invalid."
	}
	payload, err := signed.Verify(key)
	if err != nil {
		return "The client_assertion signature is invalid."
	}
	var c struct {
		Aud, Iss, Sub, Jti string
		Exp, Iat           int64
	}
	must(o.t, json.Unmarshal(payload, &c))
	switch {
	case c.Iss != o.clientID:
		return "The issuer claim for client_assertion is not a valid client_id."
	case c.Sub != o.clientID:
		return "The subject claim for client_assertion is not a valid client_id."
	case c.Aud != o.url+"/oauth2/v1/token":
		return "The audience claim for client_assertion must be the endpoint invoked for the request."
	case c.Exp <= o.now.Unix():
		return "The client_assertion token is expired."
	case c.Exp > o.now.Add(time.Hour).Unix():
		return "The client_assertion token has an expiration too far into the future."
	case c.Iat > o.now.Unix():
		return "The client_assertion token must be issued before the current time."
	case c.Jti == "" || o.usedJTIs[c.Jti]:
		return "The client_assertion token has already been used."
	}
	o.usedJTIs[c.Jti] = true
	return ""
}

// proof checks a DPoP proof and returns the thumbprint of its key.
func (o *fakeOrg) proof(w http.ResponseWriter, r *http.Request, access string) (string, bool) {
	bad := func(description string) (string, bool) {
		o.refuse(w, 400, "invalid_dpop_proof", description)
		return "", false
	}
	if r.Header.Get("DPoP") == "" {
		return bad("The DPoP proof JWT header is missing.")
	}
	signed, err := jose.ParseSignedCompact(r.Header.Get("DPoP"), []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		return bad("The DPoP proof JWT cannot be parsed.")
	}
	header := signed.Signatures[0].Header
	if header.ExtraHeaders[jose.HeaderType] != "dpop+jwt" || header.JSONWebKey == nil || !header.JSONWebKey.IsPublic() {
		return bad("'typ' must be 'dpop+jwt' in the DPoP proof JWT.")
	}
	payload, err := signed.Verify(header.JSONWebKey.Key)
	if err != nil {
		return bad("The DPoP proof JWT signature is invalid.")
	}
	var c struct {
		Htm, Htu, Jti, Nonce, Ath string
		Iat                       int64
	}
	must(o.t, json.Unmarshal(payload, &c))
	ath := ""
	if access != "" {
		sum := sha256.Sum256([]byte(access))
		ath = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	switch {
	case c.Htm != r.Method:
		return bad("'htm' claim in the DPoP proof JWT is invalid.")
	case c.Htu != o.url+r.URL.Path:
		return bad("'htu' claim in the DPoP proof JWT is invalid.")
	case c.Iat > o.now.Unix():
		return bad("The DPoP proof JWT is issued in the future.")
	case c.Ath != ath:
		return bad("'ath' claim in the DPoP proof does not match the presented access_token.")
	case c.Jti == "" || o.usedJTIs[c.Jti]:
		return bad("The DPoP proof JWT has already been used.")
	}
	o.usedJTIs[c.Jti] = true
	if c.Nonce != o.nonce {
		w.Header().Set("DPoP-Nonce", o.nonce)
		o.refuse(w, 400, "use_dpop_nonce", "Authorization server requires nonce in DPoP proof.")
		return "", false
	}
	print, err := header.JSONWebKey.Thumbprint(crypto.SHA256)
	must(o.t, err)
	return base64.RawURLEncoding.EncodeToString(print), true
}

// newKey makes a private key file and registers its public half.
func (o *fakeOrg) newKey(kid string, key crypto.Signer) string {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	must(o.t, err)
	block := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	file := filepath.Join(o.t.TempDir(), kid+".pem")
	must(o.t, os.WriteFile(file, block, 0o600))
	for line := range strings.Lines(string(block)) {
		if line = strings.TrimSpace(line); !strings.HasPrefix(line, "-----") {
			o.unsent = append(o.unsent, line)
		}
	}
	o.keys[kid] = key.Public()
	return file
}
