// Package recordedorg answers reads of an org from the recordings of internal/reference. Only tests
// import it.
package recordedorg

import (
	"context"
	"encoding/json"
	"io/fs"
	"net/http"
	"net/url"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/reference"
	"github.com/oktaform/oktaform/schema"
)

// Org is an org as a recording shows it. It answers what a copy of an org asks (orgcopy.Read).
type Org struct {
	objects map[string][]map[string]any // by the path of their collection
	lists   map[string][]map[string]any // by path
	single  map[string]map[string]any   // by path
}

// Files are the names of all recordings.
func Files() ([]string, error) { return fs.Glob(reference.Recordings(), "*/*.yaml") }

// Open replays a recording up to the first deletion.
func Open(file string) (*Org, error) {
	data, err := fs.ReadFile(reference.Recordings(), file)
	if err != nil {
		return nil, err
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
		return nil, err
	}
	r := &Org{objects: map[string][]map[string]any{}, lists: map[string][]map[string]any{}, single: map[string]map[string]any{}}
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
	return r, nil
}

// keep notes the last answer about an object.
func (r *Org) keep(collection string, doc map[string]any) {
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

// List returns the recorded objects of a collection, or the list that was recorded at a path.
func (r *Org) List(_ context.Context, path, query string) ([]map[string]any, error) {
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

// WrappedList returns a list that stands below a key of the answer.
func (r *Org) WrappedList(_ context.Context, path, key string) ([]map[string]any, error) {
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

// Get decodes the document that was recorded at a path.
func (r *Org) Get(_ context.Context, path string, into any) error {
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

// Bucket gives each path a limit of its own: nothing is sent.
func (r *Org) Bucket(_, path string) string { return path }

// Begin takes no note of progress.
func (r *Org) Begin(string, int, schema.Load) {}
