package sandbox

import (
	"crypto/rsa"
	"maps"
	"time"
)

// ephemeral is the part of the org that a restart forgets: sign-ins, codes
// and replay caches, all of them good for minutes.
type ephemeral struct {
	sessionTokens expiring[*session]  // one-time tokens of /api/v1/authn
	sessions      expiring[*session]  // by the value of the session cookie
	codes         expiring[*authCode] // authorization codes
	usedJTIs      expiring[struct{}]  // assertions and DPoP proofs
	minted        expiring[mintedFor] // access tokens of the present second, by jti

	privateKeys map[string]*rsa.PrivateKey // parsed signing keys by kid
}

// session is a user's sign-in.
type session struct {
	UserID   string
	AuthTime time.Time
}

// authCode is an authorization code, waiting for its exchange or exchanged.
type authCode struct {
	ClientID      string
	UserID        string
	RedirectURI   string
	Scopes        []string
	Nonce         string
	CodeChallenge string
	JKT           string // thumbprint of the DPoP key it is bound to (dpop_jkt)
	AuthTime      time.Time
	Family        string // of the tokens it was exchanged for; empty before
}

// refreshToken is kept by the hash of its value.
type refreshToken struct {
	ID       string // family: the same through rotations
	ClientID string
	UserID   string
	Scopes   []string
	Created  time.Time
	Expires  time.Time
	Replaced time.Time // zero while it is the current one of its family
	JKT      string    // thumbprint of the DPoP key; empty when not bound
	AuthTime time.Time
}

// mintedFor is the user whom an access token was issued to.
type mintedFor struct{ jti, userID string }

// revokedToken is an access token that was revoked before its expiry. In a row of a user,
// it stands for all that were issued to them before a second.
type revokedToken struct {
	Expires      time.Time
	IssuedBefore time.Time
}

// sweepEvery is how often an expiring table drops what is over.
const sweepEvery = time.Minute

// expiring is a table whose rows are gone after their time. The zero value is
// ready to use.
type expiring[T any] struct {
	rows  map[string]expiringRow[T]
	swept time.Time
}

type expiringRow[T any] struct {
	value   T
	expires time.Time
}

// put keeps the value until the time expires.
func (e *expiring[T]) put(key string, value T, now, expires time.Time) {
	if e.rows == nil {
		e.rows = map[string]expiringRow[T]{}
	}
	if now.Sub(e.swept) >= sweepEvery || now.Before(e.swept) {
		for k, row := range e.rows {
			if !row.expires.After(now) {
				delete(e.rows, k)
			}
		}
		e.swept = now
	}
	e.rows[key] = expiringRow[T]{value, expires}
}

// get returns the value while it is good.
func (e *expiring[T]) get(key string, now time.Time) (T, bool) {
	row, known := e.rows[key]
	if !known || !row.expires.After(now) {
		var none T
		return none, false
	}
	return row.value, true
}

// drop ends all values that match.
func (e *expiring[T]) drop(match func(T) bool) {
	maps.DeleteFunc(e.rows, func(_ string, row expiringRow[T]) bool { return match(row.value) })
}

// take returns the value while it is good, once.
func (e *expiring[T]) take(key string, now time.Time) (T, bool) {
	value, good := e.get(key, now)
	delete(e.rows, key)
	return value, good
}
