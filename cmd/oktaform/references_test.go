package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/sandbox"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// A reference test has a holder that refers to a target, and deletes the target
// in the same step in which the holder lets go of it.

// targets are blocks of every kind that can be deleted, by kind; %[1]s is the name.
var targets = map[string]string{
	"group":        "group %[1]q {\n name = \"Group %[1]s\"\n}",
	"custom_role":  "custom_role %[1]q {\n label = \"Role %[1]s\"\n permissions = [\"okta.users.read\"]\n}",
	"resource_set": "resource_set %[1]q {\n label = \"Set %[1]s\"\n users_of = [group.stays0]\n}",
	"web_app":      "web_app %[1]q {\n label = \"App %[1]s\"\n redirect_uris = [\"https://a.example.com/cb\"]\n}",
	"browser_app":  "browser_app %[1]q {\n label = \"App %[1]s\"\n redirect_uris = [\"https://a.example.com/cb\"]\n}",
	"native_app":   "native_app %[1]q {\n label = \"App %[1]s\"\n redirect_uris = [\"com.example.a:/cb\"]\n}",
	"service_app":  "service_app %[1]q {\n label = \"App %[1]s\"\n jwks_uri = \"https://a.example.com/keys\"\n}",
	"network_zone": "network_zone %[1]q {\n name = \"Zone %[1]s\"\n gateways = [\"192.0.2.0/24\"]\n}",
}

// referrer is a kind of object that refers to others: %s is what refers.
var referrers = map[string]string{
	"user":         "user \"holder\" {\n login = \"holder@example.com\"\n first_name = \"H\"\n last_name = \"H\"\n on_destroy = \"delete\"\n%s\n}",
	"group":        "group \"holder\" {\n name = \"Holder\"\n%s\n}",
	"admin.user":   "admin \"holder\" {\n user = \"boss@example.com\"\n%s\n}",
	"admin.group":  "admin \"holder\" {\n group = \"Bosses\"\n%s\n}",
	"service_app":  "service_app \"holder\" {\n label = \"Holder\"\n jwks_uri = \"https://h.example.com/keys\"\n okta_api_scopes = [\"okta.users.read\"]\n%s\n}",
	"web_app":      "web_app \"holder\" {\n label = \"Holder\"\n redirect_uris = [\"https://h.example.com/cb\"]\n%s\n}",
	"browser_app":  "browser_app \"holder\" {\n label = \"Holder\"\n redirect_uris = [\"https://h.example.com/cb\"]\n%s\n}",
	"native_app":   "native_app \"holder\" {\n label = \"Holder\"\n redirect_uris = [\"com.example.h:/cb\"]\n%s\n}",
	"resource_set": "resource_set \"holder\" {\n label = \"Holder\"\n all = [\"groups\"]\n%s\n}",
}

// reference is how an attribute refers to a target, and what else may stand in its
// place that doesn't.
type reference struct{ refers, instead string }

var referring = map[string]reference{
	"admin_role.role":          {"admin_role \"CUSTOM\" {\n role = %s\n resource_set = resource_set.stays\n}", "admin_role \"READ_ONLY_ADMIN\" {}"},
	"admin_role.resource_set":  {"admin_role \"CUSTOM\" {\n role = custom_role.stays\n resource_set = %s\n}", "admin_role \"READ_ONLY_ADMIN\" {}"},
	"admin_role.target_groups": {"admin_role \"USER_ADMIN\" {\n target_groups = [%s]\n}", "admin_role \"HELP_DESK_ADMIN\" {\n target_groups = [group.stays0]\n}"},
	"admin_role.target_apps":   {"admin_role \"APP_ADMIN\" {\n target_apps = [%s]\n}", "admin_role \"READ_ONLY_ADMIN\" {}"},
	"assigned_groups":          {"assigned_groups = [%s]", "assigned_groups = [group.stays0]"},
	"assigned_group.group":     {"assigned_group {\n group = %s\n}", "assigned_group {\n group = group.stays0\n}"},
	"groups":                   {"groups = [%s]", "groups = [group.stays0]"},
	"users_of":                 {"users_of = [%s]", "users_of = [group.stays0]"},
	"apps":                     {"apps = [%s]", "users_of = [group.stays0]"},
	"network_include":          {"network_connection = \"ZONE\"\n network_include = [%s]", "network_connection = \"ANYWHERE\""},
	"network_exclude":          {"network_connection = \"ZONE\"\n network_exclude = [%s]", "network_connection = \"ANYWHERE\""},
}

// notDeleted are references to what no apply deletes.
var notDeleted = map[string]string{
	"assigned_users":     "a user whose block goes stays in the org",
	"assigned_user.user": "a user whose block goes stays in the org",
	"members":            "a user whose block goes stays in the org",
	"users":              "a user whose block goes stays in the org",
	"access_policy":      "policies can't be declared",
	"user":               "the admin itself",
	"group":              "the admin itself",
}

// stays is what is there before and after: so many objects that the deletions are few.
func stays() string {
	var b strings.Builder
	b.WriteString("org {\n  owner = \"team/refs\"\n}\ncustom_role \"stays\" {\n label = \"Stays\"\n permissions = [\"okta.users.read\"]\n}\nresource_set \"stays\" {\n label = \"Stays\"\n users_of = [group.stays0]\n}\n")
	for i := range 8 {
		fmt.Fprintf(&b, "group \"stays%d\" { name = \"Stays %d\" }\n", i, i)
	}
	return b.String()
}

// referencesOf lists the references that a kind can make, as "attr" or "block.attr".
func referencesOf(k *schema.Kind) map[string][]string {
	out := map[string][]string{}
	add := func(prefix string, attrs []schema.Attr) {
		for _, a := range attrs {
			if schema.IsRef(a.Type) || a.HoldsIDs() {
				out[prefix+a.Name] = a.Refs
			}
		}
	}
	add("", k.Attrs)
	for _, b := range k.Blocks {
		add(b.Type+".", b.Attrs)
	}
	return out
}

func TestDeletionsWaitForTheLastReference(t *testing.T) {
	used := map[string]bool{}
	var cases []referenceCase
	for _, kind := range kinds.All() {
		for path, refs := range referencesOf(kind) {
			if notDeleted[path] != "" {
				used[path] = true
				continue
			}
			ref, ok := referring[path]
			if !ok {
				t.Errorf("%s.%s: no row says how to refer by it", kind.Name, path)
				continue
			}
			used[path] = true
			for _, target := range refs {
				if targets[target] == "" {
					t.Errorf("%s.%s refers to a %s: no row says how to declare one", kind.Name, path, target)
				}
				for name, holder := range referrers {
					if name == kind.Name || strings.HasPrefix(name, kind.Name+".") {
						cases = append(cases, referenceCases(name, holder, path, ref, target)...)
					}
				}
			}
		}
	}
	for path := range referring {
		if !used[path] {
			t.Errorf("no kind refers by %s", path)
		}
	}
	for path := range notDeleted {
		if !used[path] {
			t.Errorf("no kind refers by %s", path)
		}
	}
	slices.SortFunc(cases, func(a, b referenceCase) int { return strings.Compare(a.name, b.name) })
	for _, i := range sweepPoints(len(cases), 40, 0) {
		t.Run(cases[i-1].name, cases[i-1].run)
	}
}

// referenceCase is a configuration before and after the target is deleted.
type referenceCase struct{ name, before, after string }

func referenceCases(name, holder, path string, ref reference, target string) (cases []referenceCase) {
	declare := func(target, name string) string { return fmt.Sprintf(targets[target], name) + "\n" }
	with := func(id, body string) string {
		text := fmt.Sprintf(holder, body)
		if id != "" {
			text = strings.Replace(text, "label =", "client_id = \""+id+"\"\n label =", 1)
		}
		return text
	}
	to := func(name string) string { return fmt.Sprintf(ref.refers, target+"."+name) }
	each := func(keys string) string {
		block := strings.ReplaceAll(declare(target, "each"), " each\"", " ${each.key}\"")
		return strings.Replace(block, "{", "{\n for_each = toset(["+keys+"])\n", 1)
	}
	old, other := declare(target, "old"), declare(target, "new")
	steps := map[string][2]string{
		"to a new one":     {old + with("", to("old")), other + with("", to("new"))},
		"to one there":     {old + other + with("", to("old")), other + with("", to("new"))},
		"instead":          {old + with("", to("old")), with("", ref.instead)},
		"removed":          {old + with("", to("old")), with("", "")},
		"another instance": {each(`"a"`) + with("", to(`each["a"]`)), each(`"b"`) + with("", to(`each["b"]`))},
	}
	if name != "user" && !strings.HasPrefix(name, "admin") { // whose roles stay when their block goes
		steps["holder deleted"] = [2]string{old + with("", to("old")), ""}
	}
	if strings.HasSuffix(name, "_app") {
		steps["holder replaced"] = [2]string{old + with("client-1", to("old")), other + with("client-2", to("new"))}
		steps["holder replaced, instead"] = [2]string{old + with("client-1", to("old")), with("client-2", ref.instead)}
	}
	if strings.HasPrefix(path, "assigned_") {
		delete(steps, "removed") // what isn't declared isn't managed
	}
	for step, texts := range steps {
		cases = append(cases, referenceCase{strings.Join([]string{name, path, target, step}, "/"), stays() + texts[0], stays() + texts[1]})
	}
	return cases
}

func (c referenceCase) run(t *testing.T) {
	t.Parallel()
	s := &sweep{t: t, folder: t.TempDir()}
	server, err := sandbox.New(sandbox.Options{SigningKey: signingKey()})
	if err != nil {
		t.Fatal(err)
	}
	g := s.serve(server)
	s.call(g, "POST", "/api/v1/users?activate=true", `{"profile":{"login":"boss@example.com","email":"boss@example.com","firstName":"B","lastName":"B"}}`)
	s.call(g, "POST", "/api/v1/groups", `{"profile":{"name":"Bosses"}}`)
	run := func(args ...string) {
		t.Helper()
		if status, out := s.command(g, newFakeClock(), append(args, filepath.Join(s.folder, "main"))...); status != 0 {
			t.Fatalf("%s: exit status %d:\n%s", strings.Join(args, " "), status, out)
		}
	}
	s.write("main", c.before)
	run("apply", "--auto-approve")
	s.write("main", c.after)
	apply := []string{"apply", "--auto-approve"}
	if holder, _, _ := strings.Cut(c.name, "/"); strings.HasSuffix(c.name, "/removed") && (holder == "user" || strings.HasPrefix(holder, "admin")) {
		kind, _, _ := strings.Cut(holder, ".") // whose roles somebody else may have assigned
		apply = append(apply, "--allow-admin-removal="+kind+".holder")
	}
	run(apply...)
	run("plan", "--detailed-exitcode")
	run("destroy", "--auto-approve")
}

// call changes the org behind the program's back.
func (s *sweep) call(g *gate, method, path, body string) {
	s.t.Helper()
	r := httptest.NewRequest(method, g.url+path, strings.NewReader(body))
	r.Header.Set("Authorization", "SSWS "+g.org.Token())
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	g.org.ServeHTTP(w, r)
	if w.Code >= http.StatusMultipleChoices {
		s.t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
}

// command runs the program in this process.
func (s *sweep) command(g *gate, clock *fakeClock, args ...string) (int, string) {
	var out bytes.Buffer
	me := org.Process{Host: "here", PID: int(s.processes.Add(1))}
	status := run(context.Background(), args, &cli.Environment{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out, Environ: s.environ(g), Home: s.folder,
		Clock: clock, Attempt: time.Second, NewKey: quickKey,
		Self: func() org.Process { return me }, Dead: func(p org.Process) bool { return p.PID != me.PID }})
	return status, out.String()
}
