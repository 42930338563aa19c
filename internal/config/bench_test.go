package config_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/config"
)

// BenchmarkValidate loads and checks configurations with so many service apps,
// each with a group that it refers to. The exponent says how the time grows from
// 1,000 to 10,000: 1 is linear.
func BenchmarkValidate(b *testing.B) {
	took := map[int]float64{} // nanoseconds
	for _, n := range []int{1_000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			dir := b.TempDir()
			var text strings.Builder
			text.WriteString("org {\n  owner = \"bench\"\n}\nlocals {\n  scopes = [\"okta.users.read\"]\n}\n")
			for i := range n {
				fmt.Fprintf(&text, "group \"g%d\" {\n  name = \"Group %d\"\n}\nservice_app \"a%d\" {\n  label           = \"App %d\"\n  jwks_uri        = \"https://example.com/%d\"\n  okta_api_scopes = local.scopes\n  admin_role \"HELP_DESK_ADMIN\" {\n    target_groups = [group.g%d]\n  }\n}\n", i, i, i, i, i, i)
			}
			if err := os.WriteFile(filepath.Join(dir, "main.hcl"), []byte(text.String()), 0o600); err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				c, diags := config.Load(dir, config.Options{})
				if diags = append(diags, c.Validate()...); diags.HasErrors() {
					b.Fatal(diags)
				}
				_ = c.Close()
			}
			took[n] = float64(b.Elapsed()) / float64(b.N)
			if took[n/10] > 0 {
				b.ReportMetric(math.Log10(took[n]/took[n/10]), "exponent")
			}
		})
	}
}
