package plan_test

import (
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

func TestScopesOverlapWhereAsManyAreGained(t *testing.T) {
	kind := kinds.Named("web_app")
	app := func(scopes string) schema.Value {
		var list []cty.Value
		for scope := range strings.FieldsSeq(scopes) {
			list = append(list, cty.StringVal(scope))
		}
		value := cty.ListValEmpty(cty.String)
		if list != nil {
			value = cty.ListVal(list)
		}
		return kind.New(schema.Values{"okta_api_scopes": value, "public_key": cty.ListValEmpty(kind.Block("public_key").ValueType())})
	}
	for _, row := range []struct{ before, after, stays string }{
		{"a", "b", `okta_api_scopes "a"`},
		{"a", "b c", `okta_api_scopes "a"`},
		{"a b", "c d", `okta_api_scopes "a", okta_api_scopes "b"`},
		{"a b", "b c", `okta_api_scopes "a"`},
		{"a b", "c", ""}, // one of them was perhaps never declared
		{"a b", "a", ""},
		{"a", "a b", ""},
		{"", "a", ""},
		{"a", "", ""},
	} {
		c := plan.Change{Overlap: plan.Overlap(kind, app(row.before), app(row.after))}
		if got := strings.Join(c.Stays(), ", "); got != row.stays {
			t.Errorf("from %q to %q: %s stay, want %s", row.before, row.after, got, row.stays)
		}
	}
}
