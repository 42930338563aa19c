package conformance

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/oktaform/oktaform/internal/reference"
	"github.com/oktaform/oktaform/sandbox"
)

// document is the OpenAPI document.
type document struct {
	root map[string]any
	// conditional are the fields of the schema that only some of its alternatives have.
	conditional map[string]bool
}

// otherStatus is the status of real orgs where the document has another: openapicheck's exceptions
// say who has seen it.
var otherStatus = map[string]string{"POST /api/v1/apps/{appId}/grants 201": "POST /api/v1/apps/{appId}/grants 200"}

// documented adds the answers that the OpenAPI document describes.
func (g *generated) documented(t *testing.T) {
	raw, err := reference.OpenAPI()
	if err != nil {
		t.Fatal(err)
	}
	d := document{}
	if err := yaml.Unmarshal(raw, &d.root); err != nil {
		t.Fatal(err)
	}
	paths := map[string]string{}
	for path := range object(d.root["paths"]) {
		paths[parameters(path)] = path
	}
	for _, op := range sandbox.Operations() {
		method, pattern, _ := strings.Cut(op, " ")
		operation := object(object(object(d.root["paths"])[paths[parameters(pattern)]])[strings.ToLower(method)])
		for status, response := range object(operation["responses"]) {
			if !strings.HasPrefix(status, "2") {
				continue
			}
			key := cmp.Or(otherStatus[op+" "+status], op+" "+status)
			g.sources[key] = Source{Documented, fmt.Sprintf("%s, %s", strings.TrimSuffix(reference.OpenAPIName, ".yaml"), operation["operationId"])}
			content := object(object(d.resolve(response)["content"])["application/json"])
			own := d.fields(content, status)
			root := own[""]
			into, prefix := g.place(key, slices.Contains(root.types, "array"))
			for path, f := range own {
				at, ok := strings.CutPrefix(path, prefix)
				if !ok {
					continue
				}
				old, known := into[at]
				into[at] = field{union(old.types, f.types), f.optional || known && old.optional}
			}
			if prefix != "" || familyOf(op) != "" {
				into[""] = field{types: []string{"object"}}
			}
		}
	}
}

// fields returns the fields of a documented answer.
func (d *document) fields(content map[string]any, status string) map[string]field {
	all := map[string]field{}
	d.conditional = map[string]bool{}
	switch {
	case content["schema"] != nil:
		d.walk(content["schema"], "", all, nil)
		root := all[""]
		root.optional = false
		root.types = slices.DeleteFunc(root.types, func(kind string) bool { return kind == "null" })
		all[""] = root
		maps.DeleteFunc(all, func(path string, _ field) bool { return hidden(path) })
		d.byExamples(content, all)
	case status != "204":
		all[""] = field{[]string{"any"}, true} // the document does not say what it is
	}
	return all
}

// parameters replaces the names of path parameters.
func parameters(pattern string) string {
	segments := strings.Split(pattern, "/")
	for i, segment := range segments {
		if strings.HasPrefix(segment, "{") {
			segments[i] = "{}"
		}
	}
	return strings.Join(segments, "/")
}

func (d *document) resolve(node any) map[string]any {
	o := object(node)
	for ref, ok := o["$ref"].(string); ok; ref, ok = o["$ref"].(string) {
		at := any(d.root)
		for segment := range strings.SplitSeq(strings.TrimPrefix(ref, "#/"), "/") {
			at = object(at)[segment]
		}
		o = object(at)
	}
	return o
}

// walk adds the fields of a schema. All are optional: the document marks few as required.
func (d *document) walk(node any, path string, into map[string]field, above []string) {
	ref, _ := object(node)["$ref"].(string)
	schema := d.resolve(node)
	types := into[path].types
	if nullable, _ := schema["nullable"].(bool); nullable {
		types = union(types, []string{"null"})
	}
	recursive := ref != "" && slices.Contains(above, ref)
	combined := schema["allOf"] != nil || schema["oneOf"] != nil || schema["anyOf"] != nil
	properties := object(schema["properties"])
	kind, _ := schema["type"].(string)
	switch {
	case kind == "integer":
		kind = "number"
	case kind == "" && properties != nil:
		kind = "object"
	}
	if kind != "" {
		types = union(types, []string{kind})
	}
	open := kind == "" && !combined || kind == "object" && properties == nil && !combined || len(object(schema["additionalProperties"])) > 0
	if open || recursive || isDynamic(path) || strings.Count(path, ".") > 7 {
		types = union(types, []string{"any"})
	}
	into[path] = field{types, true}
	if recursive {
		return
	}
	above = append(slices.Clone(above), ref)
	for _, combine := range []string{"allOf", "oneOf", "anyOf"} {
		list, _ := schema[combine].([]any)
		d.alternatives(list, combine, path, into, above)
	}
	for name, property := range properties {
		d.walk(property, path+"."+name, into, above)
	}
	if items := schema["items"]; items != nil {
		d.walk(items, path+"[]", into, above)
	}
}

// alternatives adds the fields of combined schemas. What not all alternatives have is conditional.
func (d *document) alternatives(list []any, combine, path string, into map[string]field, above []string) {
	times := map[string]int{}
	for _, part := range list {
		one := map[string]field{}
		d.walk(part, path, one, above)
		for at, f := range one {
			times[at]++
			into[at] = field{union(into[at].types, f.types), true}
		}
	}
	for at, n := range times {
		if combine != "allOf" && n < len(list) {
			d.conditional[at] = true
		}
	}
}

// byExamples marks as required what all examples of an answer have.
func (d *document) byExamples(content map[string]any, into map[string]field) {
	var bodies []map[string]string
	for _, example := range object(content["examples"]) {
		if value := d.resolve(example)["value"]; value != nil {
			have := map[string]string{}
			fields(asJSON(value), "", have)
			bodies = append(bodies, have)
		}
	}
	for path, f := range into {
		lacking := func(have map[string]string) bool { return have[path] == "" }
		if len(bodies) > 0 && !neverRequired(path) && !d.conditional[path] && !slices.ContainsFunc(bodies, lacking) {
			f.optional = false
			into[path] = f
		}
	}
}
