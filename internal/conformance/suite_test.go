package conformance

import (
	"io/fs"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/reference"
)

// TestSources: every exchange says where its promise comes from, and a recording that it names has
// such an exchange.
func TestSources(t *testing.T) {
	all, err := Exchanges()
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 300 {
		t.Errorf("%d exchanges", len(all))
	}
	names := map[string]bool{}
	for i := range all {
		x := &all[i]
		if names[x.Name] {
			t.Errorf("%s: two exchanges have this name", x.Name)
		}
		names[x.Name] = true
		switch source := x.Source(); source.Kind {
		case Recorded:
			if !isRecorded(t, x, source) {
				t.Errorf("%s: %s has no such exchange", x.Name, source.Text)
			}
		case Documented, Inferred:
			if source.Text == "" {
				t.Errorf("%s: what document?", x.Name)
			}
		default:
			t.Errorf("%s: the source is %q", x.Name, source.Kind)
		}
	}
}

func isRecorded(t *testing.T, x *Exchange, source Source) bool {
	t.Helper()
	folder, _, _ := strings.Cut(strings.Fields(source.Text)[0], "/")
	code, _ := x.directive("error")
	var files []string
	err := fs.WalkDir(reference.Recordings(), folder, func(file string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(file, ".yaml") {
			files = append(files, file)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	target, _, _ := strings.Cut(x.Path, "?")
	for _, file := range files {
		for _, r := range readCassette(t, file) {
			u, err := url.Parse(r.Request.URL)
			if err != nil || r.Request.Method != x.Method || r.Response.Code != x.Status ||
				recordedOperation(x.Method, target) != recordedOperation(r.Request.Method, u.Path) {
				continue
			}
			if code == nil || strings.Contains(r.Response.Body, `"`+code[0]+`"`) {
				return true
			}
		}
	}
	return false
}

// TestOnlyOwnObjectsChange: no exchange writes to an object that the run has not created.
func TestOnlyOwnObjectsChange(t *testing.T) {
	all, err := Exchanges()
	if err != nil {
		t.Fatal(err)
	}
	// What exists in every org, and an id of nothing.
	foreign := []string{"$me", "$policy", "$passwordPolicy", "$none"}
	refused := func(x *Exchange) bool { return x.Status >= 400 }
	for i := range all {
		x := &all[i]
		target, _, _ := strings.Cut(x.Path, "?")
		created := x.Method == "POST" && slices.ContainsFunc(kinds, func(k kind) bool { return slices.Contains(k.create, target) })
		oauth := strings.HasPrefix(target, "/oauth2/v1/") && !strings.HasPrefix(target, "/oauth2/v1/clients") || target == "/api/v1/authn"
		first := slices.IndexFunc(strings.Split(target, "/"), func(s string) bool { return strings.Contains(s, "$") })
		switch {
		case x.Method == "GET" || created || oauth || refused(x):
		case first < 0:
			t.Errorf("%s: %s %s writes to the org itself", x.Name, x.Method, x.Path)
		case slices.Contains(foreign, strings.Split(target, "/")[first]):
			t.Errorf("%s: %s %s writes to an object of others", x.Name, x.Method, x.Path)
		}
	}
}
