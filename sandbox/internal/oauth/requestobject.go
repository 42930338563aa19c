package oauth

import (
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// requestKeysURI returns the client's jwks_uri if the request object needs keys from there. It
// locks Server.mu itself.
func requestKeysURI(c *web.Call, clientID, object string) string {
	jws, err := parseJWS(object, asymmetricAlgorithms)
	if err != nil || jws == nil {
		return ""
	}
	c.Lock.Lock()
	defer c.Lock.Unlock()
	if client := clientNamed(c.Org, clientID); client != nil {
		return client.JWKSURI
	}
	return ""
}

// openRequestObject verifies the request object (RFC 9101) and returns its parameters together with
// those around it.
func (client *client) openRequestObject(c *web.Call, params url.Values) (url.Values, *Error) {
	jws, err := parseJWS(params.Get("request"), assertionAlgorithms)
	if wrongAlgorithm(err) {
		return nil, ErrObjectAlgorithm
	}
	if err != nil {
		return nil, ErrObjectParse
	}
	read, err := parseClaims(jws.UnsafePayloadWithoutVerification())
	if err != nil {
		return nil, ErrObjectParse
	}
	object := &assertion{jws, read}
	if wrong := client.checkObjectSignature(object); wrong != nil {
		return nil, wrong
	}
	if wrong := client.checkObjectClaims(c, read); wrong != nil {
		return nil, wrong
	}
	merged, wrong := mergeParams(params, read)
	if wrong == nil && read.has("jti") {
		used := spendJTI(c.Org, "request "+client.id+" "+read.text("jti"), c.Now, c.Now.Add(maxAssertionLife+time.Minute), ErrObjectUsed)
		if used != nil {
			return nil, ErrObjectUsed
		}
	}
	return merged, wrong
}

// checkObjectSignature verifies the signature with a secret or a key of the client.
func (client *client) checkObjectSignature(object *assertion) *Error {
	only := claims{"algorithms": client.RequestAlgorithms}.list("algorithms")
	if len(only) > 0 && !slices.Contains(only, string(object.algorithm())) {
		return ErrObjectOtherAlg
	}
	if slices.Contains(symmetricAlgorithms, object.algorithm()) {
		if client.authMethod == "none" || client.authMethod == "private_key_jwt" {
			return ErrRequestObject
		}
		return objectError(object.checkSecret(client.activeSecrets()))
	}
	return objectError(object.CheckKey(client.keys()))
}

// objectError turns an error about the signature of a client assertion into that about a request
// object.
func objectError(err error) *Error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, errAssertionNoSecret):
		return ErrObjectNoSecret
	case errors.Is(err, errAssertionShortSecret):
		return ErrObjectShortSecret
	case errors.Is(err, ErrAssertionNoKeys):
		return ErrObjectNoKeys
	case errors.Is(err, ErrAssertionKid):
		return ErrObjectKid
	case errors.Is(err, ErrAssertionJWKS):
		return ErrObjectJWKS
	case errors.Is(err, ErrAssertionSigningKey):
		return ErrObjectSigningKey
	case errors.Is(err, ErrAssertionSignature):
		return ErrObjectSignature
	}
	return ErrObjectKeyUse.With("sig")
}

// checkObjectClaims verifies issuer, audience and lifetime, which is unlimited without exp.
func (client *client) checkObjectClaims(c *web.Call, read claims) *Error {
	clock := float64(c.Now.UnixNano()) / 1e9
	expires, expiring := read.seconds("exp")
	issued, dated := read.seconds("iat")
	notBefore, delayed := read.seconds("nbf")
	grace := clockGrace.Seconds()
	switch {
	case read.text("iss") != client.id:
		return ErrObjectIssuer
	case !slices.Contains(read.list("aud"), c.Base):
		return ErrObjectAudience
	case read.has("exp") && !expiring, read.has("iat") && !dated, read.has("nbf") && !delayed:
		return ErrObject
	case expiring && expires <= clock:
		return ErrObjectExpired
	case expiring && expires > clock+maxAssertionLife.Seconds()+grace:
		return ErrObjectTooFar
	case dated && issued > clock+grace:
		return ErrObjectFuture
	case delayed && notBefore > clock+grace:
		return ErrObjectEarly
	}
	return nil
}

// jwtClaims are the claims of a request object that are no parameters.
var jwtClaims = []string{"iss", "sub", "aud", "exp", "iat", "nbf", "jti"}

// overridden are the parameters that may be given twice: those of the request object count.
// client_id must be outside of it, and is usually inside, too.
var overridden = []string{"state", "nonce", "code_challenge", "code_challenge_method", "client_id"}

// mergeParams returns the parameters of a request object and those around it.
func mergeParams(params url.Values, object claims) (url.Values, *Error) {
	merged := url.Values{}
	for name, values := range params {
		if name != "request" {
			merged[name] = values
		}
	}
	var twice []string
	for name, value := range object {
		text, isText := claimParam(value)
		if slices.Contains(jwtClaims, name) || !isText {
			continue
		}
		if merged.Has(name) && !slices.Contains(overridden, name) {
			twice = append(twice, name)
		}
		merged.Set(name, text)
	}
	switch slices.Sort(twice); {
	case len(twice) > 0:
		return nil, ErrObjectDuplicate.With(twice...)
	case object.has("request") || object.has("request_uri") || merged.Get("client_id") != params.Get("client_id"):
		return nil, ErrObject
	}
	return merged, nil
}

// claimParam returns a claim as the text of a parameter.
func claimParam(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	}
	return "", false
}

const (
	// requestURIPrefix begins the URIs of pushed requests.
	requestURIPrefix = "urn:okta:"
	// requestURILife is how long a pushed request can be used.
	requestURILife = time.Hour
)

// postPAR serves POST /oauth2/v1/par (RFC 9126): it checks an authorization request and stores it.
func postPAR(c *web.Call, client *client, form url.Values) error {
	if form.Has("request_uri") {
		return ErrPushedURI
	}
	if err := client.checkBrowser(c, form); err != nil {
		return err
	}
	params := maps.Clone(form)
	for _, name := range []string{"client_secret", "client_assertion", "client_assertion_type"} {
		delete(params, name)
	}
	params.Set("client_id", client.id)
	if _, wrong := clientFor(c, params, "par"); wrong != nil {
		return wrong
	}
	request, wrong := client.resolve(c, params)
	if wrong == nil {
		wrong = request.check()
	}
	switch {
	case wrong == ErrOpenIDRequired:
		return ErrPushedOpenIDNeeded
	case wrong != nil:
		return wrong
	}
	noStore(c)
	return c.JSON(http.StatusCreated, map[string]any{
		"request_uri": push(c, client, request.params), "expires_in": int(requestURILife.Seconds())})
}

// push stores the parameters of an authorization request and returns its request_uri.
func push(c *web.Call, client *client, params url.Values) string {
	stored := maps.Clone(params)
	delete(stored, "sessionToken")
	uri := requestURIPrefix + state.RandomBase64(32)
	c.Org.Ephemeral.Pushed.Put(uri, &state.PushedRequest{ClientID: client.id, Params: stored}, c.Now, c.Now.Add(requestURILife))
	return uri
}

// pushedParams returns the parameters that the client pushed. Those around request_uri do not
// count, except for the session token of Okta's own sign-in.
func (client *client) pushedParams(c *web.Call, around url.Values) (url.Values, *Error) {
	pushed, good := c.Org.Ephemeral.Pushed.Get(around.Get("request_uri"), c.Now)
	switch {
	case !good:
		return nil, ErrRequestURI
	case pushed.ClientID != client.id:
		return nil, ErrRequestURIClient
	}
	params := maps.Clone(pushed.Params)
	if token := around.Get("sessionToken"); token != "" {
		params.Set("sessionToken", token)
	}
	return params, nil
}
