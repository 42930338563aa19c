package kinds

import (
	"fmt"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

// GroupsClaimBlock says which groups of a person an app learns of.
const GroupsClaimBlock = "groups_claim"

// Types of a groups claim.
const (
	ClaimFilter     = "FILTER"
	ClaimExpression = "EXPRESSION"
	ClaimNone       = "NONE"
)

// groupsClaim is the claim of ID tokens with a person's groups
// (/api/v1/internal/apps/{appId}/settings/oauth/idToken).
func groupsClaim() schema.Block {
	return schema.Block{
		Type: GroupsClaimBlock, Unmanaged: true,
		Doc: "The claim of the app's ID tokens that contains groups of the person who signs in. At most one block. Omitted: not managed and not read. Okta reads and writes it only with an API token.",
		Attrs: []schema.Attr{
			{Name: "type", Type: cty.String, Default: cty.StringVal(ClaimFilter), OneOf: []string{ClaimFilter, ClaimExpression, ClaimNone},
				Doc: "FILTER: the names of the person's groups that match value. EXPRESSION: the result of the expression in value. NONE: no such claim; an existing one is removed."},
			{Name: "filter_type", Type: cty.String, OneOf: []string{"EQUALS", "STARTS_WITH", "CONTAINS", "REGEX"},
				Doc: "With FILTER: how value is compared with the name of a group."},
			{Name: "name", Type: cty.String, Doc: "The name of the claim, for example groups."},
			{Name: "value", Type: cty.String, Doc: "The text with which the names of groups are compared, or the expression, in Okta's expression language."},
		},
	}
}

// groupsClaim applies the rules for groups_claim blocks.
func (c *appChecker) groupsClaim() {
	if c.kind.Block(GroupsClaimBlock) == nil {
		return
	}
	for i, block := range schema.Elements(c.given(GroupsClaimBlock)) {
		add := func(attr, summary, format string, args ...any) {
			c.problems = append(c.problems, schema.Problem{Block: GroupsClaimBlock, Index: i, Attr: attr, Summary: summary, Detail: fmt.Sprintf(format, args...)})
		}
		if i > 0 {
			add("", "Second groups claim", "An app can have only one groups claim: keep one %s block.", GroupsClaimBlock)
			continue
		}
		if !block.GetAttr("type").IsKnown() {
			continue
		}
		typ := schema.Text(block.GetAttr("type"))
		if typ == "" {
			typ = ClaimFilter
		}
		for _, attr := range []string{"name", "value", "filter_type"} {
			given := block.GetAttr(attr)
			takes := typ == ClaimFilter || typ == ClaimExpression && attr != "filter_type"
			switch {
			case given.IsNull() && takes:
				add("", "Missing "+attr, "A groups claim of the type %s needs %s.", typ, attr)
			case !given.IsNull() && !takes:
				add(attr, "Unsuitable "+attr, "A groups claim of the type %s has no %s: remove it.", typ, attr)
			case given.IsKnown() && takes && schema.Text(given) == "":
				add(attr, "Missing "+attr, "%s must not be empty.", attr)
			}
		}
	}
}
