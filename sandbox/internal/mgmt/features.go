package mgmt

import (
	"fmt"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// featureField is a field that shows a feature.
type featureField struct {
	Feature state.Feature
	object  string // app, group, user, or user's links, which lists don't show
	Path    string
	// value is the field where the object doesn't hold it by itself; nil: it does.
	value func(c *web.Call, id string) any
}

func FeatureFields() []featureField {
	return []featureField{
		{state.IdentityEngine, "app", "_links.accessPolicy", nil},
		{state.IdentityEngine, "app", "_links.policies", nil},
		{state.IdentityEngine, "app", "_links.profileEnrollment", nil},
		{state.UniversalLogout, "app", "universalLogout", nil},
		{state.SingleLogout, "app", "settings.oauthClient.participate_slo", nil},
		{state.EmailOptIn, "app", "settings.emOptInStatus", nil},
		{state.UserConsent, "app", "settings.oauthClient.consent_method", nil},
		{state.GroupOwners, "group", "_links.owners", func(c *web.Call, id string) any {
			return map[string]any{"href": c.URL("/api/v1/groups/" + id + "/owners")}
		}},
		{state.Realms, "user", "realmId", func(c *web.Call, _ string) any { return "guo" + strings.TrimPrefix(c.Org.Self().ID, "00o") }},
		{state.ResetFactors, "user's links", "_links.resetFactors", func(c *web.Call, id string) any {
			return map[string]any{"href": c.URL("/api/v1/users/" + id + "/lifecycle/reset_factors"), "method": "POST"}
		}},
	}
}

// CheckFeatures fails for a feature that there is not.
func CheckFeatures(list []state.Feature) error {
	for _, f := range list {
		if f != state.EscapedLabels && !slices.ContainsFunc(FeatureFields(), func(field featureField) bool { return field.Feature == f }) {
			return fmt.Errorf("there is no feature %q of an org", f)
		}
	}
	return nil
}

// withFeatures shows an object as an org with the settings' features does.
func withFeatures(c *web.Call, object, id string, doc map[string]any) map[string]any {
	for _, field := range FeatureFields() {
		if field.object != object {
			continue
		}
		has := slices.Contains(c.Features, field.Feature)
		switch {
		case !has:
			doc = jsondoc.Without(doc, strings.Split(field.Path, "."))
		case field.value != nil:
			doc = jsondoc.With(doc, strings.Split(field.Path, "."), field.value(c, id))
		}
	}
	return doc
}
