package state

import (
	"crypto/rsa"
	"maps"
	"net/url"
	"time"
)

// ephemeral is the part of the org that is lost on restart: sign-ins, codes and replay caches, all
// of which are valid for minutes only.
type ephemeral struct {
	SessionTokens expiring[*Session]       // one-time tokens of /api/v1/authn
	Sessions      expiring[*Session]       // by the value of the session cookie
	Codes         expiring[*AuthCode]      // authorization codes
	Pushed        expiring[*PushedRequest] // pushed authorization requests, by request_uri
	Devices       expiring[*DeviceGrant]   // by the hash of the device code
	UsedJTIs      expiring[struct{}]       // assertions and DPoP proofs
	Minted        expiring[MintedFor]      // access tokens of the current second, by jti

	PrivateKeys map[string]*rsa.PrivateKey // parsed signing keys by kid
}

// Session is a user's sign-in.
type Session struct {
	UserID   string
	AuthTime time.Time
	ID       string    // of a browser's session; "" for a session token
	Expires  time.Time // of a browser's session
}

// AuthCode is an authorization code, redeemed or not.
type AuthCode struct {
	ClientID      string
	UserID        string
	RedirectURI   string
	Scopes        []string
	Nonce         string
	CodeChallenge string
	JKT           string // thumbprint of the DPoP key it is bound to (dpop_jkt)
	AuthTime      time.Time
	ACR           string // the level of assurance that was asked for, or ""
	Family        string // of the tokens that it was redeemed for; "" before
}

// PushedRequest holds the parameters of an authorization request that a client pushed (RFC 9126).
type PushedRequest struct {
	ClientID string
	Params   url.Values
}

// DeviceGrant is what a device asked for with its device code (RFC 8628), and what the user
// decided.
type DeviceGrant struct {
	ClientID string
	UserCode string
	Scopes   []string
	Expires  time.Time
	Polled   time.Time // of the last request for a token
	Denied   bool
	UserID   string // of the user who allowed it; "" before
	AuthTime time.Time
}

// RefreshToken is a refresh token, stored under the hash of its value.
type RefreshToken struct {
	ID       string // family: the same through rotations
	ClientID string
	UserID   string
	Scopes   []string
	Started  time.Time // when the first of its family was issued; zero: with this one
	Created  time.Time
	Expires  time.Time
	Replaced time.Time // zero while it is the current one of its family
	JKT      string    // thumbprint of the DPoP key; empty when not bound
	AuthTime time.Time
}

// MintedFor names the client and the user, if there is one, that an access token was issued to.
type MintedFor struct{ JTI, UserID, ClientID string }

// UserGrant is a user's consent that lets an app have a scope about them.
type UserGrant struct {
	ID       string
	UserID   string
	ClientID string
	ScopeID  string // name of the scope
	Created  time.Time
}

// UserGrants returns the org's table of consents.
func (o *Org) UserGrants() *Table[UserGrant] { return TableOf[UserGrant](o, "userGrant") }

// RevokedToken is an access token that was revoked before it expired. The row of a user (see
// oauth.RevokeAccessTokens) stands for all tokens issued to them before some second.
type RevokedToken struct {
	Expires      time.Time
	IssuedBefore time.Time
}

// sweepEvery is how often an expiring table drops expired rows.
const sweepEvery = time.Minute

// expiring is a table whose rows expire. The zero value is ready to use.
type expiring[T any] struct {
	Rows  map[string]expiringRow[T]
	swept time.Time
}

type expiringRow[T any] struct {
	Value   T
	expires time.Time
}

// Put stores the value until it expires.
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

// Get returns a value that has not expired.
func (e *expiring[T]) Get(key string, now time.Time) (T, bool) {
	row, known := e.Rows[key]
	if !known || !row.expires.After(now) {
		var none T
		return none, false
	}
	return row.Value, true
}

// Drop removes all values that match.
func (e *expiring[T]) Drop(match func(T) bool) {
	maps.DeleteFunc(e.Rows, func(_ string, row expiringRow[T]) bool { return match(row.Value) })
}

// Take returns and removes a value that has not expired.
func (e *expiring[T]) Take(key string, now time.Time) (T, bool) {
	value, good := e.Get(key, now)
	delete(e.Rows, key)
	return value, good
}
