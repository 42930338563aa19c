package review

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// controlRules report who gets hold of a principal: its rights stay the same, and
// somebody else can use them.
func controlRules() []Rule {
	return []Rule{
		{ID: "G37", Title: "Somebody else can act as the app", Severity: Medium, Worst: High,
			Rationale: "Whoever has the new key, or receives what is sent to the new address, can do all that the app may do.",
			Source:    "RFC 7523, section 3; RFC 9700, section 4.1", Fix: "Make sure whose key or address it is. For a planned rotation, let the owners add a waiver first.", change: newClients},
		{ID: "G43", Title: "Somebody else can sign in as the user", Severity: Medium, Worst: High,
			Rationale: "Whoever knows the new password, or reads the new mailbox, can do all that the user may do: Okta sends resets of the password there.",
			Source:    "Okta's users API (by inference)", Fix: "Make sure that the user asked for it.", change: newCredentials},
	}
}

// stake is what whoever acts as the object gains: the worst that it may do, at
// least Medium and at most High; Low where it may do nothing.
func (x *examined) stake(o *Object) Severity {
	a := x.of(o)
	if worst := worstOf(a.Entries); worst > None || len(a.Unknown) > 0 {
		return min(max(worst, Medium), High)
	}
	return Low
}

func newClients(x *examined) (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	hosts := x.before.redirectHosts()
	x.pairs(func(was, is *Object) {
		if was == nil || !is.isApp() {
			return
		}
		stake := x.stake(is)
		add := func(severity Severity, attribute, format string, args ...any) {
			hits = append(hits, hit{o: is, attribute: attribute, severity: severity, message: fmt.Sprintf(format, args...)})
		}
		had, has := signingKeys(was), signingKeys(is)
		if _, all := is.blocks("public_key"); !all {
			if _, all := was.blocks("public_key"); all {
				add(stake, "public_key", "its keys aren't known any longer")
			}
		}
		for _, k := range has {
			old := slices.IndexFunc(had, func(o signingKey) bool { return o.kid == k.kid })
			switch {
			case slices.ContainsFunc(had, func(o signingKey) bool { return o.print != "" && o.print == k.print }):
			case old < 0:
				add(stake, "public_key."+k.kid, "the key %s is new", k.kid)
			case had[old].print != k.print:
				add(stake, "public_key."+k.kid, "%s is another key than before, under the same key id", k.kid)
			}
		}
		if uri := is.text("jwks_uri"); uri != "" && uri != was.text("jwks_uri") {
			add(stake, "jwks_uri", "its keys come from %s instead of %s", uri, cmp.Or(was.text("jwks_uri"), "this configuration"))
		}
		before := was.list("redirect_uris")
		for _, uri := range is.list("redirect_uris").texts {
			u, err := url.Parse(uri)
			if err != nil || before.has(uri) || local(u) || strings.Contains(uri, "*") {
				continue
			}
			switch own := slices.ContainsFunc(before.texts, func(b string) bool { return origin(b) == origin(uri) }); {
			case u.Host != "" && len(hosts) > 0 && !hosts[u.Hostname()]: // G04 reports it
			case own:
				add(Low, "redirect_uris", "%s is another path on a host that the app uses already", uri)
			default:
				add(max(stake, Medium), "redirect_uris", "%s: the app redirected to no such scheme, host and port before", uri)
			}
		}
		if is.list("redirect_uris").unknown && !before.unknown {
			add(max(stake, Medium), "redirect_uris", "some redirect URIs aren't known")
		}
	})
	return hits
}

// signingKey is a key with which the app can sign: print is "" where it isn't known.
type signingKey struct{ kid, print string }

func signingKeys(o *Object) (list []signingKey) {
	for _, key := range keysOf(o) {
		if text(key.GetAttr("status")) != "INACTIVE" && text(key.GetAttr("use")) != "enc" {
			list = append(list, signingKey{text(key.GetAttr("kid")), text(key.GetAttr("thumbprint"))})
		}
	}
	return list
}

// origin is the scheme, host and port of a URI, and all of one without a host but
// for the path.
func origin(uri string) string {
	u, err := url.Parse(uri)
	if err != nil {
		return uri
	}
	return u.Scheme + "://" + cmp.Or(u.Host, u.Opaque)
}

// redirectHosts are the hosts to which the apps of a version redirect.
func (w *world) redirectHosts() map[string]bool {
	hosts := map[string]bool{}
	for i := range w.objects {
		if o := &w.objects[i]; o.isApp() {
			for _, uri := range o.list("redirect_uris").texts {
				if u, err := url.Parse(uri); err == nil && u.Host != "" && !local(u) {
					hosts[u.Hostname()] = true
				}
			}
		}
	}
	return hosts
}

// newCredentials: a new block may be about a user who exists, and whose roles no file shows: without an
// org nobody can tell that it isn't a super admin, so it counts as High. Of a user who was declared
// before, the declared rights count, at least Medium.
func newCredentials(x *examined) (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	x.pairs(func(was, is *Object) {
		if is.Kind.Name != "user" {
			return
		}
		version, email := is.get("password_version"), is.get("email")
		if was == nil {
			if !version.IsNull() {
				hits = append(hits, hit{o: is, attribute: "password_version", severity: High, message: "if there is a user with this login already, the password is set anew"})
			}
			if !email.IsNull() && (!isKnown(email) || !isKnown(is.get("login")) || !strings.EqualFold(is.text("email"), is.text("login"))) {
				hits = append(hits, hit{o: is, attribute: "email", severity: High, message: "if there is a user with this login already, resets of the password go to " + cmp.Or(is.text("email"), "an address that isn't known")})
			}
			return
		}
		severity := max(x.stake(is), Medium)
		if !version.IsNull() && !version.RawEquals(was.get("password_version")) {
			hits = append(hits, hit{o: is, attribute: "password_version", severity: severity, message: "the password is set anew"})
		}
		if !email.RawEquals(was.get("email")) {
			hits = append(hits, hit{o: is, attribute: "email", severity: severity, message: "resets of the password go to " + cmp.Or(is.text("email"), "an address that isn't known")})
		}
	})
	return hits
}

func isKnown(v cty.Value) bool { return !v.IsNull() && v.IsKnown() }
