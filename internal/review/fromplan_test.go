package review_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/internal/review/versions"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// onlyPlans are the rules about what a plan knows of the org.
var onlyPlans = []string{"G11", "G27"}

// TestPlanned: a plan shows what the org had that no configuration may have, and
// how the org was read.
func TestPlanned(t *testing.T) {
	c := configure(t, `service_app "bot" {
  label = "Bot"
  public_key "bot-1" {
    jwk = { kty = "EC", crv = "P-256", x = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", y = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" }
  }
}`, config.Options{})
	p, diags := plan.Make(c, &schema.Snapshot{OrgID: "00o1"}, plan.Options{Owner: "team/iam"})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	findings := func(credential, jwk string) (rules []string) {
		p.Credential = credential
		app := &p.Changes[0]
		key := app.After.GetAttr("public_key").AsValueSlice()[0].AsValueMap()
		key["public_jwk"] = cty.StringVal(jwk)
		app.After = app.After.With(schema.Values{"public_key": cty.ListVal([]cty.Value{cty.ObjectVal(key)})})
		r := review.Assess(versions.FromPlan(p), review.Options{})
		for _, f := range r.Findings {
			if slices.Contains(onlyPlans, f.Rule) {
				rules = append(rules, f.Rule+" "+f.Severity.String()+" "+f.Message)
			}
		}
		return rules
	}
	const good = `{"kty":"EC","crv":"P-384"}`
	for _, test := range []struct{ credential, jwk, want string }{
		{"", good, ""},
		{"PrivateKey", good, ""},
		{"SSWS", good, "G27 medium the plan was made with an API token (SSWS)"},
		{"", `{"kty":"EC","crv":"secp256k1"}`, "G11 high bot-1 is on the curve secp256k1"},
		{"", `{"kty":"RSA","n":"AQAB"}`, "G11 high bot-1 is an RSA key of 17 bits"},
		{"", `{"kty":"oct"}`, "G11 high bot-1 is a symmetric key"},
	} {
		if got := strings.Join(findings(test.credential, test.jwk), "; "); got != test.want {
			t.Errorf("%q %s: %q, want %q", test.credential, test.jwk, got, test.want)
		}
	}
}

// TestNothingToCompareWith: nothing approves a change that hides what it removes.
func TestNothingToCompareWith(t *testing.T) {
	in := versions.Single(load(t, ""))
	in.Incomparable = "main.hcl:1: Unsupported argument"
	r := review.Assess(in, review.Options{PolicyApproved: true})
	const want = "P16 critical the version to compare with isn't valid: main.hcl:1: Unsupported argument"
	if len(r.Findings) != 1 || r.Findings[0].Rule+" "+r.Findings[0].Severity.String()+" "+r.Findings[0].Message != want || r.Risk() != severity.Critical {
		t.Errorf("%+v, risk %s; want %s", r.Findings, r.Risk(), want)
	}
}

// TestConvertedFiles: nothing approves a file that is another one when it is checked out.
func TestConvertedFiles(t *testing.T) {
	in := versions.Compare(load(t, ""), load(t, ""))
	in.Converted = []string{"okta/role.txt"}
	r := review.Assess(in, review.Options{PolicyApproved: true})
	const want = "P17 critical okta/role.txt differs from the commit: git converts it when it is checked out (.gitattributes)"
	if len(r.Findings) != 1 || r.Findings[0].Rule+" "+r.Findings[0].Severity.String()+" "+r.Findings[0].Message != want || r.Risk() != severity.Critical {
		t.Errorf("%+v, risk %s; want %s", r.Findings, r.Risk(), want)
	}
}

func TestOtherFolder(t *testing.T) {
	for _, test := range []struct{ was, is, want string }{
		{"okta", "wide", "P15 high the configuration's path leads to the folder wide by a link, and led to okta before"},
		{"okta", "okta", ""},
		{"", "okta", ""},
	} {
		v := load(t, "")
		in := versions.Compare(v, v)
		in.Was.Folder, in.Is.Folder = test.was, test.is
		got := ""
		for _, f := range review.Assess(in, review.Options{}).Findings {
			got += f.Rule + " " + f.Severity.String() + " " + f.Message
		}
		if got != test.want {
			t.Errorf("%q and %q: %q, want %q", test.was, test.is, got, test.want)
		}
	}
}
