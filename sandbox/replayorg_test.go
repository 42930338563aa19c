package sandbox

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
)

// recordedOrg is the org that a cassette began with, as far as its answers show it: objects that
// no request of the cassette created, and custom attributes that none added.
type recordedOrg struct {
	Org struct {
		UserAttributes  map[string]any `json:"userAttributes,omitempty"`
		GroupAttributes map[string]any `json:"groupAttributes,omitempty"`
	} `json:"org"`
	Users  []map[string]any `json:"users,omitempty"`
	Groups []map[string]any `json:"groups,omitempty"`

	known map[string]bool // ids of objects that are listed, or that the cassette created
}

// orgBefore reads the org that a cassette began with.
func orgBefore(exchanges []exchange) *recordedOrg {
	o := &recordedOrg{known: map[string]bool{}}
	o.Org.UserAttributes, o.Org.GroupAttributes = map[string]any{}, map[string]any{}
	for _, x := range exchanges {
		if id, made := member(decodeAny(x.Response.Body), "id").(string); made && x.Request.Method == http.MethodPost {
			o.known[id] = true
		}
	}
	sent := map[string]map[string]bool{"user": {}, "group": {}}
	for _, x := range exchanges {
		answer := decodeAny(x.Response.Body)
		for _, kind := range []string{"user", "group"} {
			if !strings.Contains(x.Request.URL, "/api/v1/meta/schemas/"+kind+"/") {
				continue
			}
			for name := range customProperties(decodeAny(x.Request.Body)) {
				sent[kind][name] = true
			}
			for name, property := range customProperties(answer) {
				if !sent[kind][name] {
					o.attributes(kind)[name] = property
				}
			}
		}
		o.collect(answer)
	}
	for _, x := range exchanges {
		if x.Response.Code < http.StatusBadRequest {
			o.imply(decodeAny(x.Request.Body), sent)
			o.imply(decodeAny(x.Response.Body), sent)
		}
	}
	return o
}

// imply adds the custom attributes of users and groups in a body, of which no schema is in the
// cassette.
func (o *recordedOrg) imply(body any, sent map[string]map[string]bool) {
	list, isList := body.([]any)
	if !isList {
		list = []any{body}
	}
	for _, elem := range list {
		profile, _ := member(elem, "profile").(map[string]any)
		kind := "user"
		switch {
		case profile["login"] != nil && profile["firstName"] != nil:
		case profile["name"] != nil && (member(elem, "type") == "OKTA_GROUP" || len(elem.(map[string]any)) == 1):
			kind = "group"
		default:
			continue
		}
		for name, value := range profile {
			if _, known := o.attributes(kind)[name]; !known && value != nil && !sent[kind][name] && !baseAttributes()[kind][name] {
				o.attributes(kind)[name] = attributeOf(value)
			}
		}
	}
}

// attributeOf returns an attribute that a value fits.
func attributeOf(value any) map[string]any {
	switch v := value.(type) {
	case []any:
		items := map[string]any{"type": "string"}
		if len(v) > 0 {
			items = map[string]any{"type": attributeOf(v[0])["type"]}
		}
		return map[string]any{"title": "recorded", "type": "array", "items": items}
	case float64:
		return map[string]any{"title": "recorded", "type": "number"}
	case bool:
		return map[string]any{"title": "recorded", "type": "boolean"}
	}
	return map[string]any{"title": "recorded", "type": "string"}
}

// baseAttributes returns the names of the attributes that each schema has, by kind.
var baseAttributes = sync.OnceValue(func() map[string]map[string]bool {
	names := map[string]map[string]bool{"user": {}, "group": {}}
	server, err := New(Options{SigningKey: testSigningKey})
	if err != nil {
		panic(err)
	}
	for kind := range names {
		r := httptest.NewRequest("GET", "/api/v1/meta/schemas/"+kind+"/default", nil)
		r.Header.Set("Authorization", "SSWS "+server.Token())
		w := httptest.NewRecorder()
		server.ServeHTTP(w, r)
		base, _ := member(member(member(decodeAny(w.Body.String()), "definitions"), "base"), "properties").(map[string]any)
		for name := range base {
			names[kind][name] = true
		}
	}
	return names
})

func (o *recordedOrg) attributes(kind string) map[string]any {
	if kind == "user" {
		return o.Org.UserAttributes
	}
	return o.Org.GroupAttributes
}

// customProperties returns the custom attributes in a schema.
func customProperties(schema any) map[string]any {
	properties, _ := member(member(member(schema, "definitions"), "custom"), "properties").(map[string]any)
	return properties
}

// collect adds the users and groups in an answer that the cassette did not create.
func (o *recordedOrg) collect(answer any) {
	list, isList := answer.([]any)
	if !isList {
		list = []any{answer}
	}
	for _, elem := range list {
		object, _ := elem.(map[string]any)
		id, _ := object["id"].(string)
		profile, _ := object["profile"].(map[string]any)
		if profile == nil || o.known[id] {
			continue
		}
		switch {
		case strings.HasPrefix(id, "00u") && profile["login"] != nil:
			o.Users = append(o.Users, only(object, "id", "status", "created", "activated", "statusChanged", "lastLogin", "lastUpdated", "passwordChanged", "profile"))
		case strings.HasPrefix(id, "00g") && profile["name"] != nil:
			o.Groups = append(o.Groups, only(object, "id", "type", "created", "lastUpdated", "lastMembershipUpdated", "profile"))
		default:
			continue
		}
		o.known[id] = true
	}
}

// only returns the named members of an object that are not null.
func only(object map[string]any, names ...string) map[string]any {
	kept := map[string]any{}
	for _, name := range names {
		if object[name] != nil {
			kept[name] = object[name]
		}
	}
	return kept
}

// seed returns the org as a seed.
func (o *recordedOrg) seed(t *testing.T) []byte {
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestOrgBefore reads from a cassette what its org had, and not what the cassette made.
func TestOrgBefore(t *testing.T) {
	cassette := []exchange{
		recorded("POST", "/api/v1/groups", `{"profile":{"name":"made"}}`, `{"id":"00gmade0000000000001","type":"OKTA_GROUP","profile":{"name":"made"}}`),
		recorded("GET", "/api/v1/groups?q=x", "", `[{"id":"00gmade0000000000001","type":"OKTA_GROUP","profile":{"name":"made"}},
			{"id":"00gprior000000000001","type":"OKTA_GROUP","created":"2026-01-02T03:04:05.000Z","profile":{"name":"prior","description":null}}]`),
		recorded("GET", "/api/v1/groups/00gprior000000000001", "", `{"id":"00gprior000000000001","type":"OKTA_GROUP","profile":{"name":"renamed"}}`),
		recorded("GET", "/api/v1/users?limit=1", "", `[{"id":"00uprior000000000001","status":"PROVISIONED","lastLogin":null,"profile":{"login":"p@example.com","email":"p@example.com","firstName":"P","lastName":"Q","floor":2}}]`),
		recorded("POST", "/api/v1/meta/schemas/user/default", `{"definitions":{"custom":{"properties":{"mine":{"type":"string"}}}}}`,
			`{"definitions":{"custom":{"properties":{"mine":{"type":"string"},"theirs":{"type":"number"}}}}}`),
	}
	o := orgBefore(cassette)
	names := slices.Sorted(maps.Keys(o.Org.UserAttributes))
	if !slices.Equal(names, []string{"floor", "theirs"}) || len(o.Groups) != 1 || len(o.Users) != 1 {
		t.Fatalf("attributes %v, groups %v, users %v", names, o.Groups, o.Users)
	}
	if member(o.Groups[0]["profile"], "name") != "prior" || o.Users[0]["status"] != "PROVISIONED" {
		t.Errorf("groups %v, users %v", o.Groups, o.Users)
	}
	server, err := New(Options{SigningKey: testSigningKey, Seed: o.seed(t)})
	if err != nil {
		t.Fatal(err)
	}
	if server.org.Groups.Get("00gprior000000000001") == nil || server.org.Users.Get("00uprior000000000001") == nil {
		t.Error("the seed lacks an object")
	}
}

func recorded(method, path, sent, answer string) (x exchange) {
	x.Request.Method, x.Request.URL, x.Request.Body = method, "https://oie-00.dne-okta.com"+path, sent
	x.Response.Code, x.Response.Body = http.StatusOK, answer
	return x
}
