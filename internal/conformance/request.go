package conformance

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/oktaform/oktaform/internal/jwk"
)

// assertionType is the client_assertion_type of RFC 7523.
const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

// keys are the private keys of a run, which sign client assertions. The public keys are variables
// of the suites.
type keys map[string]jwk.Private

// newKeys generates the keys a and b once for all runs of a process.
var newKeys = sync.OnceValues(func() (keys, error) {
	all := keys{}
	for _, name := range []string{"a", "b"} {
		key, err := jwk.Generate("RSA-2048")
		if err != nil {
			return nil, err
		}
		all[name] = key
	}
	return all, nil
})

// publish makes the public keys variables.
func (k keys) publish(v variables) error {
	for name, key := range k {
		public, err := key.PublicJWK("conformance-" + name)
		if err != nil {
			return err
		}
		v["key"+strings.ToUpper(name)] = string(public)
	}
	return nil
}

// sign returns a JWT.
func (k keys) sign(name string, claims any) (string, error) {
	options := (&jose.SignerOptions{}).WithHeader("kid", "conformance-"+name)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: k[name].Signer}, options)
	if err != nil {
		return "", err
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

// assertion returns a client assertion. Further words of an assertion directive replace claims:
// NAME=VALUE, NAME= for none, and exp and iat as seconds from now.
func (r *run) assertion(name, client, path string, changes []string) (string, error) {
	now := r.org.Now()
	claims := map[string]any{"iss": client, "sub": client, "aud": r.vars["org"] + path, "jti": random(), "iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix()}
	for _, change := range changes {
		claim, value, _ := strings.Cut(change, "=")
		seconds, err := strconv.Atoi(value)
		switch {
		case value == "":
			delete(claims, claim)
		case (claim == "exp" || claim == "iat") && err == nil:
			claims[claim] = now.Add(time.Duration(seconds) * time.Second).Unix()
		default:
			claims[claim] = value
		}
	}
	return r.keys.sign(name, claims)
}

// build returns the HTTP request of an exchange, and whether it has the admin's credentials.
func (r *run) build(ctx context.Context, x *Exchange) (_ *http.Request, admin bool, err error) {
	target, err := r.target(x.Path)
	if err != nil {
		return nil, false, err
	}
	header, form := http.Header{}, url.Values(nil)
	body, admin := "", true
	for _, d := range x.request {
		args := make([]string, len(d.args))
		for i, arg := range d.args {
			encode := func(text string) string { return text }
			if d.verb == "body" {
				encode = jsonText
			}
			if args[i], err = r.vars.expand(arg, encode); err != nil {
				return nil, false, err
			}
		}
		switch d.verb {
		case "as":
			admin = args[0] != "nobody"
		case "authorization":
			admin = false
			header.Set("Authorization", args[0])
		case "basic":
			admin = false
			header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(url.QueryEscape(args[0])+":"+url.QueryEscape(args[1]))))
		case "header":
			name, value, _ := strings.Cut(args[0], ":")
			header.Set(name, strings.TrimSpace(value))
		case "body":
			body = args[0]
		case "form", "assertion":
			admin = false
			if form == nil {
				form = url.Values{}
			}
			if err := r.fill(form, d.verb, args, x.Path); err != nil {
				return nil, false, err
			}
		}
	}
	if form != nil {
		body = form.Encode()
	}
	if header.Get("Content-Type") == "" && body != "" {
		header.Set("Content-Type", map[bool]string{true: "application/x-www-form-urlencoded", false: "application/json"}[form != nil])
	}
	request, err := http.NewRequestWithContext(ctx, x.Method, r.vars["org"]+target, strings.NewReader(body))
	if err != nil {
		return nil, false, err
	}
	if body == "" {
		request.Body = http.NoBody
	}
	if header.Get("Accept") == "" {
		header.Set("Accept", "application/json")
	}
	request.Header = header
	return request, admin, nil
}

// target returns a path with its query, with values for variables and everything escaped.
func (r *run) target(text string) (string, error) {
	path, query, hasQuery := strings.Cut(text, "?")
	path, err := r.vars.expand(strings.ReplaceAll(path, " ", "%20"), url.PathEscape)
	if err != nil || !hasQuery {
		return path, err
	}
	var pairs []string
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		if value, err = r.vars.expand(value, nil); err != nil {
			return "", err
		}
		pairs = append(pairs, name+"="+url.QueryEscape(value))
	}
	return path + "?" + strings.Join(pairs, "&"), nil
}

// fill adds the parameters of a form or assertion directive to a form.
func (r *run) fill(form url.Values, verb string, args []string, path string) error {
	if verb == "form" {
		name, value, _ := strings.Cut(args[0], "=")
		form.Add(name, value)
		return nil
	}
	var changes []string
	if len(args) == 3 {
		changes = strings.Fields(args[2])
	}
	assertion, err := r.assertion(args[0], args[1], path, changes)
	form.Set("client_assertion_type", assertionType)
	form.Set("client_assertion", assertion)
	return err
}

// jsonText returns a value as a part of a JSON document: objects unchanged, texts without quotes.
func jsonText(text string) string {
	if strings.HasPrefix(text, "{") {
		return text
	}
	quoted, _ := json.Marshal(text)
	return string(quoted[1 : len(quoted)-1])
}

// random returns 128 random bits in base64url.
func random() string {
	bits := make([]byte, 16)
	_, _ = rand.Read(bits)
	return base64.RawURLEncoding.EncodeToString(bits)
}
