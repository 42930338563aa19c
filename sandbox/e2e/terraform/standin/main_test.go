package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// TestTypesAreWellFormed: a type with a wrong flag or type would break every run of Terraform.
func TestTypesAreWellFormed(t *testing.T) {
	for _, list := range []map[string]resourceType{types, sources} {
		for name, typ := range list {
			for attr, described := range typ {
				words := strings.Fields(described)
				switch {
				case len(words) < 2 || strings.Trim(words[0], "rocs") != "":
					t.Errorf("%s.%s is described as %q", name, attr, described)
				case words[1] != "block" && wireTypes[words[1]] == nil:
					t.Errorf("%s.%s has the unknown type %q", name, attr, words[1])
				case strings.Contains(words[0], "r") == strings.ContainsAny(words[0], "oc"):
					t.Errorf("%s.%s must be either required, or optional or computed", name, attr)
				}
			}
			if _, ok := typ["id"]; !ok {
				t.Errorf("%s has no id", name)
			}
		}
	}
}

// TestLifeOfAnObject creates, reads, updates and deletes a group as Terraform does: the id is
// unknown in the plan and comes from the file with the ids, and what Terraform changes is logged.
func TestLifeOfAnObject(t *testing.T) {
	log := filepath.Join(t.TempDir(), "changes.log")
	t.Setenv("STANDIN_LOG", log)
	p := &provider{ids: map[string]map[string]any{"okta_group Staff": {"id": "00g1"}}}
	wire := types["okta_group"].schema().ValueType()
	group := func(attrs map[string]string) tftypes.Value {
		values := map[string]tftypes.Value{}
		for name := range types["okta_group"] {
			values[name] = tftypes.NewValue(tftypes.String, nil)
			if text, ok := attrs[name]; ok {
				values[name] = tftypes.NewValue(tftypes.String, text)
			}
		}
		return tftypes.NewValue(wire, values)
	}
	none := tftypes.NewValue(wire, nil)

	planned := p.plan(t, none, group(map[string]string{"name": "Staff"}))
	if attrs := attributes(t, planned); attrs["id"].IsKnown() || textOf(attrs["name"]) != "Staff" {
		t.Errorf("planned %v", planned)
	}
	created := p.apply(t, none, planned)
	if attrs := attributes(t, created); textOf(attrs["id"]) != "00g1" || !created.IsFullyKnown() {
		t.Errorf("created %v", created)
	}
	if text, err := os.ReadFile(log); err == nil {
		t.Errorf("creating is logged: %s", text)
	}

	changed := group(map[string]string{"id": "00g1", "name": "Staff", "description": "everybody"})
	if updated := p.apply(t, created, p.plan(t, created, changed)); textOf(attributes(t, updated)["description"]) != "everybody" {
		t.Errorf("updated %v", updated)
	}
	if gone := p.apply(t, changed, p.plan(t, changed, none)); !gone.IsNull() {
		t.Errorf("deleted %v", gone)
	}
	if text, _ := os.ReadFile(log); string(text) != "update okta_group\ndelete okta_group\n" {
		t.Errorf("logged %q", text)
	}
}

// TestKeys: objects without a name are distinguished by what they connect.
func TestKeys(t *testing.T) {
	for typ, want := range map[string]string{"okta_group": "Staff", "okta_app_oauth_role_assignment": "0oa1/HELP_DESK_ADMIN"} {
		values := map[string]tftypes.Value{}
		for name, text := range map[string]string{"name": "Staff", "client_id": "0oa1", "type": "HELP_DESK_ADMIN"} {
			values[name] = tftypes.NewValue(tftypes.String, text)
		}
		if key := types[typ].key(values); key != want {
			t.Errorf("%s: the key is %q, not %q", typ, key, want)
		}
	}
}

// plan is a plan of a group.
func (p *provider) plan(t *testing.T, prior, proposed tftypes.Value) tftypes.Value {
	t.Helper()
	response, err := p.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: "okta_group", PriorState: encoded(t, prior), ProposedNewState: encoded(t, proposed)})
	if err != nil {
		t.Fatal(err)
	}
	return decoded(t, response.PlannedState)
}

// apply carries out a plan of a group.
func (p *provider) apply(t *testing.T, prior, planned tftypes.Value) tftypes.Value {
	t.Helper()
	response, err := p.ApplyResourceChange(t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: "okta_group", PriorState: encoded(t, prior), PlannedState: encoded(t, planned)})
	if err != nil {
		t.Fatal(err)
	}
	return decoded(t, response.NewState)
}

func encoded(t *testing.T, v tftypes.Value) *tfprotov6.DynamicValue {
	t.Helper()
	value, err := tfprotov6.NewDynamicValue(v.Type(), v)
	if err != nil {
		t.Fatal(err)
	}
	return &value
}

func decoded(t *testing.T, v *tfprotov6.DynamicValue) tftypes.Value {
	t.Helper()
	value, err := v.Unmarshal(types["okta_group"].schema().ValueType())
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func attributes(t *testing.T, v tftypes.Value) (attrs map[string]tftypes.Value) {
	t.Helper()
	if err := v.As(&attrs); err != nil {
		t.Fatal(err)
	}
	return attrs
}
