package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/jwk"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/sandbox"
)

// A rehearsal ends as the apply does: for orgs with what an apply may run into, and credentials
// with few rights, plan --rehearse fails where the apply fails, with the same status, and passes
// where it passes.
func TestRehearsalEndsAsTheApply(t *testing.T) {
	t.Parallel()
	ends := map[string]int{}
	for round := range 60 {
		r := rehearsed{Rand: rand.New(rand.NewPCG(uint64(round), 11)), tb: t}
		c := newClicked(t, sandbox.Options{Seed: r.seed()})
		dir := filepath.Join(c.folder, "conf")
		writeTree(t, dir, map[string]string{"main.hcl": r.configuration()})
		environment := r.credential(c)
		rehearsal, said := r.run(c, environment, "plan", "--rehearse", dir)
		real, out := r.run(c, environment, "apply", "--auto-approve", dir)
		ends[fmt.Sprint(real)]++
		if strings.Contains(said, "It acts as service app") {
			ends["as the app"]++
		}
		if strings.Contains(said, "It acts as user token@example.com") {
			ends["as the user"]++
		}
		if rehearsal != real {
			t.Errorf("round %d: the rehearsal ends with %d, and the apply with %d.\n%s\nREHEARSAL\n%s\nAPPLY\n%s", round, rehearsal, real, filesOf(t, dir), said, out)
		}
		c.end()
	}
	t.Logf("%v", ends)
	for _, end := range []string{"0", "1", "4", "as the app", "as the user"} {
		if ends[end] < 3 {
			t.Errorf("only %d ends with %s", ends[end], end)
		}
	}
}

type rehearsed struct {
	*rand.Rand
	tb      testing.TB
	private string // key of the app that the commands may act as
	rights  string // its rights; "" acts as the super admin
	scopes  []string
}

func (r *rehearsed) pick(list ...string) string { return list[r.IntN(len(list))] }
func (r *rehearsed) one(in int) bool            { return r.IntN(in) == 0 }

// seed is an org with groups that can't have roles, names that are taken, and the app Deployer.
func (r *rehearsed) seed() []byte {
	pem, err := quickKey()
	if err != nil {
		r.tb.Fatal(err)
	}
	private, err := jwk.ParsePrivate(pem)
	if err != nil {
		r.tb.Fatal(err)
	}
	key, err := private.PublicJWK("deployer")
	if err != nil {
		r.tb.Fatal(err)
	}
	r.private = string(pem)
	r.scopes = []string{"okta.apps.manage", "okta.groups.manage", "okta.users.manage", "okta.roles.manage", "okta.appGrants.manage", "okta.networkZones.manage", "okta.trustedOrigins.manage"}
	if r.one(4) {
		at := r.IntN(len(r.scopes))
		r.scopes[at] = strings.Replace(r.scopes[at], ".manage", ".read", 1)
	}
	r.rights = r.pick("", "SUPER_ADMIN", "ORG_ADMIN", "APP_ADMIN", "CUSTOM", "CUSTOM", "")
	roles := []any{r.rights}
	// The API token is a super admin's, or that of somebody with few roles, or with one by a group.
	token := map[string]any{"profile": map[string]any{"login": "token@example.com", "email": "t@example.com", "firstName": "T", "lastName": "T"}}
	admins := map[string]any{"profile": map[string]any{"name": "Admins"}, "members": []string{"token@example.com"}}
	switch role := r.pick("SUPER_ADMIN", "ORG_ADMIN", "USER_ADMIN", "APP_ADMIN", "CUSTOM"); {
	case r.rights != "":
		token["roles"] = []string{"SUPER_ADMIN"}
	case role == "CUSTOM":
		token["roles"] = []any{map[string]any{"type": "CUSTOM", "role": "Some", "resourceSet": "All"}}
	case r.one(2):
		admins["roles"] = []string{role}
	default:
		token["roles"] = []string{role}
	}
	permissions := []string{"okta.groups.read", "okta.apps.read", "okta.users.read", "okta.iam.read"}
	for _, more := range []string{"okta.groups.manage", "okta.groups.create", "okta.apps.manage", "okta.users.manage", "okta.users.create"} {
		if !r.one(3) {
			permissions = append(permissions, more)
		}
	}
	switch r.rights {
	case "":
		roles = nil
	case "CUSTOM":
		roles = []any{map[string]any{"type": "CUSTOM", "role": "Some", "resourceSet": "All"}}
	}
	custom := []any{map[string]any{"label": "Some", "permissions": permissions}}
	for i := range r.IntN(2) * 99 {
		custom = append(custom, map[string]any{"label": fmt.Sprint("Role ", i), "permissions": []string{"okta.users.read"}})
	}
	var lacks []string
	for _, part := range []string{"zones", "trustedOrigins", "groupsClaims", "groupRules"} {
		if r.one(5) {
			lacks = append(lacks, part)
		}
	}
	doc := map[string]any{
		"org":        map[string]any{"lacks": lacks},
		"superAdmin": "token@example.com",
		"users":      []any{token, map[string]any{"status": "DEPROVISIONED", "profile": map[string]any{"login": "gone@example.com", "email": "gone@example.com", "firstName": "G", "lastName": "G"}}},
		"groups":     []any{admins, map[string]any{"profile": map[string]any{"name": "Ruled"}}, map[string]any{"profile": map[string]any{"name": "Crowd"}, "membersLeftOut": 5001}, map[string]any{"profile": map[string]any{"name": "Plain"}}, map[string]any{"profile": map[string]any{"name": "Theirs", "description": "[oktaform other group.theirs]"}}},
		"groupRules": []any{map[string]any{"name": "Fills", "status": r.pick("ACTIVE", "INACTIVE"), "groups": []string{"Ruled"},
			"expression": r.pick(`user.department == "X"`, `Arrays.contains(user.floors, "1") || notKnown(user)`)}},
		"customRoles":  custom,
		"resourceSets": []any{map[string]any{"label": "All", "resources": []string{"/api/v1/groups", "/api/v1/apps", "/api/v1/users"}}},
		"apps": []any{map[string]any{"grants": r.scopes, "roles": roles, "document": map[string]any{"label": "Deployer", "signOnMode": "OPENID_CONNECT",
			"credentials": map[string]any{"oauthClient": map[string]any{"token_endpoint_auth_method": "private_key_jwt"}},
			"settings": map[string]any{"oauthClient": map[string]any{"application_type": "service", "grant_types": []string{"client_credentials"}, "response_types": []string{"token"},
				"jwks": map[string]any{"keys": []any{json.RawMessage(key)}}}}}}},
	}
	text, err := json.Marshal(doc)
	if err != nil {
		r.tb.Fatal(err)
	}
	return text
}

// configuration declares some objects, of which the org may refuse some.
func (r *rehearsed) configuration() string {
	blocks := []string{"org {\n  owner = \"conf\"\n}\n"}
	name := r.pick("New", "Ruled", "Crowd", "Plain", "Theirs")
	group := fmt.Sprintf("group \"g\" {\n  name = %q\n", name)
	if r.one(2) {
		group += "  members       = []\n  authoritative = { members = false }\n  admin_role \"" + r.pick("HELP_DESK_ADMIN", "READ_ONLY_ADMIN") + "\" {}\n"
	}
	blocks = append(blocks, group+"}\n")
	if name != "New" && name != "Theirs" {
		blocks = append(blocks, fmt.Sprintf("import {\n  to    = group.g\n  label = %q\n}\n", name))
	}
	for _, block := range []string{
		"custom_role \"r\" {\n  label       = \"Late\"\n  permissions = [\"okta.users.read\", \"" + r.pick("okta.groups.read", "okta.groups.read", "teleport") + "\"]\n}\n",
		"service_app \"s\" {\n  label           = \"S\"\n  jwks_uri        = \"https://s.example.com/jwks\"\n  okta_api_scopes = [\"" + r.pick("okta.users.read", "okta.groups.read", "okta.teleport.manage") + "\"]\n}\n",
		"web_app \"w\" {\n  label         = \"W\"\n  redirect_uris = [\"https://w.example.com/cb\"]\n" + r.pick("", "", "  groups_claim {\n    filter_type = \"REGEX\"\n    name = \"groups\"\n    value = \".*\"\n  }\n") + "}\n",
		"group \"late\" {\n  name = \"Late\"\n}\nuser \"u\" {\n  login      = \"" + r.pick("new", "gone") + "@example.com\"\n  first_name = \"U\"\n  last_name  = \"U\"\n  password   = \"" + r.pick("P4-bcdfghjkmn23456", "${group.late.name}-1") + "\"\n  password_version = \"2026-11-23\"\n}\n",
		"network_zone \"z\" {\n  name     = \"Z\"\n  type     = \"IP\"\n  gateways = [\"192.0.2.0/24\"]\n}\n",
		"trusted_origin \"o\" {\n  name   = \"O\"\n  origin = \"https://o.example.com\"\n  scopes = [\"CORS\"]\n}\n",
	} {
		if r.one(3) {
			blocks = append(blocks, block)
		}
	}
	return strings.Join(blocks, "\n")
}

// credential is the environment of the commands.
func (r *rehearsed) credential(c *clicked) []string {
	environment := []string{"OKTA_CLIENT_ORGURL=" + c.story.server.URL, "HOME=" + c.folder}
	if r.rights == "" {
		return append(environment, "OKTA_CLIENT_TOKEN="+c.story.org.Token())
	}
	var apps []struct{ ID string }
	if err := c.story.get("/api/v1/apps?q=Deployer", &apps); err != nil || len(apps) != 1 {
		r.tb.Fatalf("%v %v", apps, err)
	}
	file := filepath.Join(c.folder, "deployer.pem")
	if err := os.WriteFile(file, []byte(r.private), 0o600); err != nil {
		r.tb.Fatal(err)
	}
	return append(environment, "OKTA_CLIENT_AUTHORIZATIONMODE=PrivateKey", "OKTA_CLIENT_CLIENTID="+apps[0].ID, "OKTA_CLIENT_PRIVATEKEY="+file, "OKTA_CLIENT_SCOPES="+strings.Join(r.scopes, " "))
}

func (r *rehearsed) run(c *clicked, environment []string, args ...string) (int, string) {
	var out bytes.Buffer
	status := run(context.Background(), args, &cli.Environment{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out, Clock: newFakeClock(), Home: c.folder, Environ: environment, NewKey: quickKey,
		Self: func() org.Process { return org.Process{Host: "rehearsal", PID: 1} }, Dead: func(org.Process) bool { return false }})
	return status, out.String()
}
