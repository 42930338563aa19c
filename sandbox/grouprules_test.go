package sandbox

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/sandbox/internal/state"
)

// A group rule makes users members while it is active and as long as they fit; who leaves by hand
// is excluded; its users stay when it is deactivated, and can be removed with it.
func TestGroupRules(t *testing.T) {
	o := newTestOrg(t)
	call := func(method, path, body string, want int) *answer {
		t.Helper()
		got := o.send(method, path, body, "Authorization", "SSWS "+o.server.Token(), "Content-Type", "application/json")
		if got.status != want {
			t.Errorf("%s %s: %d, want %d: %s", method, path, got.status, want, got.body)
		}
		return got
	}
	contains := func(a *answer, text string) {
		t.Helper()
		if !strings.Contains(string(a.body), text) {
			t.Errorf("%s, without %s", a.body, text)
		}
	}
	user := func(login, department string) string {
		return call("POST", "/api/v1/users", fmt.Sprintf(`{"profile":{"login":%q,"email":%q,"firstName":"F","lastName":"L","department":%q},"credentials":{"password":{"value":%q}}}`,
			login, login, department, "Aa1!"+state.RandomBase64(12)), 200).text("id")
	}
	group := func(name string) string {
		return call("POST", "/api/v1/groups", `{"profile":{"name":"`+name+`"}}`, 200).text("id")
	}
	members := func(group string) (logins []string) {
		for _, u := range call("GET", "/api/v1/groups/"+group+"/users", "", 200).list(t) {
			logins = append(logins, u["profile"].(map[string]any)["login"].(string))
		}
		return logins
	}
	expect := func(step, group string, want ...string) {
		t.Helper()
		if got := members(group); !slices.Equal(got, want) {
			t.Errorf("%s: the members are %q, want %q", step, got, want)
		}
	}
	ada, _ := user("ada@example.com", "Engineering"), user("bob@example.com", "Sales")
	staff, admins := group("Staff"), group("Admins")
	call("POST", "/api/v1/groups/"+admins+"/roles", `{"type":"HELP_DESK_ADMIN"}`, 201)
	body := func(name, expression, group string) string {
		return fmt.Sprintf(`{"type":"group_rule","name":%q,"conditions":{"expression":{"type":"urn:okta:expression:1.0","value":%q}},"actions":{"assignUserToGroups":{"groupIds":[%q]}}}`, name, expression, group)
	}
	const path = "/api/v1/groups/rules"
	call("POST", path, body("to admins", `user.department == "Sales"`, admins), 400)
	call("POST", path, body("broken", `user.department = "Sales"`, staff), 400)
	call("POST", path, body(strings.Repeat("n", 51), `user.department == "Sales"`, staff), 400)
	rule := call("POST", path, body("Engineers", `String.startsWith(user.department,"Eng")`, staff), 200).text("id")
	call("POST", path, body("engineers", `user.department == "Sales"`, staff), 400)
	expect("inactive", staff)
	contains(call("POST", "/api/v1/groups/"+staff+"/roles", `{"type":"HELP_DESK_ADMIN"}`, 400), "E0000192")
	call("POST", path+"/"+rule+"/lifecycle/activate", "", 204)
	expect("active", staff, "ada@example.com")
	call("PUT", path+"/"+rule, body("Engineers", "true", staff), 400)
	call("DELETE", path+"/"+rule, "", 400)
	user("eve@example.com", "Engines")
	expect("a new user who fits", staff, "ada@example.com", "eve@example.com")
	call("POST", "/api/v1/users/ada@example.com", `{"profile":{"department":"Sales"}}`, 200)
	expect("a user who fits no longer", staff, "eve@example.com")
	call("POST", "/api/v1/users/ada@example.com", `{"profile":{"department":"Engineering"}}`, 200)
	call("DELETE", "/api/v1/groups/"+staff+"/users/"+ada, "", 204)
	expect("a user who left by hand", staff, "eve@example.com")
	contains(call("GET", path+"/"+rule, "", 200), `"exclude":["`+ada+`"]`)
	call("POST", path+"/"+rule+"/lifecycle/deactivate", "", 204)
	expect("deactivated", staff, "eve@example.com")
	call("PUT", path+"/"+rule, body("Sellers", `user.department == "Sales"`, admins), 400)
	call("PUT", path+"/"+rule, body("Sellers", `user.department == "Sales"`, staff), 200)
	call("POST", path+"/"+rule+"/lifecycle/activate", "", 204)
	expect("changed", staff, "bob@example.com")
	call("POST", path+"/"+rule+"/lifecycle/deactivate", "", 204)
	call("DELETE", path+"/"+rule+"?removeUsers=true", "", 202)
	expect("removed with their rule", staff)

	rule = call("POST", path, body("Sellers", `user.department == "Sales"`, staff), 200).text("id")
	call("POST", path+"/"+rule+"/lifecycle/activate", "", 204)
	call("DELETE", "/api/v1/groups/"+staff, "", 204)
	contains(call("GET", path+"/"+rule, "", 200), `"status":"INVALID"`)
	for _, step := range []string{"activate", "deactivate"} {
		contains(call("POST", path+"/"+rule+"/lifecycle/"+step, "", 400), "Cannot activate or deactivate a Group Rule with the status INVALID")
	}
	call("DELETE", path+"/"+rule, "", 202)
}
