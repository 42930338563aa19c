package kinds

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

const kindTrustedOrigin = "trusted_origin"

const (
	originEmbed = "IFRAME_EMBED"
	// maxOrigin is the maximum length of an origin, and of its name, in characters.
	maxOrigin = 255
)

// trustedOrigin is a trusted origin (/api/v1/trustedOrigins). Its only text is its name, which ends
// with the mark.
func trustedOrigin() *schema.Kind {
	return &schema.Kind{
		Name: kindTrustedOrigin, Title: "trusted origin", Label: "name", Unique: true, Mark: schema.MarkName, MarkLimit: maxOrigin,
		Terraform: []schema.TerraformType{{Name: "okta_trusted_origin", ID: "id", Switch: map[string]string{"active": "status"}}},
		Doc:       "An origin whose pages may call the org's API from a browser, be redirected to after signing in and out, or embed Okta's pages. Its name in the org ends with the mark of the owner.",
		Attrs: []schema.Attr{
			{Name: "name", Type: cty.String, Path: "name", Required: true, Doc: "The origin's name, unique in the org. Together with the mark of the owner at most 255 characters."},
			{Name: "origin", Access: true, Type: cty.String, Path: "origin", Required: true, Unique: true,
				Doc: "Scheme, host and port, such as https://portal.example.com, unique in the org. Okta accepts http, https, ftp, ionic and capacitor."},
			{Name: "scopes", Access: true, Type: cty.List(cty.String), Path: "scopes", Required: true, Unordered: true, OneOf: []string{"CORS", "REDIRECT", originEmbed},
				Doc: "CORS: its pages call the API from a browser, with the user's session. REDIRECT: Okta redirects to it. IFRAME_EMBED: it embeds Okta's pages."},
			{Name: "allowed_okta_apps", Access: true, Type: cty.List(cty.String), Path: "allowedOktaApps", Default: cty.ListValEmpty(cty.String), OmitDefault: true, Unordered: true, Known: embeddableApps,
				Doc: "With IFRAME_EMBED: OKTA_ENDUSER lets it embed the End-User Dashboard besides sign-in pages."},
			{Name: "status", Access: true, Type: cty.String, Path: "status", Default: cty.StringVal("ACTIVE"), OneOf: []string{"ACTIVE", "INACTIVE"},
				Doc: "An INACTIVE origin isn't trusted."},
		},
		FromOkta: originFromOkta,
		ToOkta:   originToOkta,
		Check:    checkTrustedOrigin,
	}
}

func trustedOriginSource() *schema.Kind {
	k := dataSource(kindTrustedOrigin, "trusted origin", "name", "name", "The origin's name, without the mark of an owner.",
		computedAttr("origin", "origin", "Scheme, host and port."),
		computedAttr("status", "status", "ACTIVE or INACTIVE."))
	k.Mark, k.MarkLimit = schema.MarkName, maxOrigin
	return k
}

func embeddableApps() []string { return []string{"OKTA_ENDUSER"} }

// originFromOkta converts the scopes to strings, and the apps that a scope names to a list.
func originFromOkta(doc map[string]any) {
	scopes, ok := doc["scopes"].([]any)
	if !ok {
		return
	}
	var names, apps []any
	for _, s := range scopes {
		scope, _ := s.(map[string]any)
		names = append(names, scope["type"])
		some, _ := scope["allowedOktaApps"].([]any)
		apps = append(apps, some...)
	}
	doc["scopes"] = append([]any{}, names...)
	if len(apps) > 0 {
		doc["allowedOktaApps"] = apps
	}
}

// originToOkta reverses originFromOkta.
func originToOkta(doc map[string]any) {
	names, ok := doc["scopes"].([]any)
	if !ok {
		return
	}
	scopes := []any{}
	for _, name := range names {
		scope := map[string]any{"type": name}
		if name == originEmbed {
			scope["allowedOktaApps"] = []any{}
			if apps, given := doc["allowedOktaApps"]; given {
				scope["allowedOktaApps"] = apps
				delete(doc, "allowedOktaApps")
			}
		}
		scopes = append(scopes, scope)
	}
	doc["scopes"] = scopes
}

func checkTrustedOrigin(v schema.Value) []schema.Problem {
	var problems []schema.Problem
	add := func(attr, summary, format string, args ...any) {
		problems = append(problems, schema.Problem{Attr: attr, Summary: summary, Detail: fmt.Sprintf(format, args...)})
	}
	if name := v.GetAttr("name"); name.IsKnown() && strings.TrimSpace(schema.Text(name)) == "" {
		add("name", "Invalid name of an origin", "The name of a trusted origin must not be empty.")
	}
	if origin := v.GetAttr("origin"); origin.IsKnown() && !origin.IsNull() {
		if why := checkOrigin(schema.Text(origin)); why != "" {
			add("origin", "Invalid origin", "%q %s.", schema.Text(origin), why)
		}
	}
	scopes, apps := v.GetAttr("scopes"), v.GetAttr("allowed_okta_apps")
	if !scopes.IsWhollyKnown() || scopes.IsNull() {
		return problems
	}
	if scopes.LengthInt() == 0 {
		add("scopes", "Origin without scopes", "A trusted origin needs at least one of CORS, REDIRECT and IFRAME_EMBED.")
	}
	if apps.IsKnown() && !apps.IsNull() && apps.LengthInt() > 0 && !slices.Contains(schema.Texts(scopes), originEmbed) {
		add("allowed_okta_apps", "allowed_okta_apps without IFRAME_EMBED", "allowed_okta_apps applies only with the scope IFRAME_EMBED. Add it to scopes, or remove allowed_okta_apps.")
	}
	return problems
}

// originSchemes are the schemes that Okta accepts (OpenAPI: TrustedOriginOrigin).
var originSchemes = []string{"http", "https", "ftp", "ionic", "capacitor"}

// checkOrigin says what is wrong with an origin; "" if nothing is.
func checkOrigin(origin string) string {
	u, err := url.Parse(origin)
	switch {
	case len([]rune(origin)) > maxOrigin:
		return fmt.Sprintf("has more than %d characters", maxOrigin)
	case err != nil || u.Host == "" || u.Hostname() == "" || !slices.Contains(originSchemes, u.Scheme):
		return "is not an origin: a scheme (" + strings.Join(originSchemes, ", ") + "), a host, and a port if it isn't the scheme's own"
	case strings.Contains(u.Host, "*"):
		return "has a wildcard; Okta compares origins exactly. Declare each host separately"
	case u.User != nil:
		return "names a user; an origin has none"
	case u.Path != "" || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.Contains(origin, "#"):
		return fmt.Sprintf("contains more than an origin; write %q", u.Scheme+"://"+u.Host)
	}
	return ""
}
