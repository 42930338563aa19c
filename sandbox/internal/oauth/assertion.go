package oauth

import (
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/oktaform/oktaform/sandbox/internal/state"
)

const (
	// AssertionType is the only client_assertion_type (RFC 7523 section 2.2).
	AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
	// maxAssertionLife is how far in the future "exp" may be.
	maxAssertionLife = time.Hour
	// clockGrace allows for clocks that count whole seconds. Okta refuses a client whose clock is
	// further ahead than that.
	clockGrace = time.Second
	// minHMACSecret is the minimum length in bytes of a secret for client_secret_jwt.
	minHMACSecret = 32
)

var (
	asymmetricAlgorithms = []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.ES256, jose.ES384, jose.ES512}
	symmetricAlgorithms  = []jose.SignatureAlgorithm{jose.HS256, jose.HS384, jose.HS512}
	assertionAlgorithms  = slices.Concat(asymmetricAlgorithms, symmetricAlgorithms)
)

// assertion is a client assertion (RFC 7523) that is not verified yet.
type assertion struct {
	jws    *jose.JSONWebSignature
	claims claims
}

// ParseAssertion parses the JWT of a client_assertion parameter. It verifies nothing.
func ParseAssertion(raw string) (*assertion, error) {
	jws, err := parseJWS(raw, assertionAlgorithms)
	if wrongAlgorithm(err) {
		return nil, ErrAssertionAlgorithm
	}
	if err != nil {
		return nil, ErrAssertionParse
	}
	claims, err := parseClaims(jws.UnsafePayloadWithoutVerification())
	if err != nil {
		return nil, ErrAssertionParse
	}
	return &assertion{jws, claims}, nil
}

func (a *assertion) algorithm() jose.SignatureAlgorithm {
	return jose.SignatureAlgorithm(a.jws.Signatures[0].Header.Algorithm)
}

func (a *assertion) kid() string { return a.jws.Signatures[0].Header.KeyID }

// CheckKey verifies the signature of an assertion for private_key_jwt with the registered key that
// its kid names.
func (a *assertion) CheckKey(keys []ClientKey) error {
	key, err := a.pickKey(keys)
	if err != nil {
		return err
	}
	switch key.Use {
	case "", "sig":
	case "enc":
		return ErrAssertionSigningKey
	default:
		return ErrAssertionKeyUse.With("sig")
	}
	if key.Key == nil {
		return ErrAssertionJWKS
	}
	if key.alg != "" && key.alg != string(a.algorithm()) {
		return ErrAssertionSignature
	}
	if _, err := a.jws.Verify(key.Key); err != nil {
		return ErrAssertionSignature
	}
	return nil
}

// pickKey finds the key by its kid. A client with only one key needs no kid.
func (a *assertion) pickKey(keys []ClientKey) (ClientKey, error) {
	if len(keys) == 0 {
		return ClientKey{}, ErrAssertionNoKeys
	}
	active := slices.DeleteFunc(slices.Clone(keys), func(k ClientKey) bool { return !k.Active })
	if a.kid() == "" {
		if len(active) == 1 {
			return active[0], nil
		}
		return ClientKey{}, ErrAssertionKid
	}
	for _, key := range active {
		if key.Kid == a.kid() {
			return key, nil
		}
	}
	return ClientKey{}, ErrAssertionKid
}

// checkSecret verifies the signature of an assertion for client_secret_jwt. Any active secret of
// the client will do.
func (a *assertion) checkSecret(secrets []string) error {
	if len(secrets) == 0 {
		return errAssertionNoSecret
	}
	result := errAssertionShortSecret
	for _, secret := range secrets {
		if len(secret) < minHMACSecret {
			continue
		}
		if _, err := a.jws.Verify([]byte(secret)); err == nil {
			return nil
		}
		result = ErrAssertionSignature
	}
	return result
}

// checkClaims verifies the claims of the assertion; the audience must be one of audiences. Issuer
// and subject were checked when the client was looked up.
func (a *assertion) checkClaims(audiences []string, now time.Time) error {
	if !slices.ContainsFunc(a.claims.list("aud"), func(aud string) bool { return slices.Contains(audiences, aud) }) {
		return ErrAssertionAudience
	}
	clock := float64(now.UnixNano()) / 1e9
	expires, isNumber := a.claims.seconds("exp")
	switch {
	case !isNumber:
		return ErrAssertionNoExpiry
	case expires <= clock:
		return ErrAssertionExpired
	case expires > clock+(maxAssertionLife+clockGrace).Seconds():
		return ErrAssertionTooFar
	}
	for _, name := range []string{"iat", "nbf"} {
		if at, isNumber := a.claims.seconds(name); a.claims.has(name) && (!isNumber || at > clock+clockGrace.Seconds()) {
			return ErrAssertionFuture
		}
	}
	return nil
}

// spend marks the assertion's jti, if it has one, as used until the assertion expires.
func (a *assertion) spend(o *state.Org, clientID string, now time.Time) error {
	if !a.claims.has("jti") {
		return nil
	}
	return spendJTI(o, "assertion "+clientID+" "+a.claims.text("jti"), now, now.Add(maxAssertionLife+time.Minute), ErrAssertionUsed)
}

// spendJTI marks a one-time id as used. If it was used before, it returns the error used.
func spendJTI(o *state.Org, id string, now, expires time.Time, used *Error) error {
	if _, seen := o.Ephemeral.UsedJTIs.Get(id, now); seen {
		return used
	}
	o.Ephemeral.UsedJTIs.Put(id, struct{}{}, now, expires)
	return nil
}
