package oauth

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// ClientKey is one public key of a client.
type ClientKey struct {
	Kid    string
	Use    string // "sig", "enc" or "" for any
	alg    string // the only algorithm it may be used with, or ""
	Active bool
	Key    any // nil if the registered key cannot be parsed
}

// ParseClientKey parses a JSON Web Key (RFC 7517). Okta accepts elliptic-curve keys without "crv"
// and derives it from the length of "x".
func ParseClientKey(raw []byte) ClientKey {
	var doc map[string]any
	if err := json.Unmarshal(raw, &doc); err != nil {
		return ClientKey{}
	}
	member := claims(doc).text
	key := ClientKey{Kid: member("kid"), Use: member("use"), alg: member("alg"), Active: member("status") != "INACTIVE"}
	material := map[string]any{}
	for _, name := range []string{"kty", "n", "e", "crv", "x", "y"} {
		if value, present := doc[name]; present && value != nil {
			material[name] = value
		}
	}
	if member("kty") == "EC" && member("crv") == "" {
		material["crv"] = map[int]string{43: "P-256", 64: "P-384", 88: "P-521"}[len(member("x"))]
	}
	plain, err := json.Marshal(material)
	if err != nil {
		return key
	}
	var parsed jose.JSONWebKey
	if err := parsed.UnmarshalJSON(plain); err == nil && parsed.IsPublic() && parsed.Valid() {
		key.Key = parsed.Key
	}
	return key
}

func parseClientKeys(raw []json.RawMessage) []ClientKey {
	keys := make([]ClientKey, 0, len(raw))
	for _, one := range raw {
		keys = append(keys, ParseClientKey(one))
	}
	return keys
}

const (
	jwksTimeout = 5 * time.Second
	jwksMaxSize = 1 << 20 // bytes
)

// fetchKeys fetches the client's jwks_uri. It must be called without Server.mu, because the URI may
// be served by a program that waits for this answer.
func fetchKeys(ctx context.Context, uri string) ([]ClientKey, *Error) {
	ctx, cancel := context.WithTimeout(ctx, jwksTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, uri, nil)
	if err != nil {
		return nil, ErrJWKSURI
	}
	request.Header.Set("Accept", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, ErrJWKSURI
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, jwksMaxSize))
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err != nil || response.StatusCode != http.StatusOK || json.Unmarshal(body, &set) != nil {
		return nil, ErrJWKSURI
	}
	keys := parseClientKeys(set.Keys)
	if len(keys) == 0 {
		return nil, ErrJWKSURINoKey
	}
	kids := map[string]bool{}
	for _, key := range keys {
		if kids[key.Kid] {
			return nil, ErrJWKSURIKids
		}
		kids[key.Kid] = true
	}
	return keys, nil
}
