package plan_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

const keptConfig = `org { owner = "team" }
user "ada" {
  login      = "ada@example.com"
  first_name = "Ada"
  last_name  = "Lovelace"
  email      = "ada@example.com"
}
group "staff" {
  name    = "Staff"
  members = [user.ada]
  admin_role "USER_ADMIN" {}
}
service_app "bot" {
  label           = "Bot"
  okta_api_scopes = ["okta.users.read"]
  admin_role "READ_ONLY_ADMIN" {}
  public_key "a" {
    jwk = jsonencode({ kty = "RSA", kid = "a", e = "AQAB", n = "MODULUS" })
  }
}
web_app "portal" {
  label           = "Portal"
  redirect_uris   = ["https://example.com/callback"]
  assigned_groups = [group.staff]
}
custom_role "helper" {
  label       = "Helper"
  description = "helps"
  permissions = ["okta.users.read"]
}
`

// keptFile is a configuration, what has to be known for it, and a snapshot of an
// org that is as it declares.
func keptFile(tb testing.TB) (*config.Config, schema.Query, []byte) {
	c := load(tb, strings.ReplaceAll(keptConfig, "MODULUS", base64.RawURLEncoding.EncodeToString(bytes.Repeat([]byte{0xc5}, 256))))
	declared, diags := c.Evaluate(nil).All()
	if diags.HasErrors() {
		tb.Fatal(diags)
	}
	options := plan.Options{Owner: "team"}
	q := plan.Query(declared, schema.Identity{}, options)
	s := &schema.Snapshot{OrgID: "00o1", URL: "https://example.okta.com", Objects: held(tb, "team.hcl", c)}
	s.Data = map[string]*schema.Object{"data.group.everyone": &s.Objects[0]}
	s.Admins = &schema.Admins{Objects: s.Objects[:1]}
	data, err := plan.EncodeSnapshot(q, nil, s, "v1", time.Unix(0, 0))
	if err != nil {
		tb.Fatal(err)
	}
	kept, err := plan.ParseSnapshot(data, "v1")
	if err != nil {
		tb.Fatal(err)
	}
	if p, diags := plan.Make(c, kept.Snapshot, options); diags.HasErrors() || !p.Empty() {
		tb.Fatal("the plan isn't empty", short(p, diags))
	}
	return c, q, data
}

// FuzzKept reads whatever a snapshot's file may hold, and plans with it: either
// works or is refused, and nothing panics.
func FuzzKept(f *testing.F) {
	c, q, data := keptFile(f)
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		kept, err := plan.ParseSnapshot(data, "v1")
		if err != nil {
			return
		}
		if err := kept.Fits(q); err == nil {
			_ = kept.Notes(q)
		}
		_, _ = plan.Make(c, kept.Snapshot, plan.Options{Owner: "team"})
	})
}

// TestKeptDamaged replaces every value of a snapshot's file by others: whatever
// comes of it, nothing panics.
func TestKeptDamaged(t *testing.T) {
	c, q, data := keptFile(t)
	var file any
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	refused, planned := 0, 0
	try := func() {
		damaged, err := json.Marshal(file)
		if err != nil {
			t.Fatal(err)
		}
		kept, err := plan.ParseSnapshot(damaged, "v1")
		if err != nil {
			refused++
			return
		}
		_ = kept.Notes(q)
		_, _ = plan.Make(c, kept.Snapshot, plan.Options{Owner: "team"})
		planned++
	}
	var visit func(at any)
	visit = func(at any) {
		switch at := at.(type) {
		case map[string]any:
			for key, was := range at {
				for _, other := range []any{nil, "x", 1e300, []any{nil}} {
					at[key] = other
					try()
				}
				delete(at, key)
				try()
				at[key] = was
				visit(was)
			}
		case []any:
			for i, was := range at {
				at[i] = nil
				try()
				at[i] = was
				visit(was)
			}
		}
	}
	visit(file)
	if refused == 0 || planned == 0 {
		t.Errorf("%d refused, %d planned", refused, planned)
	}
}
