package review

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/phrase"
	"github.com/oktaform/oktaform/internal/review/severity"
)

// keyRules are about the keys of apps.
func keyRules() []Rule {
	return []Rule{
		{ID: "G11", Title: "Weak key", Severity: severity.High,
			Rationale: "A short RSA key or an unknown curve can be broken; a symmetric key in a key set is a secret that others can read.",
			Source:    "RFC 7518, sections 3.3 and 3.5; NIST SP 800-131A", Fix: "Use RSA of at least 2048 bits, or EC with P-256, P-384 or P-521.", object: weakKey},
		{ID: "G12", Title: "Private key in the configuration", Severity: severity.Critical,
			Rationale: "Whoever reads the repository or the app can act as the app.",
			Source:    "RFC 7517, section 9.2 (by inference)", Fix: "Take the key out of the configuration and its history, and replace the key pair: others may know this one.", object: privateKey},
		{ID: "G13", Title: "Two apps share a key", Severity: severity.Medium,
			Rationale: "Whoever has the key can act as both apps, and the log can't distinguish them.",
			Source:    "RFC 7517 (by inference)", Fix: "Give each app a key pair of its own.", object: sharedKey},
		{ID: "G14", Title: "A key is removed in the change that adds its successor", Severity: severity.Medium,
			Rationale: "Clients that still sign with the old key are refused at once. A rotation keeps both keys valid for some time.",
			Source:    "Okta's guide to key rotation", Fix: "Add the new key first, switch the clients, and take the old key out in a later change.", change: hastyRotation},
		{ID: "G15", Title: "Keys from a URL that others may control", Severity: severity.High,
			Rationale: "Whoever controls the URL, or the network path to it, decides which keys the app has.",
			Source:    "OpenID Connect Core 1.0, section 10.1 (by inference)", Fix: "Declare the keys as public_key blocks, or use an https URL on a host of your own.", object: appRule(keyURL)},
	}
}

func weakKey(_ *examined, o *access.Object) (hits []hit) {
	for _, k := range access.KeysOf(o) {
		kid := k.KID
		var public struct{ Kty, N, Crv string }
		if json.Unmarshal([]byte(k.JWK), &public) != nil {
			continue
		}
		n, _ := base64.RawURLEncoding.DecodeString(public.N)
		switch {
		case public.Kty == "RSA" && new(big.Int).SetBytes(n).BitLen() < 2048:
			hits = append(hits, on(o, access.AttrOfKey(kid), "%s is an RSA key of %d bits", kid, new(big.Int).SetBytes(n).BitLen())...)
		case public.Kty == "EC" && !slices.Contains([]string{"P-256", "P-384", "P-521"}, public.Crv):
			hits = append(hits, on(o, access.AttrOfKey(kid), "%s is on the curve %s", kid, public.Crv)...)
		case public.Kty == "oct":
			hits = append(hits, on(o, access.AttrOfKey(kid), "%s is a symmetric key", kid)...)
		}
	}
	return hits
}

// privateKey searches all strings of the object for private keys, and git for its key files.
func privateKey(_ *examined, o *access.Object) (hits []hit) {
	for _, f := range o.KeyFiles {
		if f.Tracked {
			hits = append(hits, on(o, access.AttrOfKey(f.KID), "git has the private half of %s, in the file of private_key_file", f.KID)...)
		}
	}
	for name, held := range o.Value.All() {
		_ = cty.Walk(held, func(_ cty.Path, v cty.Value) (bool, error) {
			if s := access.Text(v); holdsPrivateKey(s) {
				hits = append(hits, on(o, name, "%s holds a private key", name)...)
			}
			return true, nil
		})
	}
	return hits
}

// privateMembers matches the members that only a private or symmetric JWK has (RFC 7518, sections
// 6.2.2, 6.3.2 and 6.4).
var privateMembers = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`"(d|k)"\s*:`) })

// holdsPrivateKey reports whether a text contains a private key, also a text in Base64.
func holdsPrivateKey(s string) bool {
	if decoded, err := base64.StdEncoding.DecodeString(strings.TrimSpace(s)); err == nil && len(decoded) > 0 && holdsPrivateKey(string(decoded)) {
		return true
	}
	return strings.Contains(s, "PRIVATE KEY-----") || strings.Contains(s, `"kty"`) && privateMembers().MatchString(s)
}

func sharedKey(x *examined, o *access.Object) (hits []hit) {
	for _, k := range access.KeysOf(o) {
		print := k.Thumbprint
		for i := range x.Objects {
			other := &x.Objects[i]
			if other == o || print == "" {
				continue
			}
			if slices.ContainsFunc(access.KeysOf(other), func(other access.Key) bool { return other.Thumbprint == print }) {
				kid := k.KID
				hits = append(hits, on(o, access.AttrOfKey(kid), "the key %s is also one of %s", kid, other.Addr)...)
			}
		}
	}
	return hits
}

func hastyRotation(x *examined) (hits []hit) {
	for i := range x.Objects {
		o := &x.Objects[i]
		was := x.before.ByAddr[o.Addr.String()]
		if was == nil {
			continue
		}
		kids := func(o *access.Object) (kids []string) {
			for _, k := range access.KeysOf(o) {
				if k.Active() {
					kids = append(kids, k.KID)
				}
			}
			return kids
		}
		old, now := kids(was), kids(o)
		gone := slices.DeleteFunc(slices.Clone(old), func(kid string) bool { return slices.Contains(now, kid) })
		added := slices.DeleteFunc(slices.Clone(now), func(kid string) bool { return slices.Contains(old, kid) })
		if len(gone) > 0 && len(added) > 0 {
			hits = append(hits, on(o, access.AttrOfKey(added[0]), "%s goes while %s comes", phrase.List(gone), phrase.List(added))...)
		}
	}
	return hits
}

func keyURL(o *access.Object) []hit {
	uri := o.Text(access.AttrJWKSURI)
	u, err := url.Parse(uri)
	if uri == "" || err != nil {
		return nil
	}
	if u.Scheme != "https" {
		return on(o, access.AttrJWKSURI, "%s is not encrypted", uri)
	}
	return []hit{{o: o, attribute: access.AttrJWKSURI, severity: severity.Medium, message: fmt.Sprintf("the app's keys are what %s says at any moment", u.Host)}}
}
