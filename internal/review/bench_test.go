package review_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/oktaform/oktaform/internal/review"
)

// manyApps is a configuration of n service apps that may manage users.
func manyApps(n int) string {
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
  admin_role "SUPER_ADMIN" {}
}
`, i, i)
	}
	return b.String()
}

// BenchmarkManyPrincipals reviews a change that brings 1,000 apps with rights.
func BenchmarkManyPrincipals(b *testing.B) {
	before, after := load(b, ""), load(b, manyApps(1000))
	for b.Loop() {
		r := review.Assess(review.Compare(before, after), review.Options{Now: time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)})
		if len(r.Principals) != 1000 {
			b.Fatalf("%d principals", len(r.Principals))
		}
	}
}
