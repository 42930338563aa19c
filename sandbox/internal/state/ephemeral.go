package state

import (
	"crypto/rsa"
	"maps"
	"time"
)

// ephemeral is the part of the org that a restart forgets: sign-ins, codes
// and replay caches, all of them good for minutes.
type ephemeral struct {
	SessionTokens expiring[*Session]  // one-time tokens of /api/v1/authn
	Sessions      expiring[*Session]  // by the value of the session cookie
	Codes         expiring[*AuthCode] // authorization codes
	UsedJTIs      expiring[struct{}]  // assertions and DPoP proofs
	Minted        expiring[MintedFor] // access tokens of the present second, by jti

	PrivateKeys map[string]*rsa.PrivateKey // parsed signing keys by kid
}

// Session is a user's sign-in.
type Session struct {
	UserID   string
	AuthTime time.Time
}

// AuthCode is an authorization code, waiting for its exchange or exchanged.
type AuthCode struct {
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

// RefreshToken is kept by the hash of its value.
type RefreshToken struct {
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

// MintedFor is the user whom an access token was issued to.
type MintedFor struct{ JTI, UserID string }

// RevokedToken is an access token that was revoked before its expiry. A row of a user
// stands for all tokens that were issued to them before a second.
type RevokedToken struct {
	Expires      time.Time
	IssuedBefore time.Time
}

// sweepEvery is how often an expiring table drops what is over.
const sweepEvery = time.Minute

// expiring is a table whose rows are gone after their time. The zero value is
// ready to use.
type expiring[T any] struct {
	Rows  map[string]expiringRow[T]
	swept time.Time
}

type expiringRow[T any] struct {
	Value   T
	expires time.Time
}

// Put keeps the value until the time expires.
func (e *expiring[T]) Put(key string, value T, now, expires time.Time) {
	if e.Rows == nil {
		e.Rows = map[string]expiringRow[T]{}
	}
	if now.Sub(e.swept) >= sweepEvery || now.Before(e.swept) {
		for k, row := range e.Rows {
			if !row.expires.After(now) {
				delete(e.Rows, k)
			}
		}
		e.swept = now
	}
	e.Rows[key] = expiringRow[T]{value, expires}
}

// Get returns the value while it is good.
func (e *expiring[T]) Get(key string, now time.Time) (T, bool) {
	row, known := e.Rows[key]
	if !known || !row.expires.After(now) {
		var none T
		return none, false
	}
	return row.Value, true
}

// Drop ends all values that match.
func (e *expiring[T]) Drop(match func(T) bool) {
	maps.DeleteFunc(e.Rows, func(_ string, row expiringRow[T]) bool { return match(row.Value) })
}

// Take returns the value while it is good, once.
func (e *expiring[T]) Take(key string, now time.Time) (T, bool) {
	value, good := e.Get(key, now)
	delete(e.Rows, key)
	return value, good
}
