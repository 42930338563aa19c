package main

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/internal/catalog"
	orgkinds "github.com/oktaform/oktaform/internal/org/kinds"
	"github.com/oktaform/oktaform/internal/profile"
	"github.com/oktaform/oktaform/schema/kinds"
)

// TestScopesOfPlans: the documented scopes of a credential for plans are those of oktaform login.
func TestScopesOfPlans(t *testing.T) {
	want := profile.ReadScopes()
	page := read(t, "../../docs/credentials.md")
	_, list, _ := strings.Cut(page, "okta_api_scopes = [")
	list, _, _ = strings.Cut(list, "]")
	lists := []string{list}
	for _, m := range regexp.MustCompile(`OKTA_CLIENT_SCOPES: (.*)`).FindAllStringSubmatch(read(t, "../../docs/ci.md"), -1) {
		lists = append(lists, m[1])
	}
	if len(lists) < 3 {
		t.Errorf("%d lists were found", len(lists))
	}
	for _, list := range lists {
		scopes := regexp.MustCompile(`okta\.\w+\.\w+`).FindAllString(list, -1)
		scopes = slices.DeleteFunc(scopes, func(s string) bool { return s == "okta.logs.read" }) // for drift
		if !slices.Equal(scopes, want) {
			t.Errorf("a list of scopes is %q, want %q", scopes, want)
		}
	}
}

// TestScopesOfLogin: the apps of a login may read, or read and change, objects of every kind.
func TestScopesOfLogin(t *testing.T) {
	granted := func(operation string, scopes []string) bool {
		method, path, _ := strings.Cut(operation, " ")
		found, known := catalog.Find(method, path)
		if !known {
			t.Errorf("no operation %s", operation)
		}
		return catalog.Granted(found, scopes...)
	}
	for _, kind := range kinds.All() {
		k := orgkinds.Of(kind)
		if k.Collection != "" && !granted(http.MethodGet+" "+k.Collection, profile.ReadScopes()) {
			t.Errorf("%s can't be read", kind.Name)
		}
		operations := []string{k.Operations.Create, k.Operations.Update, k.Operations.Delete, k.Operations.Credentials}
		for _, operation := range k.Operations.SideData {
			operations = append(operations, operation)
		}
		for _, operation := range operations {
			if operation != "" && !granted(operation, profile.ApplyScopes()) {
				t.Errorf("%s: %s is not granted", kind.Name, operation)
			}
		}
	}
	for _, scope := range profile.ReadScopes() {
		manage := strings.Replace(scope, ".read", ".manage", 1)
		if !slices.Contains(profile.ApplyScopes(), scope) && !slices.Contains(profile.ApplyScopes(), manage) {
			t.Errorf("an app that applies can't plan: %s", scope)
		}
	}
}
