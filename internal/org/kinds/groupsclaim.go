package kinds

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// The groups claim of an app's ID tokens. Okta has no public path for it: its Terraform
// provider uses one of the admin console's, which takes an API token and refuses an OAuth
// token with E0000005. A plan reads it only for apps that declare the claim, an import for all.

const claimBlock = kinds.GroupsClaimBlock

// HasClaim reports whether objects of a kind have a groups claim.
func HasClaim(k *schema.Kind) bool { return k.Block(claimBlock) != nil }

// Unlogged reports whether the System Log does not show changes of an attribute or block.
func Unlogged(name string) bool { return name == claimBlock }

// UnseenClaims is the gap of an inventory whose credential may not see the groups claims of a kind.
func UnseenClaims(k *schema.Kind) schema.Gap {
	return schema.Gap{Kind: k.Name, Part: claimBlock, Cause: "Okta shows it with an API token only", Denied: true}
}

// claim is the groups claim of an app.
type claim struct{ typ, filter, name, value string }

// ClaimPath is the path of the groups claim of an app, with ID for its id.
const ClaimPath = "/api/v1/internal/apps/ID/settings/oauth/idToken"

func claimPath(app string) string { return strings.Replace(ClaimPath, "ID", url.PathEscape(app), 1) }

// SetsClaim reports whether a change from one value of an app to another sets its groups claim.
func SetsClaim(before, after schema.Value) bool {
	is, should := declaredClaim(before), declaredClaim(after)
	return should != nil && (is == nil || *is != *should)
}

// claimOf decodes an answer of the path, which has no valueType if there is no claim.
func claimOf(doc map[string]any) *claim {
	switch okta.Text(doc, "valueType") {
	case "":
		return &claim{typ: kinds.ClaimNone}
	case "GROUPS":
		return &claim{kinds.ClaimFilter, okta.Text(doc, "groupFilterType"), okta.Text(doc, "name"), okta.Text(doc, "value")}
	default:
		return &claim{okta.Text(doc, "valueType"), "", okta.Text(doc, "name"), okta.Text(doc, "value")}
	}
}

// body returns the document to send to the path; issuer is the app's issuer_mode.
func (c *claim) body(issuer string) map[string]any {
	doc := map[string]any{"issuerMode": issuer}
	switch c.typ {
	case kinds.ClaimNone:
		return doc
	case kinds.ClaimFilter:
		doc["valueType"], doc["groupFilterType"] = "GROUPS", c.filter
	default:
		doc["valueType"] = c.typ
	}
	doc["name"], doc["value"] = c.name, c.value
	return doc
}

// declaredClaim returns the claim in a value of an app; nil if it is not managed.
func declaredClaim(want schema.Value) *claim {
	if !want.Has(claimBlock) {
		return nil
	}
	for _, b := range schema.Elements(want.GetAttr(claimBlock)) {
		return &claim{schema.Text(b.GetAttr("type")), schema.Text(b.GetAttr("filter_type")), schema.Text(b.GetAttr("name")), schema.Text(b.GetAttr("value"))}
	}
	return nil
}

func claimBlocks(block *schema.Block, c *claim) cty.Value {
	return cty.ListVal([]cty.Value{block.New(schema.Values{"type": cty.StringVal(c.typ),
		"filter_type": optional(c.filter), "name": optional(c.name), "value": optional(c.value)})})
}

// ClaimJobs returns the jobs that read the groups claim of an app, if it is selected.
func (o *Org) ClaimJobs(r *Remote, s Selection) []okta.Job {
	if !s.has(claimBlock) || r.claim != nil {
		return nil
	}
	if !o.HasAPIToken() {
		r.claimUnseen = true
		return nil
	}
	return []okta.Job{{Bucket: o.Bucket(http.MethodGet, ClaimPath), N: 1, Run: func(ctx context.Context) error {
		var doc map[string]any
		switch err := o.Get(ctx, claimPath(r.ID()), &doc); {
		case okta.Denied(err):
			r.claimUnseen = true
		case err != nil:
			return fmt.Errorf("reading %s: %w", r.Title(), err)
		default:
			r.claim = claimOf(doc)
		}
		return nil
	}}}
}

// KnowClaim takes the groups claim from a value that was read just before.
func (r *Remote) KnowClaim(of schema.Value) { r.claim = declaredClaim(of) }

// readClaim reads the groups claim of an app for an inventory, which omits a claim of the type
// NONE: nobody has to declare it.
func (o *Org) readClaim(ctx context.Context, r *Remote) error {
	var doc map[string]any
	err := o.Get(ctx, claimPath(r.ID()), &doc)
	if okta.LacksFeature(err) {
		return nil // the org has no groups claims
	}
	if err != nil {
		return err
	}
	c := claimOf(doc)
	block := r.Kind.Block(claimBlock)
	switch {
	case c.typ == kinds.ClaimNone:
		return nil
	case c.name == "" || c.value == "" || !slices.Contains(block.Attr("type").OneOf, c.typ),
		c.typ == kinds.ClaimFilter && !slices.Contains(block.Attr("filter_type").OneOf, c.filter):
		return &Inexpressible{fmt.Sprintf("the language has no claim of the type %q with the filter %q, the name %q and the value %q", c.typ, c.filter, c.name, c.value)}
	}
	r.claim = c
	return nil
}

// SetClaim sets the groups claim of an app. It does not change a claim that could not be read.
func (o *Org) SetClaim(ctx context.Context, now *Remote, want schema.Value) error {
	declared := declaredClaim(want)
	if declared == nil {
		return nil
	}
	same := now.claim != nil && *now.claim == *declared
	now.claim = declared
	if same || now.claimUnseen {
		return nil
	}
	issuer := schema.Text(want.GetAttr("issuer_mode"))
	return o.Do(ctx, okta.Repeatable(o.Request(http.MethodPost, claimPath(now.ID()), declared.body(issuer))))
}
