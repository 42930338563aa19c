package review_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/review/versions"
	"github.com/oktaform/oktaform/internal/view/accessview"
)

// manyApps is a configuration of n service apps that may manage users.
func manyApps(n int, role string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `
service_app "bot%d" {
  label           = "Bot %d"
  okta_api_scopes = ["okta.users.manage", "okta.apps.manage", "okta.groups.manage"]
  public_key "k" {
    private_key_file = "keys/bot.pem"
    generate         = true
  }
  admin_role %q {}
}
`, i, i, role)
	}
	return b.String()
}

// BenchmarkManyPrincipals reviews, from parsed configurations, a change of 1,000 principals, and
// renders the page.
func BenchmarkManyPrincipals(b *testing.B) {
	none, reading, super := load(b, ""), load(b, manyApps(1000, "READ_ONLY_ADMIN")), load(b, manyApps(1000, "SUPER_ADMIN"))
	assess := func(b *testing.B, before versions.Version) *review.Review {
		r := review.Assess(versions.Compare(before, super), options)
		if len(r.Principals) != 1000 {
			b.Fatalf("%d principals", len(r.Principals))
		}
		return r
	}
	render := func(b *testing.B, r *review.Review) {
		if _, err := accessview.ReviewHTML(accessview.NewReview(r, "team", "main")); err != nil {
			b.Fatal(err)
		}
	}
	for _, change := range []struct {
		name   string
		before versions.Version
	}{{"new", none}, {"changed", reading}} {
		b.Run(change.name+"/review", func(b *testing.B) {
			for b.Loop() {
				assess(b, change.before)
			}
		})
		b.Run(change.name+"/page", func(b *testing.B) {
			r := assess(b, change.before)
			for b.Loop() {
				render(b, r)
			}
		})
	}
}
