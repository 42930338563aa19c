package plan_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	tfjson "github.com/hashicorp/terraform-json"

	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// Terraform's own reader finds in a document what the files say, what variables
// were given and what there was before; nobody finds a secret.
func TestDescribe(t *testing.T) {
	const secret = "hunter2-Hunter2"
	t.Setenv("OKTAFORM_VAR_password", secret)
	c := load(t, `
org {
  owner = "me"
}
variable "password" {
  sensitive = true
  default   = "`+secret+`-default"
}
variable "names" {
  default = ["a<b"]
}
data "group" "everyone" {
  name = "Everyone"
}
group "g" {
  for_each   = toset(var.names)
  name       = upper("x")
  depends_on = [group.h]
}
group "h" {
  name = "H"
}
user "ada" {
  login      = "ada@example.com"
  first_name = "Ada"
  last_name  = "A"
  password   = "`+secret+`-literal"
  dynamic "admin_role" {
    for_each = var.names
    labels   = ["GROUP_MEMBERSHIP_ADMIN"]
    content {
      target_groups = [data.group.everyone, group.g["a<b"]]
    }
  }
  admin_role "READ_ONLY_ADMIN" {}
}
output "secret" {
  value     = "`+secret+`"
  sensitive = true
}
`)
	org := &schema.Snapshot{OrgID: "00o1", Objects: held(t, "me.hcl", load(t, "org {\n  owner = \"me\"\n}\ngroup \"old\" {\n  name = \"Old\"\n}\n"))}
	p, diags := plan.Make(c, org, plan.Options{Owner: "me", TakeOver: true})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	d := p.Document(plan.Options{}, moment)
	d.Describe(c)
	data, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), "hunter2") {
		t.Errorf("a secret in\n%s", data)
	}
	var theirs tfjson.Plan
	if err := json.Unmarshal(data, &theirs); err != nil {
		t.Fatalf("Terraform's reader: %v", err)
	}
	if diff := cmp.Diff(map[string]*tfjson.PlanVariable{"password": {}, "names": {Value: []any{"a<b"}}}, theirs.Variables); diff != "" {
		t.Errorf("variables:\n%s", diff)
	}
	if before := theirs.PriorState.Values.RootModule.Resources; len(before) != 1 || before[0].Address != "group.old" || before[0].AttributeValues["name"] != "Old" {
		t.Errorf("prior state: %v", before)
	}
	root := theirs.Config.RootModule
	if v := root.Variables; !v["password"].Sensitive || v["password"].Default != nil || v["names"].Default == nil {
		t.Errorf("variables in the configuration: %v", v)
	}
	if o := root.Outputs["secret"]; !o.Sensitive || o.Expression.ConstantValue != nil && o.Expression.ConstantValue != tfjson.UnknownConstantValue {
		t.Errorf("output: %+v", o.Expression.ExpressionData)
	}
	expressions := map[string]map[string]*tfjson.Expression{}
	for _, r := range root.Resources {
		expressions[string(r.Mode)+" "+r.Address] = r.Expressions
	}
	if got := expressions["data data.group.everyone"]["name"].ConstantValue; got != "Everyone" {
		t.Errorf("the data source's name: %v", got)
	}
	roles := expressions["managed user.ada"]["admin_role"].NestedBlocks
	if len(roles) != 2 {
		t.Fatalf("roles: %v", roles)
	}
	want := []string{"data.group.everyone", `group.g["a<b"]`, "group.g"}
	for _, role := range roles {
		if typ := role["type"]; typ != nil && typ.ConstantValue != "READ_ONLY_ADMIN" {
			t.Errorf("type: %v", typ.ConstantValue)
		} else if typ == nil && cmp.Diff(want, role["target_groups"].References) != "" {
			t.Errorf("references of a dynamic block: %v", role["target_groups"].References)
		}
	}
	for _, r := range root.Resources {
		if r.Address == "group.g" && (cmp.Diff([]string{"var.names"}, r.ForEachExpression.References) != "" || cmp.Diff([]string{"group.h"}, r.DependsOn) != "") {
			t.Errorf("meta-arguments: %+v", r)
		}
	}
	saved, err := plan.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := json.Marshal(saved.Document)
	var was, is any
	_, _ = json.Unmarshal(data, &was), json.Unmarshal(again, &is)
	if diff := cmp.Diff(was, is); diff != "" {
		t.Errorf("read and written again it is another document:\n%s", diff)
	}
}
