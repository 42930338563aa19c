package orgcopy

import (
	"context"
	"strings"

	"github.com/oktaform/oktaform/internal/okta"
)

// openIDConnect is the sign-on mode of OAuth clients.
const openIDConnect = "OPENID_CONNECT"

// apps copies apps with what the org stores beside their documents.
func (r *reading) apps(ctx context.Context) error {
	docs, err := r.list(ctx, "apps", "/api/v1/apps", "limit=200")
	clients := 0
	for _, doc := range docs {
		r.notice(doc, appFeatures)
		if okta.Text(doc, "signOnMode") == openIDConnect {
			r.notice(doc, clientFeatures)
			clients++
		}
		status := okta.Text(doc, "status")
		if status != "ACTIVE" && status != "INACTIVE" {
			continue
		}
		element := pick(doc, "id", "created", "lastUpdated", "status")
		element["document"] = appDocument(doc)
		if policy := lastOf(okta.Text(doc, "_links", "accessPolicy", "href")); policy != "" {
			element["policy"] = policy
		}
		r.copy.Apps = append(r.copy.Apps, element)
		if r.whole(okta.Text(doc, "id")) || isClient(doc, r.options.Principal) {
			r.appParts(doc, element)
		}
	}
	if clients == 0 {
		r.assume(clientFeatures)
	}
	if len(docs) == 0 {
		r.assume(appFeatures)
	}
	return err
}

// isClient reports whether an app has that client id.
func isClient(doc map[string]any, client string) bool {
	return client != "" && okta.Text(doc, "credentials", "oauthClient", "client_id") == client
}

// appDocument returns the part of an app's document that is copied. Apps that are not OAuth clients
// are copied because role targets, resource sets and lists name them, but without their settings,
// which may contain anything.
func appDocument(doc map[string]any) map[string]any {
	if okta.Text(doc, "signOnMode") != openIDConnect {
		out, _ := clean(pick(doc, "name", "label", "signOnMode", "profile")).(map[string]any)
		return out
	}
	out, _ := clean(without(doc, "id", "orn", "status", "created", "lastUpdated", "_links", "_embedded", "features", "universalLogout")).(map[string]any)
	if credentials, _ := out["credentials"].(map[string]any); credentials != nil {
		delete(credentials, "signing") // names a key of the org's own
	}
	return withoutNulls(out)
}

func (r *reading) appParts(doc, element map[string]any) {
	id, what := okta.Text(doc, "id"), "the app "+okta.Text(doc, "label")
	base := "/api/v1/apps/" + id
	isClient := okta.Text(doc, "signOnMode") == openIDConnect
	part := func(name, path string, each func(doc map[string]any) map[string]any) {
		r.later(path, func(ctx context.Context) error {
			docs, err := r.list(ctx, name+" of "+what, path, "")
			list := []map[string]any{}
			for _, doc := range docs {
				if one := each(doc); one != nil {
					list = append(list, one)
				}
			}
			if len(list) > 0 {
				r.set(element, name, list)
			}
			return err
		})
	}
	part("groups", base+"/groups", func(doc map[string]any) map[string]any {
		one := pick(doc, "priority", "lastUpdated")
		one["group"] = okta.Text(doc, "id")
		if profile, _ := doc["profile"].(map[string]any); len(profile) > 0 {
			one["profile"] = cleaned(withoutNulls(profile), true)
		}
		return one
	})
	part("users", base+"/users", func(doc map[string]any) map[string]any {
		if okta.Text(doc, "scope") != "USER" {
			return nil // by a group
		}
		one := pick(doc, "created", "lastUpdated")
		one["user"] = okta.Text(doc, "id")
		if name := okta.Text(doc, "credentials", "userName"); name != "" {
			one["userName"] = name
		}
		if profile, _ := doc["profile"].(map[string]any); len(profile) > 0 {
			one["profile"] = cleaned(withoutNulls(profile), true)
		}
		return one
	})
	if !isClient {
		return
	}
	r.claim(id, element)
	part("grants", base+"/grants", func(doc map[string]any) map[string]any {
		one := made(doc)
		one["scope"] = okta.Text(doc, "scopeId")
		if by := okta.Text(doc, "createdBy", "id"); by != "" {
			one["createdBy"], one["creatorType"] = by, okta.Text(doc, "createdBy", "type")
		}
		return one
	})
	if method := okta.Text(doc, "credentials", "oauthClient", "token_endpoint_auth_method"); strings.HasPrefix(method, "client_secret") {
		part("secrets", base+"/credentials/secrets", func(doc map[string]any) map[string]any {
			return pick(doc, "id", "created", "lastUpdated", "status") // never the secret
		})
	}
	if okta.Text(doc, "settings", "oauthClient", "application_type") == "service" {
		client := okta.Text(doc, "credentials", "oauthClient", "client_id")
		r.roles(what, element, "/oauth2/v1/clients/"+client+"/roles", "CLIENT")
	}
}

// claim copies the groups claim of an app, which Okta shows to API tokens only.
func (r *reading) claim(id string, element map[string]any) {
	path := "/api/v1/internal/apps/" + id + "/settings/oauth/idToken"
	r.later(path, func(ctx context.Context) error {
		var doc map[string]any
		err := r.from.Get(ctx, path, &doc)
		if okta.Text(doc, "valueType") != "" {
			r.set(element, "idToken", without(doc, "_links"))
		}
		return r.gap("groups claims of apps", r.orLacks("groupsClaims", err))
	})
}
