package recordedorg

import (
	"context"
	"strings"
	"testing"
)

// TestOpen opens every recording. Each object of a recorded collection is listed once, and a path
// that was not recorded is an error.
func TestOpen(t *testing.T) {
	names, err := Files()
	if err != nil || len(names) == 0 {
		t.Fatalf("%d recordings, %v", len(names), err)
	}
	for _, name := range names {
		org, err := Open(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for path, objects := range org.objects {
			if strings.Count(path, "/") != 3 || path == "/api/v1/policies" {
				continue // only lists of these are recorded
			}
			list, err := org.List(context.Background(), path, "")
			if err != nil || len(list) != len(objects) {
				t.Errorf("%s: %s lists %d of %d objects, %v", name, path, len(list), len(objects), err)
			}
			seen := map[any]bool{}
			for _, object := range list {
				if id := object["id"]; id != nil && seen[id] {
					t.Errorf("%s: %s lists %v twice", name, path, id)
				}
				seen[object["id"]] = true
			}
		}
		var into map[string]any
		if err := org.Get(context.Background(), "/api/v1/nothing", &into); err == nil {
			t.Errorf("%s: answers for a path that it does not show", name)
		}
	}
}
