package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/jwk"
)

var (
	sweepID   = regexp.MustCompile(`"(id|createdBy)": "[^"]*"`)
	sweepTime = regexp.MustCompile(`"\d{4}-\d\d-\d\dT[^"]*"`)
	rawID     = regexp.MustCompile(`\b(0oa|00u|00g|cr0|iam|ire|00o|nzo|tos)[0-9A-Za-z]{17}\b`)
)

// dump is what the org holds, without ids and times. Each key is named by the file of the
// configuration that holds its private half. What Okta keeps in an order stays in it; what it keeps
// as a set is sorted.
func (s *sweep) dump(g *gate) string {
	var text bytes.Buffer
	if err := g.org.Dump(&text); err != nil {
		s.t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(text.Bytes(), &doc); err != nil {
		s.t.Fatal(err)
	}
	names := map[string]string{}
	for _, table := range []string{"apps", "users", "groups", "customRoles", "resourceSets", "zones", "trustedOrigins"} {
		list, _ := doc[table].([]any)
		for _, entry := range list {
			object := entry.(map[string]any)
			names[object["id"].(string)] = table + " " + nameOf(object)
		}
	}
	named, err := json.MarshalIndent(s.withNamedKeys(doc, s.keyFiles()), "", " ") // whose numbers may look like ids
	if err != nil {
		s.t.Fatal(err)
	}
	plain := rawID.ReplaceAllStringFunc(string(named), func(id string) string {
		if name, ok := names[id]; ok {
			return name
		}
		return "ID"
	})
	plain = sweepTime.ReplaceAllString(plain, `"TIME"`)
	plain = sweepID.ReplaceAllString(plain, `"$1": "ID"`)
	var again any
	if err := json.Unmarshal([]byte(plain), &again); err != nil {
		s.t.Fatal(err)
	}
	out, _ := json.MarshalIndent(withSortedSets(again), "", " ")
	return string(out)
}

// keyFiles names the files with private keys, by thumbprint.
func (s *sweep) keyFiles() map[string]string {
	files := map[string]string{}
	for name, content := range s.readFiles("keys") {
		if !strings.HasSuffix(name, ".pem") {
			continue
		}
		private, err := jwk.ParsePrivate([]byte(content))
		if err != nil {
			s.t.Fatalf("%s: %v", name, err)
		}
		public, err := private.Public()
		if err != nil {
			s.t.Fatalf("%s: %v", name, err)
		}
		files[public.Thumbprint()] = name
	}
	return files
}

func nameOf(object map[string]any) string {
	for _, path := range [][]string{{"document", "label"}, {"document", "name"}, {"profile", "login"}, {"profile", "name"}, {"label"}} {
		var at any = object
		for _, name := range path {
			m, _ := at.(map[string]any)
			at = m[name]
		}
		if name, ok := at.(string); ok {
			return name
		}
	}
	return "?"
}

// withSortedSets sorts the lists of what the org keeps as sets: all but those in documents and
// profiles.
func withSortedSets(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for name, elem := range v {
			if name != "document" && name != "profile" {
				v[name] = withSortedSets(elem)
			}
		}
	case []any:
		for i := range v {
			v[i] = withSortedSets(v[i])
		}
		slices.SortFunc(v, func(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	}
	return v
}

// withNamedKeys names the keys by their files.
func (s *sweep) withNamedKeys(v any, files map[string]string) any {
	switch v := v.(type) {
	case map[string]any:
		if v["kty"] != nil {
			return s.namedKey(v, files)
		}
		for name, elem := range v {
			v[name] = s.withNamedKeys(elem, files)
		}
	case []any:
		for i := range v {
			v[i] = s.withNamedKeys(v[i], files)
		}
	}
	return v
}

func (s *sweep) namedKey(key map[string]any, files map[string]string) any {
	text, err := json.Marshal(key)
	if err != nil {
		s.t.Fatal(err)
	}
	public, err := jwk.ParsePublic(text)
	if err != nil {
		s.t.Fatalf("%s: %v", text, err)
	}
	file := files[public.Thumbprint()]
	if file == "" {
		file = "no file here"
	}
	for _, name := range []string{"n", "e", "x", "y", "crv"} {
		delete(key, name)
	}
	key["file"] = file
	return key
}
