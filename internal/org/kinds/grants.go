package kinds

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// ScopesAttr is the attribute with the scopes of an app.
const ScopesAttr = "okta_api_scopes"

// grant is a scope of Okta's API granted to an app (/api/v1/apps/{appId}/grants).
type grant struct{ id, scope string }

func grantsPath(appID string) string { return appsPath + "/" + appID + "/grants" }

// listGrants returns the scopes of Okta's API that an admin granted to an app, without user
// consents and scopes of custom authorization servers.
func (o *Org) listGrants(ctx context.Context, appID string) ([]grant, error) {
	type document struct {
		ID      string `json:"id"`
		ScopeID string `json:"scopeId"`
		Status  string `json:"status"`
		UserID  string `json:"userId"`
		Issuer  string `json:"issuer"`
	}
	docs, err := okta.ListOf[document](ctx, o.Client, grantsPath(url.PathEscape(appID)), "")
	var out []grant
	for _, doc := range docs {
		if isAPIScope(doc.ScopeID) && (doc.Status == "" || doc.Status == "ACTIVE") && doc.UserID == "" && (doc.Issuer == o.URL() || isOrgIssuer(doc.Issuer)) {
			out = append(out, grant{doc.ID, doc.ScopeID})
		}
	}
	return out, err
}

// isAPIScope reports whether a scope is granted to apps, unlike scopes that apps just request, such
// as openid.
func isAPIScope(scope string) bool {
	return strings.HasPrefix(scope, "okta.") || strings.HasPrefix(scope, "ssf.")
}

// isOrgIssuer reports whether an issuer is the org authorization server, whose URL has no path. The
// host is not compared, because an org can have several.
func isOrgIssuer(issuer string) bool {
	u, err := url.Parse(issuer)
	return err == nil && strings.Trim(u.Path, "/") == ""
}

func scopeList(grants []grant) cty.Value {
	if len(grants) == 0 {
		return cty.ListValEmpty(cty.String)
	}
	var list []cty.Value
	for _, g := range grants {
		list = append(list, cty.StringVal(g.scope))
	}
	return cty.ListVal(list)
}

// scopes returns the app's scopes.
func (r *Remote) scopes() []string {
	var scopes []string
	for _, g := range r.grants {
		scopes = append(scopes, g.scope)
	}
	return scopes
}

func wantedScopes(want schema.Value) []string {
	if !want.Has(ScopesAttr) {
		return nil
	}
	var scopes []string
	for it := want.GetAttr(ScopesAttr).ElementIterator(); it.Next(); {
		_, v := it.Element()
		scopes = append(scopes, schema.Text(v))
	}
	return scopes
}

// RevokeSurplus revokes the scopes that are not wanted, but leaves one that GrantMissing revokes if
// the app authenticates with a secret and would have no rights in between. If the run ended there,
// the next one could not distinguish the app from one that somebody else prepared, and would refuse
// to give it rights.
func (o *Org) RevokeSurplus(ctx context.Context, now *Remote, want schema.Value) error {
	list, has := wantedScopes(want), now.scopes()
	exchanges := len(list) > 0 && len(has) > 0 && len(Without(has, list)) == len(has)
	if exchanges && kinds.SecretBased(want) && now.Kind.Block(RoleBlock) == nil {
		reads := slices.IndexFunc(has, func(scope string) bool { return !strings.HasSuffix(scope, ".manage") })
		list = append(list, has[max(reads, 0)])
	}
	return o.revoke(ctx, now, list)
}

// revoke revokes the scopes that are not in the list.
func (o *Org) revoke(ctx context.Context, now *Remote, list []string) error {
	var kept []grant
	for _, g := range now.grants {
		if slices.Contains(list, g.scope) {
			kept = append(kept, g)
			continue
		}
		err := o.Do(ctx, o.RevokeGrant(now.ID(), g.id))
		if err != nil && !okta.NotFound(err) {
			return err
		}
	}
	now.grants = kept
	return nil
}

// GrantMissing grants the wanted scopes that the app lacks, and then revokes the scope that
// RevokeSurplus left.
func (o *Org) GrantMissing(ctx context.Context, now *Remote, want schema.Value) error {
	for _, scope := range Without(wantedScopes(want), now.scopes()) {
		granted, err := o.grantScope(ctx, now.ID(), scope)
		if err != nil {
			return err
		}
		now.grants = append(now.grants, granted)
	}
	return o.revoke(ctx, now, wantedScopes(want))
}

// grantScope grants one scope. Okta does not document its answer if the scope is already granted,
// so after a failure the list decides. If the list lacks the scope and the outcome of the request
// is unknown, the request is sent again.
func (o *Org) grantScope(ctx context.Context, appID, scope string) (grant, error) {
	for try := 1; ; try++ {
		doc, err := o.Document(ctx, o.GrantScope(appID, scope))
		if err == nil {
			return grant{okta.Text(doc, "id"), okta.Text(doc, "scopeId")}, nil
		}
		if okta.Denied(err) || ctx.Err() != nil {
			return grant{}, err
		}
		var granted grant
		look := func() (bool, error) {
			list, err := o.listGrants(ctx, appID)
			for _, g := range list {
				if g.scope == scope {
					granted = g
				}
			}
			return granted.scope != "", err
		}
		if okta.OutcomeUnknown(err) {
			if o.Until(ctx, look) != nil {
				return grant{}, err
			}
		} else if _, failed := look(); failed != nil {
			return grant{}, err
		}
		if granted.scope != "" {
			return granted, nil
		}
		if !okta.OutcomeUnknown(err) || try == MaxCreates {
			return grant{}, err
		}
	}
}
