package orgcopy_test

import (
	"context"
	"encoding/json"
	"io/fs"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/orgcopy"
	"github.com/oktaform/oktaform/internal/reference"
	"github.com/oktaform/oktaform/schema"
)

// TestRecordedOrgsSeed: what real orgs answered, as far as it was recorded before the first
// deletion, seeds an embedded org, which can be read as a whole and answers the same.
func TestRecordedOrgsSeed(t *testing.T) {
	files, err := fs.Glob(reference.Recordings(), "*/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	objects := 0
	for _, file := range files {
		t.Run(filepath.Dir(file)+"/"+filepath.Base(file), func(t *testing.T) {
			copied, err := orgcopy.Read(t.Context(), record(t, file), orgcopy.Options{})
			if err != nil {
				t.Fatal(err)
			}
			seed, err := copied.Seed()
			if err != nil {
				t.Fatal(err)
			}
			embedded := start(t, seed)
			again, _ := embedded.copy(orgcopy.Options{})
			for _, app := range copied.Apps {
				if !holds(again.Apps, app["id"]) {
					t.Errorf("the app %s is gone", app["id"])
				}
			}
			for _, group := range copied.Groups {
				if !holds(again.Groups, group["id"]) {
					t.Errorf("the group %s is gone", group["id"])
				}
			}
			inventory, err := embedded.client.Inventory(t.Context(), org.InventoryOptions{MostMembers: 1000, People: true})
			if err != nil {
				t.Fatal(err)
			}
			if len(inventory.Objects)+len(inventory.Others) < len(copied.Groups) {
				t.Errorf("%d objects were read, of %d groups in the copy", len(inventory.Objects)+len(inventory.Others), len(copied.Groups))
			}
			objects += copied.Count()
		})
	}
	t.Logf("%d objects", objects)
	if objects < 60 {
		t.Errorf("only %d objects were recorded", objects)
	}
}

func holds(list []map[string]any, id any) bool {
	for _, element := range list {
		if element["id"] == id {
			return true
		}
	}
	return false
}

// recorded is an org as a recording shows it.
type recorded struct {
	objects map[string][]map[string]any // by the path of their collection
	lists   map[string][]map[string]any // by path
	single  map[string]map[string]any   // by path
}

// record replays a recording up to the first deletion.
func record(t *testing.T, file string) *recorded {
	t.Helper()
	data, err := fs.ReadFile(reference.Recordings(), file)
	if err != nil {
		t.Fatal(err)
	}
	var cassette struct {
		Interactions []struct {
			Request  struct{ Method, URL string }
			Response struct {
				Body string
				Code int
			}
		}
	}
	if err := yaml.Unmarshal(data, &cassette); err != nil {
		t.Fatal(err)
	}
	r := &recorded{objects: map[string][]map[string]any{}, lists: map[string][]map[string]any{}, single: map[string]map[string]any{}}
	for _, i := range cassette.Interactions {
		u, err := url.Parse(i.Request.URL)
		if err != nil || i.Request.Method == http.MethodDelete {
			break
		}
		if i.Response.Code >= 300 {
			continue
		}
		var list []map[string]any
		var object map[string]any
		switch {
		case json.Unmarshal([]byte(i.Response.Body), &list) == nil:
			r.lists[u.Path] = list
			for _, doc := range list {
				r.keep(u.Path, doc)
			}
		case json.Unmarshal([]byte(i.Response.Body), &object) == nil && object["id"] != nil:
			r.single[u.Path] = object
			r.keep(strings.TrimSuffix(u.Path, "/"+object["id"].(string)), object)
		case object != nil:
			r.single[u.Path] = object
		}
	}
	return r
}

// keep notes the last answer about an object.
func (r *recorded) keep(collection string, doc map[string]any) {
	for i, old := range r.objects[collection] {
		if old["id"] == doc["id"] {
			r.objects[collection][i] = doc
			return
		}
	}
	if doc["id"] != nil {
		r.objects[collection] = append(r.objects[collection], doc)
	}
}

func (r *recorded) List(_ context.Context, path, query string) ([]map[string]any, error) {
	if strings.Contains(query, "DEPROVISIONED") {
		return nil, nil
	}
	if path == "/api/v1/policies" {
		var of []map[string]any
		for _, doc := range r.objects[path] {
			if strings.Contains(query, "type="+okta.Text(doc, "type")) {
				of = append(of, doc)
			}
		}
		return of, nil
	}
	if strings.Count(path, "/") == 3 {
		return r.objects[path], nil
	}
	return r.lists[path], nil
}

func (r *recorded) WrappedList(_ context.Context, path, key string) ([]map[string]any, error) {
	if strings.Count(path, "/") == 4 {
		return r.objects[path], nil
	}
	wrapped, _ := r.single[path][key].([]any)
	var list []map[string]any
	for _, doc := range wrapped {
		list = append(list, doc.(map[string]any))
	}
	return list, nil
}

func (r *recorded) Get(_ context.Context, path string, into any) error {
	doc := r.single[path]
	if path == "/.well-known/okta-organization" && doc == nil {
		doc = map[string]any{"id": "00o00000000000000001", "pipeline": "idx"}
	}
	if doc == nil {
		return &okta.Error{Status: http.StatusNotFound, Summary: "not recorded"}
	}
	data, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	return json.Unmarshal(data, into)
}

func (r *recorded) Bucket(_, path string) string { return path }

func (r *recorded) Begin(string, int, schema.Load) {}
