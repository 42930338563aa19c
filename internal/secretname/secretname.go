// Package secretname knows how secrets look: by the names under which they stand in documents,
// attributes, files and addresses, and private keys by their text.
package secretname

import (
	"net/url"
	"regexp"
	"strings"
	"sync"
	"unicode"
)

// ending matches names in snake case that end with the word for a secret.
var ending = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(^|_)(secrets?|passwords?|passwd|pwd|passphrases?|passcodes?|tokens?|bearer|authorization|jwt|cookies?|(otp|totp|mfa)_?seed|` +
		`private_key\w*|privatekey|recovery_answer|(api|client|access|secret|shared|signing|encryption|ssh|auth)_?keys?|credentials?|private_jwks?|result_hash|bcrypt_hash)(_wo)?$`)
})

// anywhere matches names that have the word for a secret anywhere in them.
var anywhere = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?i)secret|passw`) })

// privateKey matches texts that contain a private key.
var privateKey = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----|"d"\s*:\s*"[A-Za-z0-9_-]{20,}"`)
})

// Is reports whether a name, such as client_secret, apiKey or Access-Key, is that of a secret.
func Is(name string) bool { return ending().MatchString(snakeCase(name)) }

// Mentions reports whether a name is that of a secret or has the word for one in it, as
// passwordPolicy has. It is for what may be left out without harm.
func Mentions(name string) bool { return Is(name) || anywhere().MatchString(name) }

// PrivateKey reports whether a text contains a private key.
func PrivateKey(text string) bool { return privateKey().MatchString(text) }

// snakeCase writes clientSecret, Client-Secret and "client secret" as client_secret.
func snakeCase(name string) string {
	var b strings.Builder
	lower := false
	for _, r := range name {
		switch {
		case r == '-' || r == '.' || r == ' ' || r == ':':
			r = '_'
		case lower && unicode.IsUpper(r):
			b.WriteByte('_')
		}
		lower = unicode.IsLower(r) || unicode.IsDigit(r)
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// userInfo matches what stands before the host of an address, up to the @; parameter one parameter
// of its query or fragment.
var (
	userInfo  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(://)[^/?#\s"'<>]*@`) })
	parameter = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`([?&;#])([^=&;#?\s"'<>]+)=([^&;#\s"'<>]+)`)
	})
)

// Addresses takes the secrets out of the addresses in a text: user names and passwords before
// hosts, and the values of parameters whose names are those of secrets.
func Addresses(text string) string {
	if !strings.Contains(text, "://") {
		return text
	}
	text = userInfo().ReplaceAllString(text, "$1")
	return parameter().ReplaceAllStringFunc(text, func(found string) string {
		m := parameter().FindStringSubmatch(found)
		name, err := url.QueryUnescape(m[2])
		if err != nil || Mentions(name) {
			return m[1] + m[2] + "="
		}
		return found
	})
}
