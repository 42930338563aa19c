package conformance

import (
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/oktaform/oktaform/internal/reference"
	"github.com/oktaform/oktaform/sandbox"
)

var update = flag.Bool("update", false, "write the generated files")

// TestShapes: shapes.txt is what the recordings and the OpenAPI document say of the answers of all
// operations that the embedded org serves.
func TestShapes(t *testing.T) {
	text := generateShapes(t)
	if *update {
		if err := os.WriteFile("shapes.txt", []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if text != shapesText {
		t.Error("shapes.txt is not what the recordings and the document say: go test ./internal/conformance -run TestShapes -update")
	}
}

// families are the operations that answer with the same kind of object, or with a list of them. An
// object has the same members wherever it is shown, so their sources are united.
var families = map[string]string{
	"user":        "GET,POST /api/v1/users GET,POST,PUT /api/v1/users/{userId} POST /api/v1/users/{userId}/lifecycle/expire_password GET /api/v1/groups/{groupId}/users",
	"app":         "GET,POST /api/v1/apps GET,PUT /api/v1/apps/{appId} GET /api/v1/groups/{groupId}/apps",
	"group":       "GET,POST /api/v1/groups GET,PUT /api/v1/groups/{groupId} GET /api/v1/users/{userId}/groups GET /api/v1/users/{userId}/roles/{roleAssignmentId}/targets/groups GET /api/v1/groups/{groupId}/roles/{roleAssignmentId}/targets/groups GET /oauth2/v1/clients/{clientId}/roles/{roleAssignmentId}/targets/groups",
	"appTarget":   "GET /api/v1/users/{userId}/roles/{roleAssignmentId}/targets/catalog/apps GET /api/v1/groups/{groupId}/roles/{roleAssignmentId}/targets/catalog/apps GET /oauth2/v1/clients/{clientId}/roles/{roleAssignmentId}/targets/catalog/apps",
	"role":        "GET,POST /api/v1/users/{userId}/roles GET /api/v1/users/{userId}/roles/{roleAssignmentId} GET,POST /api/v1/groups/{groupId}/roles GET /api/v1/groups/{groupId}/roles/{roleAssignmentId} GET,POST /oauth2/v1/clients/{clientId}/roles GET /oauth2/v1/clients/{clientId}/roles/{roleAssignmentId}",
	"rule":        "GET,POST /api/v1/groups/rules GET,PUT /api/v1/groups/rules/{groupRuleId}",
	"policy":      "GET /api/v1/policies GET,PUT /api/v1/policies/{policyId}",
	"key":         "POST /api/v1/apps/{appId}/credentials/jwks GET /api/v1/apps/{appId}/credentials/jwks/{keyId} POST /api/v1/apps/{appId}/credentials/jwks/{keyId}/lifecycle/activate POST /api/v1/apps/{appId}/credentials/jwks/{keyId}/lifecycle/deactivate",
	"customRole":  "POST /api/v1/iam/roles GET,PUT /api/v1/iam/roles/{role}",
	"resourceSet": "POST /api/v1/iam/resource-sets GET,PUT /api/v1/iam/resource-sets/{resourceSet} PATCH /api/v1/iam/resource-sets/{resourceSet}/resources",
	"appUser":     "GET,POST /api/v1/apps/{appId}/users GET,POST /api/v1/apps/{appId}/users/{userId}",
	"zone":        "GET,POST /api/v1/zones GET,PUT /api/v1/zones/{zoneId} POST /api/v1/zones/{zoneId}/lifecycle/activate POST /api/v1/zones/{zoneId}/lifecycle/deactivate",
	"appGroup":    "GET /api/v1/apps/{appId}/groups GET,PUT,PATCH /api/v1/apps/{appId}/groups/{groupId}",
}

// familyOf returns the family of an operation; "" if it has none.
func familyOf(op string) string {
	for family, list := range families {
		words := strings.Fields(list)
		for i := 0; i+1 < len(words); i += 2 {
			for method := range strings.SplitSeq(words[i], ",") {
				if op == method+" "+words[i+1] {
					return family
				}
			}
		}
	}
	return ""
}

// dynamic are members whose contents an org, its admins or the request's expand parameter choose.
var dynamic = []string{".profile", ".visibility.appLinks", ".settings.app", ".definitions", ".debugContext.debugData", ".detail", ".detailEntry", "._embedded", ".conditions"}

// always are the members of profiles that every org has.
var always = []string{".profile.name", ".profile.description", ".profile.login", ".profile.email", ".profile.firstName", ".profile.lastName"}

// undocumented are members, or their types, that neither a recording nor the document's schemas
// have.
var undocumented = map[string]map[string]string{
	// Okta's reference of the System Log shows both.
	"GET /api/v1/logs 200": {"[].authenticationContext.rootSessionId": "string", "[].device": "any"},
	// The document's own example, and Okta's SDK for Go since 6.0.3: an object with keys, where its
	// schema has an array.
	"GET /api/v1/apps/{appId}/credentials/jwks 200": {"": "object", ".keys": "array", ".keys[]": "any"},
	// Recordings of apps show both as null where they are unset.
	"GET /api/v1/users/{userId}/clients 200": {"[].client_uri": "null", "[].logo_uri": "null"},
	// Groups without a description show it as null.
	"group": {".profile.description": "null"},
	// Okta's Terraform provider, exchanges of TestAccResourceOktaResourceSet_crud: the list has the
	// link.
	"GET /api/v1/iam/resource-sets/{resourceSet}/resources 200": {"._links.self": "object", "._links.self.href": "string"},
	// The same, exchanges of TestAccResourceOktaNetworkZone_crud: countries without a region.
	"zone": {".locations[].region": "null", ".locations.include[].region": "null", ".locations.exclude[].region": "null"},
	// The same, exchanges of TestAccDataSourceOktaAdminRoleCustom_read of 2026.
	"customRole": {".isCloneable": "boolean"},
	// The document's own example of a key.
	"key": {".alg": "string"}, "app": {".settings.oauthClient.jwks.keys[].alg": "string"},
	// The document describes the methods of verification apart from the rules.
	"GET /api/v1/policies/{policyId}/rules 200": {"[].actions.appSignOn.verificationMethod": "any"},
}

// generated collects what the sources say, by operation and status or by family.
type generated struct {
	fields    map[string]map[string]field
	operation map[string]string // "KEY SHAPE" by operation and status
	sources   map[string]Source
}

func generateShapes(t *testing.T) string {
	g := generated{map[string]map[string]field{}, map[string]string{}, map[string]Source{}}
	g.documented(t)
	g.recorded(t)
	for key, more := range undocumented {
		for path, kind := range more {
			f, known := g.fields[key][path]
			f.optional = f.optional || !known && path != ""
			if f.types = union(f.types, []string{kind}); path == "" {
				f.types = []string{kind}
			}
			g.fields[key][path] = f
		}
	}
	for path, f := range g.fields["GET /api/v1/logs 200"] {
		if f.optional { // the System Log shows what it does not know as null
			f.types = union(f.types, []string{"null"})
			g.fields["GET /api/v1/logs 200"][path] = f
		}
	}
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(g.fields)) {
		if !strings.Contains(name, " ") {
			fmt.Fprintf(&text, "%s\n", name)
			writeFields(&text, g.fields[name])
		}
	}
	for _, key := range slices.Sorted(maps.Keys(g.operation)) {
		fmt.Fprintf(&text, "%s %s %s %s\n", key, g.operation[key], g.sources[key].Kind, g.sources[key].Text)
		if g.operation[key] == "-" {
			writeFields(&text, g.fields[key])
		}
	}
	return text.String()
}

func writeFields(text *strings.Builder, all map[string]field) {
	for _, path := range slices.Sorted(maps.Keys(all)) {
		f := all[path]
		mark := map[bool]string{true: "?"}[f.optional]
		if path == "" {
			path = "."
		}
		fmt.Fprintf(text, "\t%s%s %s\n", mark, path, strings.Join(f.types, "|"))
	}
}

// place returns where the fields of an operation's answers are collected, and the prefix that their
// paths have in an answer.
func (g *generated) place(key string, list bool) (into map[string]field, prefix string) {
	name := familyOf(key[:strings.LastIndex(key, " ")])
	g.operation[key] = name
	switch {
	case name == "":
		g.operation[key], name = "-", key
	case list:
		g.operation[key], prefix = "[]"+name, "[]"
	}
	if g.fields[name] == nil {
		g.fields[name] = map[string]field{}
	}
	return g.fields[name], prefix
}

// recorded adds the recorded answers. A field is required if all recorded objects have it.
func (g *generated) recorded(t *testing.T) {
	seen, cassettes := map[string][]map[string]string{}, map[string][]string{}
	err := fs.WalkDir(reference.Recordings(), ".", func(file string, _ fs.DirEntry, err error) error {
		if err != nil || path.Ext(file) != ".yaml" {
			return err
		}
		for _, x := range readCassette(t, file) {
			u, err := url.Parse(x.Request.URL)
			op := ""
			if err == nil {
				op = recordedOperation(x.Request.Method, u.Path)
			}
			if op == "" || x.Response.Code >= 300 {
				continue
			}
			key := op + " " + strconv.Itoa(x.Response.Code)
			body, _ := decode(x.Response.Body)
			list, isList := body.([]any)
			if familyOf(op) == "" || !isList {
				list = []any{body}
			}
			g.place(key, isList)
			name := g.operation[key]
			if name == "-" {
				name = key
			}
			name = strings.TrimPrefix(name, "[]")
			for _, element := range list {
				have := map[string]string{}
				if element != nil {
					fields(element, "", have)
				}
				seen[name] = append(seen[name], have)
			}
			if cassette := strings.TrimSuffix(file, ".yaml"); !slices.Contains(cassettes[key], cassette) {
				cassettes[key] = append(cassettes[key], cassette)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for key, list := range cassettes {
		source := Source{Recorded, list[0]}
		if n := len(list) - 1; n > 0 {
			source.Text += fmt.Sprintf(" and %d more", n)
		}
		g.sources[key] = source
	}
	for name, bodies := range seen {
		addRecorded(g.fields[name], bodies)
		addMethods(g.fields[name])
	}
}

// addMethods adds the method of a link to all links of an object if recordings show it at some: the
// document has it at none.
func addMethods(into map[string]field) {
	isMethod := func(path string) bool {
		return strings.Contains(path, "._links.") && strings.HasSuffix(path, ".method")
	}
	if !slices.ContainsFunc(slices.Collect(maps.Keys(into)), isMethod) {
		return
	}
	for path := range maps.Clone(into) {
		link, isLink := strings.CutSuffix(path, ".href")
		if _, known := into[link+".method"]; isLink && !known && strings.Contains(path, "._links.") {
			into[link+".method"] = field{[]string{"string"}, true}
		}
	}
}

// addRecorded adds the fields of recorded bodies to those that the document has.
func addRecorded(into map[string]field, bodies []map[string]string) {
	types := map[string][]string{}
	for _, have := range bodies {
		for path, kinds := range have {
			types[path] = union(types[path], strings.Split(kinds, "|"))
		}
	}
	for path, f := range into {
		f.optional = true
		into[path] = f
	}
	for path, kinds := range types {
		if hidden(path) {
			continue
		}
		f, isDocumented := into[path]
		if isDocumented && (slices.Equal(kinds, []string{"null"}) || slices.Contains(f.types, "any")) {
			kinds = union(kinds, f.types)
		}
		if isDocumented && slices.Contains(f.types, "null") {
			kinds = union(kinds, []string{"null"})
		}
		if isDynamic(path) {
			kinds = union(kinds, []string{"any"})
		}
		missing := slices.ContainsFunc(bodies, func(have map[string]string) bool {
			return have[path] == "" && (path == "" || present(parent(path), have))
		})
		into[path] = field{kinds, missing || neverRequired(path)}
	}
}

func isDynamic(path string) bool {
	return slices.ContainsFunc(dynamic, func(d string) bool { return strings.HasSuffix(path, d) })
}

// hidden reports whether a path is below a dynamic member.
func hidden(path string) bool {
	if slices.ContainsFunc(always, func(a string) bool { return strings.HasSuffix(path, a) }) && !strings.Contains(path, "_embedded") {
		return false
	}
	for above := path; above != ""; {
		above = parent(above)
		if isDynamic(above) {
			return true
		}
	}
	return false
}

// neverRequired reports whether an answer may lack a field whatever the sources have: elements of
// lists, what expand adds, and links, which depend on the object's state.
func neverRequired(path string) bool {
	return strings.HasSuffix(path, "[]") || strings.HasSuffix(path, "._embedded") || strings.HasSuffix(path, ".conditions") || strings.Contains(path, "_links.")
}

func union(a, b []string) []string {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}

// recordedOperation returns the operation of the embedded org that a recorded request belongs to.
func recordedOperation(method, target string) string {
	best, literal := "", -1
	for _, op := range sandbox.Operations() {
		verb, pattern, _ := strings.Cut(op, " ")
		if n := literals(pattern, target); verb == method && n > literal {
			best, literal = op, n
		}
	}
	return best
}

// recordedExchange is an exchange of a cassette, in go-vcr's format.
type recordedExchange struct {
	Request struct {
		Method string `yaml:"method"`
		URL    string `yaml:"url"`
	} `yaml:"request"`
	Response struct {
		Body string `yaml:"body"`
		Code int    `yaml:"code"`
	} `yaml:"response"`
}

func readCassette(t *testing.T, file string) []recordedExchange {
	t.Helper()
	raw, err := fs.ReadFile(reference.Recordings(), file)
	if err != nil {
		t.Fatal(err)
	}
	var cassette struct {
		Interactions []recordedExchange `yaml:"interactions"`
	}
	if err := yaml.Unmarshal(raw, &cassette); err != nil {
		t.Fatal(err)
	}
	return cassette.Interactions
}

// asJSON returns a YAML value as JSON decodes it.
func asJSON(value any) (plain any) {
	raw, _ := json.Marshal(value)
	_ = json.Unmarshal(raw, &plain)
	return plain
}
