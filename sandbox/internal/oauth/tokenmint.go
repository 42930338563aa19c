package oauth

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// AccessToken holds the contents of an access token of the org.
type AccessToken struct {
	ID       string // jti
	Issuer   string
	Client   string   // cid
	Subject  string   // the client id, or the user's login
	UserID   string   // empty for a service app
	Scopes   []string // scp
	AuthTime time.Time
	ACR      string // the level of assurance that was asked for, or ""
	JKT      string // thumbprint of the DPoP key; empty for a bearer token
	IssuedAt time.Time
	Expires  time.Time
	Family   string // of the refresh token issued with it; empty without one
}

// accessClaims is the payload of an access token in Okta's order.
type accessClaims struct {
	Version      int           `json:"ver"`
	ID           string        `json:"jti"`
	Issuer       string        `json:"iss"`
	Audience     string        `json:"aud"`
	Subject      string        `json:"sub"`
	IssuedAt     int64         `json:"iat"`
	Expires      int64         `json:"exp"`
	Client       string        `json:"cid"`
	UserID       string        `json:"uid,omitempty"`
	Scopes       []string      `json:"scp"`
	AuthTime     int64         `json:"auth_time,omitempty"`
	ACR          string        `json:"acr,omitempty"`
	Confirmation *confirmation `json:"cnf,omitempty"`
}

// confirmation binds a token to a DPoP key (RFC 9449 section 6.1).
type confirmation struct {
	JKT string `json:"jkt"`
}

// MintAccess returns a signed access token. Issuer and audience are the org's URL as the caller
// sees it. The jti contains the family, so that revoking the family revokes the token.
func MintAccess(c *web.Call, token *AccessToken) (string, error) {
	payload := accessClaims{
		Version: 1, ID: "AT." + state.RandomBase64(32), Issuer: c.Base, Audience: c.Base,
		Subject: token.Subject, IssuedAt: c.Now.Unix(), Expires: c.Now.Add(accessTokenLife).Unix(),
		Client: token.Client, UserID: token.UserID, Scopes: token.Scopes, ACR: token.ACR,
	}
	if token.Family != "" {
		payload.ID += "." + token.Family
	}
	c.Org.Ephemeral.Minted.Put(payload.ID, state.MintedFor{JTI: payload.ID, UserID: token.UserID, ClientID: token.Client}, c.Now, c.Now.Add(time.Second))
	if !token.AuthTime.IsZero() {
		payload.AuthTime = token.AuthTime.Unix()
	}
	if token.JKT != "" {
		payload.Confirmation = &confirmation{token.JKT}
	}
	return signClaims(c, payload)
}

func signClaims(c *web.Call, payload any) (string, error) {
	raw, err := json.Marshal(payload)
	if err != nil {
		return "", err
	}
	return Sign(c.Org, raw)
}

// readSigned verifies the signature of a JWT of this org, whatever its purpose, and returns its
// claims.
func readSigned(o *state.Org, raw string) (claims, bool) {
	jws, err := parseJWS(raw, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return nil, false
	}
	key := publicKey(o, jws.Signatures[0].Header.KeyID)
	if key == nil {
		return nil, false
	}
	payload, err := jws.Verify(key)
	if err != nil {
		return nil, false
	}
	read, err := parseClaims(payload)
	return read, err == nil
}

// ReadAccess verifies an access token: issued by this org, for this org, not expired, not revoked.
// It identifies the org by its key and not by its host, which may have changed since the token was
// issued.
func ReadAccess(o *state.Org, raw string, now time.Time) (*AccessToken, error) {
	read, ok := readSigned(o, raw)
	if !ok {
		return nil, ErrAccessToken
	}
	issuer, audience := read.text("iss"), read.text("aud")
	if !strings.Contains(issuer, "://") || strings.Count(issuer, "/") != 2 {
		return nil, ErrAccessTokenIssuer
	}
	if audience != issuer || !strings.HasPrefix(read.text("jti"), "AT.") {
		return nil, ErrAccessTokenAudience // such as an ID token, which is for the client
	}
	token := &AccessToken{
		ID: read.text("jti"), Issuer: issuer, Client: read.text("cid"), Subject: read.text("sub"), UserID: read.text("uid"),
		Scopes: read.list("scp"), IssuedAt: read.time("iat"), Expires: read.time("exp"), AuthTime: read.time("auth_time"),
	}
	if cnf, bound := read["cnf"].(map[string]any); bound {
		token.JKT = claims(cnf).text("jkt")
	}
	if parts := strings.Split(token.ID, "."); len(parts) == 3 {
		token.Family = parts[2]
	}
	if !token.Expires.After(now) {
		return nil, ErrAccessTokenExpired
	}
	if isRevoked(o, token) || !holderActive(o, token.Client, token.UserID) {
		return nil, ErrAccessTokenRevoked
	}
	return token, nil
}

// isRevoked reports whether the token or its family is revoked.
func isRevoked(o *state.Org, token *AccessToken) bool {
	before := func(key string) bool {
		all := o.Revoked.Get(key)
		return all != nil && token.IssuedAt.Before(all.IssuedBefore)
	}
	return o.Revoked.Get(token.ID) != nil || token.Family != "" && o.Revoked.Get(token.Family) != nil ||
		token.UserID != "" && before(revokedOf(token.UserID)) || before(revokedOfClient(token.Client))
}

// holderActive reports whether the client and the user, if there is one, still exist and are
// active. Otherwise the token is invalid.
func holderActive(o *state.Org, clientID, userID string) bool {
	a := o.AppByClientID(clientID)
	if a == nil || a.Status != "ACTIVE" {
		return false
	}
	if userID == "" {
		return true
	}
	u := o.Users.Get(userID)
	return u != nil && canSignIn(u)
}

// time returns a NumericDate claim as a time.
func (c claims) time(name string) time.Time {
	seconds, ok := c.seconds(name)
	if !ok || math.Abs(seconds) > math.MaxInt32*10.0 {
		return time.Time{}
	}
	return time.Unix(int64(seconds), 0).UTC()
}

// idClaims is the payload of an ID token (OpenID Connect Core section 2).
type idClaims struct {
	Subject   string   `json:"sub"`
	Name      string   `json:"name,omitempty"`
	Email     string   `json:"email,omitempty"`
	Version   int      `json:"ver"`
	Issuer    string   `json:"iss"`
	Audience  string   `json:"aud"`
	IssuedAt  int64    `json:"iat"`
	Expires   int64    `json:"exp"`
	ID        string   `json:"jti"`
	Methods   []string `json:"amr"`
	IdP       string   `json:"idp"`
	Nonce     string   `json:"nonce,omitempty"`
	Username  string   `json:"preferred_username,omitempty"`
	AuthTime  int64    `json:"auth_time"`
	ACR       string   `json:"acr,omitempty"`
	TokenHash string   `json:"at_hash,omitempty"`
	CodeHash  string   `json:"c_hash,omitempty"`

	groupsName string // of the app's groups claim; "" if there is none
	groups     any
}

// MarshalJSON adds the groups claim, whose name the app chooses.
func (p idClaims) MarshalJSON() ([]byte, error) {
	type plain idClaims
	data, err := json.Marshal(plain(p))
	if err != nil || p.groupsName == "" {
		return data, err
	}
	var claims map[string]any
	if err := json.Unmarshal(data, &claims); err != nil {
		return nil, err
	}
	if _, taken := claims[p.groupsName]; !taken {
		claims[p.groupsName] = p.groups
	}
	return json.Marshal(claims)
}

// mintID signs an ID token for the user's sign-in.
func mintID(c *web.Call, client *client, u *state.User, in *signIn, accessToken, code string) (string, error) {
	payload := idClaims{
		Subject: u.ID, Version: 1, Issuer: c.Base, Audience: client.id, IssuedAt: c.Now.Unix(),
		Expires: c.Now.Add(idTokenLife).Unix(), ID: "ID." + state.RandomBase64(32), Methods: []string{"pwd"},
		IdP: c.Org.Self().ID, Nonce: in.nonce, AuthTime: in.authTime.Unix(), ACR: in.acr,
		TokenHash: HalfHash(accessToken), CodeHash: HalfHash(code),
	}
	if name, value := groupsClaim(c, client, u); name != "" && slices.Contains(in.scopes, "groups") {
		payload.groups, payload.groupsName = value, name
	}
	for _, scope := range in.scopes {
		switch scope {
		case "profile":
			payload.Name, payload.Username = u.DisplayName(), jsondoc.Text(u.Profile, "login")
		case "email":
			payload.Email = jsondoc.Text(u.Profile, "email")
		}
	}
	return signClaims(c, payload)
}

// signIn is what the tokens of a user's sign-in contain about it.
type signIn struct {
	scopes   []string
	nonce    string
	authTime time.Time
	acr      string
}

// HalfHash returns at_hash and c_hash for RS256 (OpenID Connect Core section 3.1.3.6).
func HalfHash(value string) string {
	if value == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(value))
	return base64.RawURLEncoding.EncodeToString(sum[:len(sum)/2])
}
