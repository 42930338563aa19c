package generate

import (
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/oktaform/oktaform/schema"
)

// elsewhere is a redirect URI that no app has: RFC 2606 reserves the name.
const elsewhere = "https://elsewhere.invalid/callback"

// test proposes a smoke test of an app; "" if there is none. One that needs a private key is
// written as a comment, because the org has only public keys.
func (w *writer) test(t *target) string {
	value := t.object.Value
	if !t.kind.IsApp() || textOf(value, "status") != "ACTIVE" {
		return ""
	}
	p := &printer{}
	if t.kind.Machine {
		if len(scopesOf(value)) == 0 {
			return ""
		}
		p.open("smoke_test", t.addr.String()+" gets a token")
		p.attr("app", t.addr.String())
		p.attr("scopes", listOf(scopesOf(value)))
		p.close()
		return "# This test needs the private key of " + t.addr.String() + ": name its file with private_key_file in a\n# public_key block, and take the # away.\n# " +
			strings.ReplaceAll(strings.TrimSuffix(string(hclwrite.Format(p.Bytes())), "\n"), "\n", "\n# ") + "\n"
	}
	if !slices.Contains(textsOf(value, "grant_types"), "authorization_code") || len(textsOf(value, "redirect_uris")) == 0 {
		return ""
	}
	p.open("smoke_test", t.addr.String()+" sends nobody elsewhere")
	p.attr("app", t.addr.String())
	p.attr("scopes", `["openid"]`)
	p.attr("redirect_uri", quoted(elsewhere))
	p.attr("expect_error", `"invalid_request"`)
	p.attr("expect_message", `"redirect_uri"`)
	p.close()
	return p.String()
}

// scopesOf returns the scopes to request, as expressions.
func scopesOf(value schema.Value) (list []string) {
	for _, scope := range schema.RightsOf(value).Scopes {
		list = append(list, quoted(scope))
	}
	return list
}

func textsOf(v schema.Value, attr string) (texts []string) {
	if v.Has(attr) {
		for _, e := range schema.Elements(v.GetAttr(attr)) {
			texts = append(texts, schema.Text(e))
		}
	}
	return texts
}
