package catalog_test

import (
	"testing"

	"github.com/oktaform/oktaform/internal/catalog"
)

func TestBuckets(t *testing.T) {
	buckets := catalog.NewBuckets()
	for _, test := range []struct{ method, path, want string }{
		{"GET", "/api/v1/apps", "/api/v1/apps"},
		{"POST", "/api/v1/apps", "/api/v1/apps"},
		{"GET", "/api/v1/apps/0oa1", "/api/v1/apps/{id}"},
		{"PUT", "/api/v1/apps/0oa1", "/api/v1/apps/{id}"},
		{"GET", "/api/v1/apps/0oa1/grants", "/api/v1/apps"},
		{"DELETE", "/api/v1/apps/0oa1/grants/oag1", "/api/v1/apps"},
		{"PUT", "/api/v1/apps/0oa1/groups/00g1", "/api/v1/apps"},
		{"GET", "/api/v1/groups/00g1/apps", "/api/v1/groups"},
		{"PUT", "/api/v1/groups/00g1", "/api/v1/groups/{id}"},
		{"GET", "/api/v1/users/me", "/api/v1/users/me"},
		{"GET", "/api/v1/users/ada%40example.com", "/api/v1/users/{id:.+}"},
		{"POST", "/api/v1/users/00u1", "/api/v1/users/{id}"},
		{"GET", "/api/v1/users/00u1/roles", "/api/v1/users"},
		{"GET", "/oauth2/v1/clients/0oa1/roles", "/oauth2/v1/clients"},
		{"GET", "/api/v1/iam/roles/cr01/permissions", "/api/v1/iam"},
		{"GET", "/.well-known/okta-organization", "/"},
		{"POST", "/oauth2/v1/token", "/oauth2/v1/token"},
		// What the table lacks.
		{"PUT", "/oauth2/v1/clients/0oa1/roles/IFIFAX2BIRGUSTQ/targets/catalog/apps/oidc_client/0oa2", "/oauth2/v1/clients"},
		{"GET", "/api/v1/apps/0oa1/something/new", "/api/v1/apps"},
		{"GET", "/api/v1/novelty", "/api/v1"},
		{"GET", "/login", "/"},
		{"GET", "", "/"},
	} {
		if got := buckets.Of(test.method, test.path); got != test.want {
			t.Errorf("%s %s: %s, want %s", test.method, test.path, got, test.want)
		}
	}
}
