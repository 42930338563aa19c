package accessview

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/review/versions"
	"github.com/oktaform/oktaform/internal/view"
)

// reviewOfFiles reviews two versions of a configuration.
func reviewOfFiles(t *testing.T, before, after string) *ReviewDocument {
	t.Helper()
	version := func(text string) versions.Version {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "main.hcl"), []byte("org {\n  owner = \"team/iam\"\n}\n"+text), 0o600); err != nil {
			t.Fatal(err)
		}
		c, diags := config.Load(dir, config.Options{Incomplete: true, Elsewhere: true})
		t.Cleanup(func() { _ = c.Close() })
		if diags = append(diags, c.Validate()...); diags.HasErrors() {
			t.Fatal(diags)
		}
		return versions.Of(c)
	}
	r := review.Assess(versions.Compare(version(before), version(after)), review.Options{Now: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC), Limit: review.DefaultLimit})
	return NewReview(r, "access", "main")
}

// TestSuperAdminInGraph: a service app that becomes a super admin has a card and a line in the
// graph, whatever else of it changes or doesn't. A change of each sort of an app that is a super
// admin already gives a card, but not this line again.
func TestSuperAdminInGraph(t *testing.T) {
	app := func(body string) string {
		return "service_app \"bot\" {\n  label = \"Bot\"\n  " + body + "\n}\n"
	}
	const (
		key   = "\n  public_key \"bot-1\" {\n    private_key_file = \"keys/bot-1.pem\"\n    generate = true\n  }"
		other = "\n  public_key \"bot-2\" {\n    private_key_file = \"keys/bot-2.pem\"\n    generate = true\n  }"
		scope = "\n  okta_api_scopes = [\"okta.users.read\"]"
		role  = "\n  admin_role \"SUPER_ADMIN\" {}"
	)
	base := key + scope
	for name, body := range map[string]string{
		"role alone": base,
		"no scope":   key,
		"scope":      key + "\n  okta_api_scopes = [\"okta.users.manage\", \"okta.apps.manage\"]",
		"key":        base + other,
		"other key":  other + scope,
		"role":       base + "\n  admin_role \"READ_ONLY_ADMIN\" {}",
		"DPoP":       base + "\n  dpop_bound_access_tokens = true",
		"status":     base + "\n  status = \"INACTIVE\"",
		"smoke test": base + "\n}\nsmoke_test \"bot\" {\n  app = service_app.bot\n  generate = \"least-privilege\"",
	} {
		with := strings.Replace(app(body), "label = \"Bot\"", "label = \"Bot\""+role, 1)
		t.Run(name, func(t *testing.T) {
			for from, before := range map[string]string{"new": "", "existing": app(base)} {
				d := reviewOfFiles(t, before, with)
				becomes := name != "status" // an app that is switched off is nobody
				if got := strings.Contains(ReviewMarkdown(d, view.MarkdownLimit), "==>|\"becomes\"| super(\"super admin\")\n"); got != becomes {
					t.Errorf("%s: a line to super admin in the comment: %v", from, got)
				}
				data := pageData(d)
				if len(data.Principals) != 1 || data.Principals[0].Super != becomes || !data.Principals[0].Changed || becomes && !strings.Contains(d.Verdict, "becomes a super admin") {
					t.Errorf("%s: %s %+v", from, d.Verdict, data.Principals)
				}
			}
			if name == "role alone" {
				return
			}
			d := reviewOfFiles(t, app(role+base), with)
			if len(d.changed()) != 1 || d.changed()[0].SuperAdmin || strings.Contains(ReviewMarkdown(d, view.MarkdownLimit), "\"becomes\"") {
				t.Errorf("of a super admin: %s %+v", d.Verdict, d.changed())
			}
		})
	}
}
