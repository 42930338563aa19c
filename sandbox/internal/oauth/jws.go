package oauth

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

var errNotCanonical = errors.New("the base64url of the JWS is not in its canonical form")

// parseJWS parses a JWS in compact form (RFC 7515 section 7.1). Base64url decoders ignore line
// breaks and the unused bits of the last character. parseJWS refuses tokens with either, so that no
// modified token is accepted as the signed one.
func parseJWS(raw string, algorithms []jose.SignatureAlgorithm) (*jose.JSONWebSignature, error) {
	for part := range strings.SplitSeq(raw, ".") {
		decoded, err := base64.RawURLEncoding.DecodeString(part)
		if err != nil {
			return nil, err
		}
		if base64.RawURLEncoding.EncodeToString(decoded) != part {
			return nil, errNotCanonical
		}
	}
	return jose.ParseSignedCompact(raw, algorithms)
}

// wrongAlgorithm reports whether the error is an unwanted "alg" rather than a malformed JWS.
func wrongAlgorithm(err error) bool {
	var unexpected *jose.ErrUnexpectedSignatureAlgorithm
	return errors.As(err, &unexpected)
}

// claims is the payload of a JWT.
type claims map[string]any

func parseClaims(payload []byte) (claims, error) {
	var c claims
	if err := json.Unmarshal(payload, &c); err != nil {
		return nil, err
	}
	if c == nil {
		return nil, errors.New("the payload is not an object")
	}
	return c, nil
}

// text returns a string claim; "" if it is missing or no string.
func (c claims) text(name string) string {
	value, _ := c[name].(string)
	return value
}

// seconds returns a NumericDate claim (RFC 7519) in seconds since the epoch. It is a float so that
// no value can overflow.
func (c claims) seconds(name string) (value float64, ok bool) {
	value, ok = c[name].(float64)
	return value, ok
}

func (c claims) has(name string) bool {
	_, present := c[name]
	return present
}

// list returns a claim that is a string or an array of strings, as a slice.
func (c claims) list(name string) []string {
	switch value := c[name].(type) {
	case string:
		return []string{value}
	case []any:
		var all []string
		for _, item := range value {
			if text, isText := item.(string); isText {
				all = append(all, text)
			}
		}
		return all
	}
	return nil
}

// splitSpaces splits a space-delimited parameter (RFC 6749 section 3.3) and removes duplicates.
func splitSpaces(text string) []string {
	var all []string
	seen := map[string]bool{}
	for _, word := range strings.Fields(text) {
		if !seen[word] {
			seen[word] = true
			all = append(all, word)
		}
	}
	return all
}
