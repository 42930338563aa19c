package terraform

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The state and the JSON of examples/from-terraform were written by Terraform 1.11:
// sandbox/e2e/terraform says how.

// TestRecordedForms: a state file, and what terraform show -json prints of the same state and of
// a plan, mean the same objects and secrets.
func TestRecordedForms(t *testing.T) {
	var want string
	for _, name := range []string{"terraform.tfstate", "show.json", "plan.json"} {
		state := parse(t, read(t, name))
		got := describe(state)
		if name == "plan.json" {
			pending := `note: The plan would update okta_user.grace, which Terraform has not applied yet: the import reads the org as it is now. Apply the plan first, or make the change in the new configuration.
`
			if !strings.Contains(got, pending) {
				t.Errorf("%s: no note on what the plan would change:\n%s", name, got)
			}
			got = strings.Replace(strings.Replace(got, pending, "", 1), "secret: var.first_password value\n", "", 1)
		}
		if want == "" {
			want = got
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	for _, line := range []string{
		"group team_infra_this 00ginfra000000000001: module.team[\"infra\"].okta_group.this\n",
		"web_app portal 0oaportal00000000001: okta_app_oauth.portal okta_app_group_assignments.portal okta_app_oauth_api_scope.portal okta_app_oauth_post_logout_redirect_uri.portal okta_app_oauth_redirect_uri.local\n",
		"group auditors 00gauditors000000001: okta_group.auditors okta_admin_role_custom_assignments.readers\n",
		"group team_blue 00gblue0000000000001: okta_group.team[\"blue\"]\n",
		"admin lin 00uelsewhere00000001: okta_user_admin_roles.lin\n",
		"left: okta_policy_signon.strict: oktaform can't declare resources of this type\n",
		"secret: okta_app_oauth.portal client_secret\n",
		"secret: okta_user.grace password\n",
		"secret: output.portal_secret value\n",
		" okta_group.shard okta_group.staff okta_group.team okta_group_memberships.staff ",
		"removed: module.team.okta_group.this",
	} {
		if !strings.Contains(want, line) {
			t.Errorf("no line %q in\n%s", line, want)
		}
	}
	if strings.Contains(want, "made-up") {
		t.Error("a secret is shown")
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "examples", "from-terraform", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func parse(t *testing.T, data []byte) *State {
	t.Helper()
	state, err := ParseState(data)
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// describe writes what is known of a state, without any value.
func describe(s *State) string {
	var b strings.Builder
	m := s.Map()
	for _, o := range m.Objects {
		var addresses []string
		for _, r := range o.Resources {
			addresses = append(addresses, r.Address.String())
		}
		fmt.Fprintf(&b, "%s %s %s: %s\n", o.Kind.Name, o.Name, o.ID, strings.Join(addresses, " "))
	}
	for _, l := range m.Left {
		fmt.Fprintf(&b, "left: %s: %s\n", l.Address, l.Reason)
	}
	for _, note := range slices.Concat(m.Notes, s.Dependents(m.Objects)) {
		fmt.Fprintf(&b, "note: %s\n", note)
	}
	for _, secret := range s.Secrets {
		fmt.Fprintf(&b, "secret: %s %s\n", secret.Address, secret.Attr)
	}
	release := s.Release(m.Objects, nil)
	var removed []string
	for line := range strings.Lines(string(release.Removed)) {
		if address, ok := strings.CutPrefix(strings.TrimSpace(line), "from = "); ok {
			removed = append(removed, address)
		}
	}
	fmt.Fprintf(&b, "removed: %s\n", strings.Join(removed, " "))
	for _, address := range release.Instances {
		fmt.Fprintf(&b, "state rm: %s\n", address)
	}
	return b.String()
}

// TestRefusedInputs: what is no state that can be read is refused with its name and what to do.
func TestRefusedInputs(t *testing.T) {
	for name, c := range map[string]struct{ input, want string }{
		"empty":        {"", "it is empty"},
		"no JSON":      {"resource \"okta_group\" \"x\" {}", "it is not a JSON object"},
		"cut off":      {`{"version": 4, "resources": [`, "it is not JSON"},
		"list":         {`[1]`, "it is not a JSON object"},
		"version 3":    {`{"version": 3, "terraform_version": "0.11.14", "modules": []}`, "it is a state of version 3"},
		"version 5":    {`{"version": 5, "resources": []}`, "it is a state of version 5"},
		"remote":       {`{"version": 3, "terraform_version": "1.11.4", "backend": {"type": "s3", "config": {"secret_key": "x"}, "hash": 1}}`, `it names the backend of the state ("s3") and does not contain the state: run terraform state pull`},
		"encrypted":    {`{"serial": 1, "lineage": "x", "meta": {}, "encrypted_data": "AAAA", "encryption_version": "v0"}`, "it is encrypted"},
		"binary plan":  {"PK\x03\x04....", "terraform show -json FILE"},
		"run log":      {`{"@level":"info","@message":"Terraform 1.11.4"}`, "it is the log of a run"},
		"schemas":      {`{"format_version":"1.0","provider_schemas":{}}`, "it describes providers"},
		"other object": {`{"hello": "world"}`, "it is neither a Terraform state nor"},
		"new format":   {`{"format_version": "2.0", "values": {}}`, "unsupported state format version"},
		"deep":         {`{"version": 4, "x": ` + strings.Repeat("[", 100_000), "nested more than"},
		"bad address":  {`{"format_version": "1.0", "values": {"root_module": {"resources": [{"address": "a b c", "type": "x", "name": "y"}]}}}`, "is not a Terraform address"},
		"code as name": {`{"version": 4, "resources": [{"mode": "managed", "type": "okta_group", "name": "x\n}\nresource \"terraform_data\" \"y\" {\n}\nremoved {\n  from = okta_group.z", "instances": [{}]}]}`, "is none of Terraform's"},
		"code as type": {`{"version": 4, "resources": [{"mode": "managed", "type": "okta_group.x\n}\n#", "name": "x", "instances": [{}]}]}`, "is none of Terraform's"},
		"turned name":  {`{"version": 4, "resources": [{"mode": "managed", "type": "okta_group", "name": "a\u202eb", "instances": [{}]}]}`, "is none of Terraform's"},
		"bad module":   {`{"version": 4, "resources": [{"module": "module.", "type": "okta_group", "name": "x", "instances": [{}]}]}`, "is not a Terraform address"},
		"bad key":      {`{"version": 4, "resources": [{"type": "okta_group", "name": "x", "instances": [{"index_key": {"a": 1}}]}]}`, "is no key of an instance"},
		"new plan":     {`{"format_version": "1.2", "planned_values": {}, "resource_changes": [{"address": "okta_group.x", "mode": "managed", "type": "okta_group", "name": "x", "change": {"actions": ["create"]}}]}`, "only existing objects can be imported"},
		"wrong types":  {`{"version": 4, "resources": {"a": 1}}`, "it is not a Terraform state"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ParseState([]byte(c.input))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), "secret_key") {
				t.Errorf("the error shows the backend's settings: %v", err)
			}
		})
	}
}

// TestMapping: what becomes of each sort of instance.
func TestMapping(t *testing.T) {
	const group = `{"type": "okta_group", "name": "staff", "mode": "managed", "instances": [{"attributes": {"id": "00gstaff", "name": "Staff"}}]}`
	const user = `{"type": "okta_user", "name": "ada", "mode": "managed", "instances": [{"attributes": {"id": "00uada", "login": "ada@example.com"}}]}`
	app := func(attributes string) string {
		return `{"type": "okta_app_oauth", "name": "app", "mode": "managed", "instances": [{"attributes": {"id": "0oaapp", ` + attributes + `}}]}`
	}
	part := func(typ, attributes string) string {
		return `{"type": "` + typ + `", "name": "part", "mode": "managed", "instances": [{"attributes": {"id": "x", ` + attributes + `}}]}`
	}
	for name, c := range map[string]struct{ resources, want string }{
		"empty": {"", "removed: \n"},
		"keys of instances": {`{"type": "okta_group", "name": "team", "mode": "managed", "module": "module.a[\"x.y\"].module.b[0]", "instances": [
			{"index_key": "a\"b]", "attributes": {"id": "00g1"}}, {"index_key": "${x}", "attributes": {"id": "00g2"}}, {"index_key": 7, "attributes": {"id": "00g3"}}, {"index_key": "ä ö", "attributes": {"id": "00g4"}}]}`,
			`group a_x_y_b_0_team_x 00g2: module.a["x.y"].module.b[0].okta_group.team["$${x}"]
group a_x_y_b_0_team_a_b 00g1: module.a["x.y"].module.b[0].okta_group.team["a\"b]"]
group a_x_y_b_0_team_ä_ö 00g4: module.a["x.y"].module.b[0].okta_group.team["ä ö"]
group a_x_y_b_0_team_7 00g3: module.a["x.y"].module.b[0].okta_group.team[7]
removed: module.a.module.b.okta_group.team
`},
		"same name": {`{"type": "okta_group", "name": "a_b", "mode": "managed", "instances": [{"attributes": {"id": "00g1"}}]},
			{"type": "okta_group", "name": "a", "mode": "managed", "instances": [{"index_key": "b", "attributes": {"id": "00g2"}}]}`,
			"group a_b 00g2: okta_group.a[\"b\"]\ngroup a_b_2 00g1: okta_group.a_b\nremoved: okta_group.a okta_group.a_b\n"},
		"deposed": {`{"type": "okta_group", "name": "staff", "mode": "managed", "instances": [{"attributes": {"id": "00gstaff"}}, {"deposed": "1a2b3c4d", "attributes": {"id": "00gold"}}]}`,
			"group staff 00gstaff: okta_group.staff\nleft: okta_group.staff: deposed: Terraform has replaced the object (00gold) and will delete it in its next apply; if Terraform forgets it first, nobody deletes it\nremoved: okta_group.staff\n"},
		"tainted": {`{"type": "okta_group", "name": "staff", "mode": "managed", "instances": [{"status": "tainted", "attributes": {"id": "00gstaff"}}]}`,
			"group staff 00gstaff: okta_group.staff\nnote: okta_group.staff is tainted: Terraform would replace it in its next apply. The import keeps it as it is.\nremoved: okta_group.staff\n"},
		"other providers": {`{"type": "random_password", "name": "p", "mode": "managed", "instances": [{"attributes": {"id": "none", "result": "made-up", "length": 16}}]},
			{"type": "tls_private_key", "name": "k", "mode": "managed", "instances": [{"attributes": {"private_key_pem": "made-up", "public_key_pem": "x"}}]},
			{"type": "null_resource", "name": "n", "mode": "managed", "instances": [{"attributes": {"triggers": {"apiToken": "made-up"}}, "sensitive_attributes": []}]}`,
			"secret: null_resource.n triggers.apiToken\nsecret: random_password.p result\nsecret: tls_private_key.k private_key_pem\nremoved: \n"},
		"data sources": {`{"type": "okta_app_oauth", "name": "app", "mode": "data", "instances": [{"attributes": {"id": "0oaapp", "client_secret": "made-up"}}]}`,
			"secret: data.okta_app_oauth.app client_secret\nremoved: \n"},
		"same object twice": {group + `, {"type": "okta_group", "name": "people", "mode": "managed", "instances": [{"attributes": {"id": "00gstaff"}}]}`,
			"group people 00gstaff: okta_group.people okta_group.staff\nnote: okta_group.people and okta_group.staff declare the same object (00gstaff): it is imported once.\nremoved: okta_group.people okta_group.staff\n"},
		"parts of an app": {app(`"type": "web", "client_id": "client-1"`) + "," + part("okta_app_oauth_redirect_uri", `"app_id": "0oaapp", "uri": "https://x"`),
			"web_app app 0oaapp: okta_app_oauth.app okta_app_oauth_redirect_uri.part\nremoved: okta_app_oauth.app okta_app_oauth_redirect_uri.part\n"},
		"role of an app by its client id": {app(`"type": "service", "client_id": "client-1"`) + "," + part("okta_app_oauth_role_assignment", `"client_id": "client-1", "type": "READ_ONLY_ADMIN"`),
			"service_app app 0oaapp: okta_app_oauth.app okta_app_oauth_role_assignment.part\nremoved: okta_app_oauth.app okta_app_oauth_role_assignment.part\n"},
		"scope of an app elsewhere": {part("okta_app_oauth_api_scope", `"app_id": "0oaother", "scopes": ["okta.users.read"]`),
			"left: okta_app_oauth_api_scope.part: it is a part of 0oaother, which this state does not declare\nremoved: \n"},
		"app of another type": {app(`"type": "saml"`), "left: okta_app_oauth.app: its type is saml, which oktaform can't declare\nremoved: \n"},
		"members who aren't declared": {group + "," + part("okta_group_memberships", `"group_id": "00gstaff", "users": ["00unobody"]`),
			"group staff 00gstaff: okta_group.staff okta_group_memberships.part\nremoved: okta_group.staff okta_group_memberships.part\n"},
		"roles of somebody declared": {user + "," + part("okta_admin_role_targets", `"user_id": "00uada", "role_type": "APP_ADMIN", "apps": ["facebook"]`),
			"user ada 00uada: okta_user.ada okta_admin_role_targets.part\nremoved: okta_admin_role_targets.part okta_user.ada\n"},
		"roles of somebody else": {part("okta_admin_role_targets", `"user_id": "00uada", "role_type": "APP_ADMIN"`),
			"admin part 00uada: okta_admin_role_targets.part\nremoved: okta_admin_role_targets.part\n"},
		"custom roles of several": {group + "," + part("okta_admin_role_custom_assignments", `"members": ["https://x.okta.com/api/v1/groups/00gstaff", "https://x.okta.com/api/v1/users/00uada"]`),
			"group staff 00gstaff: okta_group.staff okta_admin_role_custom_assignments.part\nadmin part 00uada: okta_admin_role_custom_assignments.part\nremoved: okta_admin_role_custom_assignments.part okta_group.staff\n"},
		"an instance that stays": {`{"type": "okta_app_oauth", "name": "app", "mode": "managed", "instances": [{"index_key": 0, "attributes": {"id": "0oaone", "type": "web"}}, {"index_key": 1, "attributes": {"id": "0oatwo", "type": "odd"}}]}`,
			"web_app app_0 0oaone: okta_app_oauth.app[0]\nleft: okta_app_oauth.app[1]: its type is odd, which oktaform can't declare\nremoved: \nstate rm: okta_app_oauth.app[0]\n"},
		"no id":               {`{"type": "okta_group", "name": "staff", "mode": "managed", "instances": [{"attributes": {"id": null}}, {"attributes": null}]}`, "left: okta_group.staff: it has no id: Terraform has not created it yet\nleft: okta_group.staff: it has no id: Terraform has not created it yet\nremoved: \n"},
		"an id that's a path": {`{"type": "okta_group", "name": "staff", "mode": "managed", "instances": [{"attributes": {"id": "../users/00uada"}}]}`, "left: okta_group.staff: it has no id: Terraform has not created it yet\nremoved: \n"},
		"secrets in texts": {part("okta_policy_signon", `"config": "{\"clientSecret\":\"made-up\",\"client_id\":\"x\"}", "key": "-----BEGIN PRIVATE KEY-----\nmade-up"`) + `,
			{"type": "okta_user", "name": "bo", "mode": "managed", "instances": [{"attributes": {"id": "00ubo", "login": "bo", "password": "", "password_hash": [{"algorithm": "BCRYPT", "value": "made-up", "salt": "made-up"}], "recovery_answer": "made-up", "recovery_question": "What?"}}]}`,
			"user bo 00ubo: okta_user.bo\nleft: okta_policy_signon.part: oktaform can't declare resources of this type\nsecret: okta_policy_signon.part config.clientSecret\nsecret: okta_policy_signon.part key\nsecret: okta_user.bo password_hash[0].salt\nsecret: okta_user.bo password_hash[0].value\nsecret: okta_user.bo recovery_answer\nremoved: okta_user.bo\n"},
	} {
		t.Run(name, func(t *testing.T) {
			state := parse(t, []byte(`{"version": 4, "terraform_version": "1.11.4", "serial": 1, "lineage": "x", "resources": [`+c.resources+`]}`))
			got := describe(state)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if strings.Contains(got, "made-up") {
				t.Error("a secret is shown")
			}
		})
	}
}
