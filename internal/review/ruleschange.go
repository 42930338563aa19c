package review

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/phrase"
	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/schema"
)

// changeRules are about the change itself and what it leaves in the org.
func changeRules() []Rule {
	return []Rule{
		{ID: "G04", Title: "Redirect to a host that no app used before", Severity: severity.Medium, Worst: severity.High,
			Rationale: "Authorization codes are sent to the new host. A mistyped host, or one whose registration lapsed, belongs to somebody else.",
			Source:    "by analogy to Entra's unsafe redirect URI checks", Fix: "Make sure that the host is yours.", change: newHost},
		{ID: "G23", Title: "Rights that no file declares", Severity: severity.Medium, Worst: severity.High,
			Rationale: "They stay in the org, and no later plan shows or removes them.",
			Source:    "DISA Okta IDaaS STIG V-279690", Fix: "Declare them, or make the set authoritative, which removes them. Remove the roles of a user in an earlier change than the user.", change: leftRights},
		{ID: "G27", Title: "API token in use", Severity: severity.Medium,
			Rationale: "An API token has all rights of the admin who created it. No scope limits it, and no key binds it.",
			Source:    "Okta's guide OAuth for Okta; DISA Okta IDaaS STIG V-279689 and V-279690", Fix: "Give oktaform a service app of its own with a key, the scopes that it needs and a role, and set OKTA_CLIENT_AUTHORIZATIONMODE to PrivateKey.", change: apiToken},
		{ID: "G28", Title: "The app is replaced", Severity: severity.High,
			Rationale: "Its client id, secret and assignments are lost; every program that uses it has to be configured again.",
			Source:    "terraform-provider-okta issues 1461 and 109", Fix: "Keep the attribute, or plan the change with those who use the app.", change: replacedApps},
		{ID: "G30", Title: "Something that others may use goes", Severity: severity.Medium, Worst: severity.High,
			Rationale: "What signs in with it stops working.",
			Source:    "octodns pull request 40; auth0-deploy-cli issue 201", Fix: "Make sure that nobody uses it any longer; deactivate it first.", change: deletions},
		{ID: "G57", Title: "A user goes with the block", Severity: severity.High,
			Rationale: "Once the configuration is destroyed, the person is gone or can't sign in any longer, with rights that no file may show.",
			Source:    "this configuration", Fix: "Keep on_destroy, or let the owner of the user approve it.", change: removesUsers},
	}
}

// removesUsers finds users whose block now makes destroy remove more of them, and objects that a
// removed block kept before.
func removesUsers(x *examined) (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	level := map[string]int{"keep": 1, "deactivate": 2, "delete": 3}
	x.pairs(func(was, is *access.Object) {
		if was == nil || !is.Facts.Has(access.AttrOnDestroy) {
			return
		}
		switch before, now := level[was.OnDestroy], level[is.OnDestroy]; {
		case before == 0: // unknown
		case now == 0:
			hits = append(hits, on(is, access.AttrOnDestroy, "on_destroy isn't known, and was %s", was.OnDestroy)...)
		case now > before:
			hits = append(hits, on(is, access.AttrOnDestroy, "on_destroy is %s, and was %s", is.OnDestroy, was.OnDestroy)...)
		}
	})
	for i := range x.in.Is.Removals {
		r := &x.in.Is.Removals[i]
		kept := slices.ContainsFunc(x.in.Was.Removals, func(w schema.Removal) bool { return w.From == r.From && !w.Destroy })
		if r.Destroy && kept {
			hits = append(hits, hit{at: &r.Range, message: r.From + " is destroyed, and was removed with destroy = false before"})
		}
	}
	return hits
}

func newHost(x *examined) (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	known := map[string]bool{}
	hosts := func(o *access.Object) map[string]string {
		all := map[string]string{}
		if o.IsApp() {
			for _, uri := range o.List(access.AttrRedirectURIs).Texts {
				if u, err := url.Parse(uri); err == nil && u.Host != "" && !local(u) {
					all[u.Hostname()] = uri
				}
			}
		}
		return all
	}
	for i := range x.before.Objects {
		for host := range hosts(&x.before.Objects[i]) {
			known[host] = true
		}
	}
	if len(known) == 0 {
		return nil // nothing to compare with
	}
	for i := range x.Objects {
		o := &x.Objects[i]
		all := hosts(o)
		for _, host := range slices.Sorted(maps.Keys(all)) {
			if known[host] {
				continue
			}
			h := on(o, access.AttrRedirectURIs, "%s: no app redirected to %s before", all[host], host)[0]
			if x.before.ByAddr[o.Addr.String()] != nil { // what a new app may do is reported as gained
				h.severity = max(x.controlRisk(o), severity.Medium)
			}
			hits = append(hits, h)
		}
	}
	return hits
}

func leftRights(x *examined) (hits []hit) {
	for i := range x.Objects {
		o := &x.Objects[i]
		for _, attribute := range slices.Sorted(maps.Keys(o.Undeclared)) {
			left := o.Undeclared[attribute]
			h := hit{o: o, attribute: attribute}
			switch {
			case o.Gone:
				h.message = fmt.Sprintf("no longer declared, and keeps %s in the org: %s", plainText(attribute), phrase.List(left))
			case len(left) == 0:
				h.message = attribute + " is no longer managed: no plan shows what others add"
			case slices.Contains(o.Released, attribute):
				h.message = fmt.Sprintf("%s is no longer managed: %s stays in the org, and no plan shows what others add", attribute, phrase.List(left))
			default:
				h.message = fmt.Sprintf("%s is additive: %s stays in the org although it isn't declared", attribute, phrase.List(left))
			}
			if attribute == access.BlockAdminRole && slices.ContainsFunc(left, func(s string) bool { return strings.HasPrefix(s, "SUPER_ADMIN") || strings.HasPrefix(s, "ORG_ADMIN") }) {
				h.severity = severity.High
			}
			hits = append(hits, h)
		}
	}
	return hits
}

func plainText(attribute string) string {
	switch attribute {
	case access.BlockAdminRole:
		return "its admin roles"
	case access.AttrOktaAPIScopes:
		return "its scopes"
	}
	return "its " + strings.ReplaceAll(attribute, "_", " ")
}

// apiToken judges the credential that a plan was made with; files do not contain it.
func apiToken(x *examined) []hit {
	if x.in.Credential != "SSWS" {
		return nil
	}
	return []hit{{message: "the plan was made with an API token (SSWS)"}}
}

func replacedApps(x *examined) (hits []hit) {
	for i := range x.Objects {
		o := &x.Objects[i]
		if names := x.in.Replaced[o.Addr.String()]; len(names) > 0 && o.IsApp() {
			hits = append(hits, on(o, names[0], "a change of %s makes a new app", phrase.List(names))...)
		}
	}
	return hits
}

func deletions(x *examined) (hits []hit) {
	if !x.in.Compared {
		return nil
	}
	gone := 0
	for i := range x.before.Objects {
		o := &x.before.Objects[i]
		now := x.ByAddr[o.Addr.String()]
		switch {
		case now == nil:
			gone++
			if o.IsApp() {
				hits = append(hits, hit{o: o, message: fmt.Sprintf("the %s %s is deleted", o.Kind.Title, o.Addr)})
			}
		case o.IsApp() && o.Active() && !now.Active():
			hits = append(hits, hit{o: now, attribute: access.AttrStatus, message: fmt.Sprintf("the %s is deactivated", o.Kind.Title)})
		}
	}
	switch {
	case gone > x.limit:
		hits = append(hits, hit{severity: severity.High, message: fmt.Sprintf("%d objects are deleted in one change", gone)})
	case gone > DefaultLimit:
		hits = append(hits, hit{severity: severity.Low, message: fmt.Sprintf("%d objects are deleted in one change, and --max-deletions allows %d instead of %d", gone, x.limit, DefaultLimit)})
	}
	return hits
}
