package sandbox

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Feature is something that an org has or lacks by its engine, its age or its
// contract, and that shows in the fields of its answers. Real orgs differ in
// them; a client must work with each.
type Feature string

// The features. Their fields are those that recorded orgs differ in.
const (
	IdentityEngine  Feature = "identity-engine"  // apps link to their policies
	UniversalLogout Feature = "universal-logout" // universalLogout of apps
	SingleLogout    Feature = "single-logout"    // participate_slo of OIDC apps
	EmailOptIn      Feature = "email-opt-in"     // settings.emOptInStatus of apps
	UserConsent     Feature = "user-consent"     // consent_method of OIDC apps
	GroupOwners     Feature = "group-owners"     // groups link to their owners
	Realms          Feature = "realms"           // realmId of users
	ResetFactors    Feature = "reset-factors"    // users link to the reset of their factors
	EscapedLabels   Feature = "escaped-labels"   // labels of apps are answered HTML-escaped
)

// DefaultFeatures are those of an org whose settings name none: what most of
// the recorded orgs had.
func DefaultFeatures() []Feature {
	return []Feature{IdentityEngine, UniversalLogout, SingleLogout, EmailOptIn, UserConsent}
}

// featureField is a field that shows a feature.
type featureField struct {
	feature Feature
	object  string // app, group, user, or user's links, which lists don't show
	path    string
	// value is the field where the object doesn't hold it by itself; nil: it does.
	value func(c *call, id string) any
}

func featureFields() []featureField {
	return []featureField{
		{IdentityEngine, "app", "_links.accessPolicy", nil},
		{IdentityEngine, "app", "_links.policies", nil},
		{IdentityEngine, "app", "_links.profileEnrollment", nil},
		{UniversalLogout, "app", "universalLogout", nil},
		{SingleLogout, "app", "settings.oauthClient.participate_slo", nil},
		{EmailOptIn, "app", "settings.emOptInStatus", nil},
		{UserConsent, "app", "settings.oauthClient.consent_method", nil},
		{GroupOwners, "group", "_links.owners", func(c *call, id string) any {
			return map[string]any{"href": c.url("/api/v1/groups/" + id + "/owners")}
		}},
		{Realms, "user", "realmId", func(c *call, _ string) any { return "guo" + strings.TrimPrefix(c.org.self().ID, "00o") }},
		{ResetFactors, "user's links", "_links.resetFactors", func(c *call, id string) any {
			return map[string]any{"href": c.url("/api/v1/users/" + id + "/lifecycle/reset_factors"), "method": "POST"}
		}},
	}
}

// checkFeatures fails for a feature that there is not.
func checkFeatures(list []Feature) error {
	for _, f := range list {
		if f != EscapedLabels && !slices.ContainsFunc(featureFields(), func(field featureField) bool { return field.feature == f }) {
			return fmt.Errorf("there is no feature %q of an org", f)
		}
	}
	return nil
}

// withFeatures shows an object as an org with the settings' features does.
func (c *call) withFeatures(object, id string, doc map[string]any) map[string]any {
	for _, field := range featureFields() {
		if field.object != object {
			continue
		}
		has := slices.Contains(c.s.settings.Features, field.feature)
		switch {
		case !has:
			doc = withoutField(doc, strings.Split(field.path, "."))
		case field.value != nil:
			doc = withField(doc, strings.Split(field.path, "."), field.value(c, id))
		}
	}
	return doc
}

// withoutField is doc without the field; what is stored isn't touched.
func withoutField(doc map[string]any, path []string) map[string]any {
	inner, nested := doc[path[0]].(map[string]any)
	if _, has := doc[path[0]]; !has || len(path) > 1 && !nested {
		return doc
	}
	doc = maps.Clone(doc)
	if len(path) == 1 {
		delete(doc, path[0])
	} else {
		doc[path[0]] = withoutField(inner, path[1:])
	}
	return doc
}

// withField is doc with the field, where there is what it stands in.
func withField(doc map[string]any, path []string, value any) map[string]any {
	inner, nested := doc[path[0]].(map[string]any)
	if len(path) > 1 && !nested {
		return doc
	}
	doc = maps.Clone(doc)
	if len(path) == 1 {
		doc[path[0]] = value
	} else {
		doc[path[0]] = withField(inner, path[1:], value)
	}
	return doc
}
