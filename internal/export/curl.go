package export

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/oktaform/oktaform/internal/jwk"
	"github.com/oktaform/oktaform/internal/terminal"
	"github.com/oktaform/oktaform/schema"
)

// Curl returns a shell script that gets a token as the app and calls one path of the API with it.
// For an app with an RSA key in a PEM file it only needs curl and openssl; for others it calls
// `oktaform token` in the configuration's folder dir. read returns the contents of a key file.
func Curl(org, dir, path string, app schema.TestApp, read func(file string) ([]byte, error)) string {
	if app.AuthMethod == "private_key_jwt" && !app.DPoP {
		for _, key := range app.Keys {
			if rsaPEM(read(key.File)) {
				return signedCurl(org, path, app, key)
			}
		}
	}
	return "#!/bin/sh\n# Calls the API as " + terminal.Plain(app.Addr.String()) + ". Needs curl and oktaform.\nset -eu\n" +
		"oktaform token " + shellQuote(app.Addr.String()) + " " + shellQuote(dir) + " --format header --path " + shellQuote(path) + " |\n" +
		"  curl --silent --show-error --fail-with-body --header @- " + shellQuote(org+path) + "\n"
}

// rsaPEM reports whether openssl can sign RS256 with the contents of a file.
func rsaPEM(data []byte, err error) bool {
	if err != nil || !bytes.HasPrefix(bytes.TrimSpace(data), []byte("-----BEGIN")) {
		return false
	}
	key, err := jwk.ParsePrivate(data)
	return err == nil && key.Alg == "RS256"
}

// signedCurl returns a script that creates the client assertion (RFC 7523) with openssl.
func signedCurl(org, path string, app schema.TestApp, key schema.PrivateKey) string {
	header := jsonText(map[string]string{"alg": "RS256", "kid": key.KID})
	claims := jsonText(map[string]string{"iss": app.ClientID, "sub": app.ClientID, "aud": org + "/oauth2/v1/token"})
	claims = strings.TrimSuffix(claims, "}")
	return `#!/bin/sh
# Calls the API as ` + terminal.Plain(app.Addr.String()) + `. Needs curl and openssl.
set -eu
org=` + shellQuote(org) + `
key=` + shellQuote(key.File) + `
key=${PRIVATE_KEY_FILE:-$key}
base64url() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
header=$(printf %s ` + shellQuote(header) + ` | base64url)
claims=$(printf '%s,"exp":%d,"jti":"%s"}' ` + shellQuote(claims) + ` $(($(date +%s) + 300)) "$(openssl rand -hex 16)" | base64url)
signature=$(printf %s "$header.$claims" | openssl dgst -sha256 -sign "$key" | base64url)
answer=$(printf %s "$header.$claims.$signature" |
  curl --silent --show-error --fail-with-body --header 'Accept: application/json' \
    --data-urlencode grant_type=client_credentials \
    --data-urlencode scope=` + shellQuote(strings.Join(app.Granted, " ")) + ` \
    --data-urlencode client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer \
    --data-urlencode client_assertion@- \
    "$org/oauth2/v1/token") || { printf '%s\n' "$answer" >&2; exit 1; }
token=$(printf %s "$answer" | sed -n 's/.*"access_token": *"\([^"]*\)".*/\1/p')
printf 'Authorization: Bearer %s\n' "$token" |
  curl --silent --show-error --fail-with-body --header @- "$org"` + shellQuote(path) + `
`
}

// jsonText returns an object of strings as JSON.
func jsonText(object map[string]string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(object) // cannot fail for strings
	return strings.TrimSpace(b.String())
}
