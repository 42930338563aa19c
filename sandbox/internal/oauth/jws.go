package oauth

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

var errNotCanonical = errors.New("the base64url of the JWS is not in its canonical form")

// parseJWS reads a JWS in compact form (RFC 7515 section 7.1). Base64url
// decoders ignore line ends and the unused bits of a last letter; a token with
// either is refused, so that no changed token is ever taken for the one that
// was signed. How a signer writes the JSON inside is his choice.
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

// wrongAlgorithm tells an unwanted "alg" from a JWS that can't be read.
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

// text returns a claim that is a string, or "".
func (c claims) text(name string) string {
	value, _ := c[name].(string)
	return value
}

// seconds returns a claim that is a number of seconds since the epoch (RFC
// 7519 NumericDate). It stays a float so that no number can overflow.
func (c claims) seconds(name string) (value float64, ok bool) {
	value, ok = c[name].(float64)
	return value, ok
}

func (c claims) has(name string) bool {
	_, present := c[name]
	return present
}

// list returns a claim that is a string or an array of strings.
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

// words splits a space-delimited parameter (RFC 6749 section 3.3) and drops
// repetitions.
func words(text string) []string {
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
