package sandbox

import (
	"encoding/json"
	"strings"
	"testing"
)

func person(login string) doc {
	return doc{"profile": doc{"login": login, "email": login, "firstName": "Ada", "lastName": "Smith"}}
}

func TestUserValidation(t *testing.T) {
	o := newTestOrg(t)
	o.admin("POST", "/api/v1/users", person("ada@example.com"))
	withPassword := func(password string) doc {
		p := person("grace@example.com")
		p["credentials"] = doc{"password": doc{"value": password}}
		return p
	}
	for _, test := range []struct {
		name, cause string
		body        doc
	}{
		{"unknown attribute", "Property name 'notValid' is not defined in profile", doc{"profile": doc{"notValid": "x"}}},
		{"no login", "login: The field cannot be left blank", doc{"profile": doc{"email": "a@example.com", "firstName": "A", "lastName": "B"}}},
		{"login that is no address", "login: Username must be in the form of an email address", person("grace")},
		{"login that is taken", "login: An object with this field already exists in the current organization", person("ADA@example.com")},
		{"short password", "password: Password requirements were not met.", withPassword("Abc1")},
		{"password with the login", "password: Password requirements were not met.", withPassword("xX1-grace-xX1")},
	} {
		t.Run(test.name, func(t *testing.T) {
			o.t = t
			o.refuses(o.call("POST", "/api/v1/users", test.body), 400, "E0000001", test.cause)
		})
	}
	many := person("many@example.com")
	many["groupIds"] = strings.Split(strings.Repeat("x", 21), "")
	o.refuses(o.call("POST", "/api/v1/users", many), 400, "E0000093", "")
}

func TestUserLifecycle(t *testing.T) {
	o := newTestOrg(t)
	created := o.admin("POST", "/api/v1/users?activate=false", person("ada@example.com"))
	path := "/api/v1/users/" + created.text("id")
	status := func(want string) {
		t.Helper()
		if got := o.admin("GET", "/api/v1/users/ada%40example.com", nil).text("status"); got != want {
			t.Errorf("status %s, want %s", got, want)
		}
	}
	status("STAGED")
	if got := o.admin("POST", path+"/lifecycle/activate?sendEmail=false", nil); got.text("activationUrl") == "" {
		t.Errorf("%s", got.body)
	}
	status("PROVISIONED")
	o.refuses(o.call("POST", path+"/lifecycle/activate", nil), 403, "E0000016", "")
	o.admin("POST", path+"/lifecycle/reactivate", nil)
	o.admin("POST", path, doc{"credentials": doc{"password": doc{"value": "Turing-Machine-1"}}})
	status("ACTIVE")
	o.admin("POST", path+"/lifecycle/suspend", nil)
	status("SUSPENDED")
	o.refuses(o.call("POST", path+"/lifecycle/suspend", nil), 400, "E0000001", "Cannot suspend a user that is not active")
	o.admin("POST", path+"/lifecycle/unsuspend", nil)
	change := doc{"oldPassword": doc{"value": "Turing-Machine-1"}, "newPassword": doc{"value": "Turing-Machine-2"}}
	o.admin("POST", path+"/credentials/change_password", change)
	o.refuses(o.call("POST", path+"/credentials/change_password", change), 403, "E0000014", "Old Password is not correct")
	o.admin("DELETE", path, nil)
	status("DEPROVISIONED")
	if got := o.admin("GET", "/api/v1/users", nil).list(t); len(got) != 1 {
		t.Errorf("a plain list shows %d users", len(got))
	}
	if got := o.admin("GET", "/api/v1/users?search=status+eq+%22DEPROVISIONED%22", nil).list(t); len(got) != 1 {
		t.Errorf("a search shows %d users", len(got))
	}
	o.admin("POST", path+"/lifecycle/activate", nil)
	status("PROVISIONED") // the password went with the deactivation
	o.admin("DELETE", path, nil)
	o.admin("DELETE", path, nil)
	o.refuses(o.call("GET", path, nil), 404, "E0000007", "(User)")
	if got := o.admin("GET", "/api/v1/users/me", nil); got.at("profile.login") != "admin@sandbox.example" {
		t.Errorf("%s", got.body)
	}
}

func TestUserUpdates(t *testing.T) {
	o := newTestOrg(t)
	sent := person("ada@example.com")
	sent["profile"].(doc)["title"] = "Countess"
	path := "/api/v1/users/" + o.admin("POST", "/api/v1/users", sent).text("id")
	if got := o.admin("POST", path, doc{"profile": doc{"nickName": "A"}}); got.at("profile.title") != "Countess" || got.at("profile.nickName") != "A" {
		t.Errorf("POST is not partial: %s", got.body)
	}
	if got := o.admin("PUT", path, person("ada@example.com")); got.at("profile.title") != nil || got.at("profile.nickName") != nil {
		t.Errorf("PUT is partial: %s", got.body)
	}
	o.admin("POST", "/api/v1/meta/schemas/user/default", doc{"definitions": doc{"custom": doc{"properties": doc{
		"badge": doc{"title": "Badge", "type": "string"}}}}})
	if got := o.admin("POST", path, doc{"profile": doc{"badge": "7"}}); got.at("profile.badge") != "7" {
		t.Errorf("%s", got.body)
	}
}

func TestGroups(t *testing.T) {
	o := newTestOrg(t)
	id := o.admin("POST", "/api/v1/groups", doc{"profile": doc{"name": "Developers"}}).text("id")
	user := o.admin("POST", "/api/v1/users", person("ada@example.com")).text("id")
	path := "/api/v1/groups/" + id
	for range 2 {
		o.admin("PUT", path+"/users/"+user, nil)
	}
	if got := o.admin("GET", path+"/users", nil).list(t); len(got) != 1 || got[0]["id"] != user {
		t.Errorf("members %v", got)
	}
	if got := o.admin("GET", "/api/v1/users/"+user+"/groups", nil).list(t); len(got) != 2 {
		t.Errorf("%d groups of the user, want this one and Everyone", len(got))
	}
	o.admin("DELETE", path+"/users/"+user, nil)
	o.refuses(o.call("POST", "/api/v1/groups", doc{"profile": doc{"name": "developers"}}), 400, "E0000001", "name: An object with this field already exists")
	o.refuses(o.call("POST", "/api/v1/groups", doc{"profile": doc{}}), 400, "E0000001", "name: The field cannot be left blank")
	everyone := o.admin("GET", "/api/v1/groups?filter=type+eq+%22BUILT_IN%22", nil).list(t)[0]["id"].(string)
	o.refuses(o.call("DELETE", "/api/v1/groups/"+everyone, nil), 403, "E0000006", "")
	o.refuses(o.call("PUT", "/api/v1/groups/"+everyone+"/users/"+user, nil), 403, "E0000006", "")
	o.refuses(o.call("POST", "/api/v1/groups/"+everyone+"/roles", doc{"type": "APP_ADMIN"}), 400, "E0000211", "Roles cannot be granted to built-in groups: Everyone")
	o.refuses(o.call("GET", "/api/v1/groups?search=name+eq+%22x%22", nil), 400, "E0000031", "")
	o.refuses(o.call("GET", "/api/v1/groups?search=id+pr&filter=id+pr", nil), 400, "E0000033", "")
	if got := o.admin("GET", "/api/v1/groups?search=profile.name+eq+%22DEVELOPERS%22&expand=stats", nil).list(t); len(got) != 1 {
		t.Errorf("%v", got)
	}
}

func TestAssignments(t *testing.T) {
	o := newTestOrg(t)
	app := "/api/v1/apps/" + o.admin("POST", "/api/v1/apps", webAppDoc(nil)).text("id")
	group := o.admin("POST", "/api/v1/groups", doc{"profile": doc{"name": "g"}}).text("id")
	second := o.admin("POST", "/api/v1/groups", doc{"profile": doc{"name": "h"}}).text("id")
	user := o.admin("POST", "/api/v1/users", person("ada@example.com")).text("id")
	o.admin("PUT", "/api/v1/groups/"+group+"/users/"+user, nil)
	for _, body := range []any{nil, json.RawMessage("null"), doc{}} {
		if got := o.admin("PUT", app+"/groups/"+group, body); got.at("priority") != 0.0 {
			t.Errorf("%s", got.body)
		}
	}
	o.admin("PUT", app+"/groups/"+second, doc{"priority": 0})
	if got := o.admin("GET", app+"/groups/"+group, nil); got.at("priority") != 1.0 {
		t.Errorf("a taken priority moves nobody: %s", got.body)
	}
	o.admin("PATCH", app+"/groups/"+group, []any{doc{"op": "replace", "path": "/priority", "value": 5}})
	if got := o.admin("GET", app+"/users/"+user, nil); got.text("scope") != "GROUP" {
		t.Errorf("%s", got.body)
	}
	o.refuses(o.call("DELETE", app+"/users/"+user, nil), 403, "E0000046", "")
	if got := o.admin("POST", app+"/users", doc{"id": user, "credentials": doc{"userName": "ada"}}); got.text("scope") != "USER" || got.at("credentials.userName") != "ada" {
		t.Errorf("%s", got.body)
	}
	o.refuses(o.call("DELETE", app+"/users/"+user, nil), 403, "E0000046", "")
	o.admin("DELETE", app+"/groups/"+group, nil)
	o.admin("DELETE", app+"/users/"+user, nil)
	o.refuses(o.call("GET", app+"/users/"+user, nil), 404, "E0000007", "")
	o.admin("DELETE", "/api/v1/groups/"+second, nil)
	if got := o.admin("GET", app+"/groups", nil).list(t); len(got) != 0 {
		t.Errorf("a deleted group is still assigned: %v", got)
	}
	policies := o.admin("GET", "/api/v1/policies?type=ACCESS_POLICY", nil).list(t)
	o.admin("PUT", app+"/policies/"+policies[len(policies)-1]["id"].(string), nil)
	o.refuses(o.call("PUT", app+"/policies/rst1", nil), 404, "E0000007", "")
}
