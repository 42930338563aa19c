package mgmt

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// absentKind describes features that Okta sells or enables separately. The embedded org does not
// have them, and answers like an org without the feature.
func absentKind() kind.Kind {
	k := kind.Kind{Name: "absent", PartOf: []string{"org"}, Eventless: "nothing changes"}
	for _, part := range []struct {
		patterns     string // separated by spaces; each with the methods before it
		scope        string
		read, manage web.Right
		handle       func(*web.Call) error
	}{
		{"GET,POST /api/v1/groups/{groupId}/owners DELETE /api/v1/groups/{groupId}/owners/{ownerId}",
			"okta.groups", access.GroupsRead, access.GroupsManage, absentFrom(onGroup)},
		{"GET /api/v1/apps/{appId}/features GET,PUT /api/v1/apps/{appId}/features/{featureName}",
			"okta.apps", access.AppsRead, access.AppsManage, noProvisioning},
		{"GET,POST /api/v1/apps/{appId}/federated-claims GET,PUT,DELETE /api/v1/apps/{appId}/federated-claims/{claimId}",
			"okta.apps", access.AppsRead, access.AppsManage, absentFrom(onApp)},
		{"GET,POST /api/v1/apps/{appId}/group-push/mappings GET,PATCH,DELETE /api/v1/apps/{appId}/group-push/mappings/{mappingId}",
			"okta.apps", access.AppsRead, access.AppsManage, absentFrom(onApp)},
		{"GET,POST /api/v1/apps/{appId}/cwo/connections GET,PATCH,DELETE /api/v1/apps/{appId}/cwo/connections/{connectionId}",
			"okta.apps", access.AppsRead, access.AppsManage, absentFrom(onApp)},
		{"GET,PUT /api/v1/users/{userId}/classification GET,PUT /api/v1/users/{userId}/risk",
			"okta.users", access.UsersRead, access.UsersManage, absentFrom(onUser)},
	} {
		words := strings.Fields(part.patterns)
		for i := 0; i+1 < len(words); i += 2 {
			for method := range strings.SplitSeq(words[i], ",") {
				needed := part.manage
				if method == http.MethodGet {
					needed = part.read
				}
				k.Routes = append(k.Routes, web.Route{Pattern: method + " " + words[i+1], Scope: part.scope, Right: needed, Handle: part.handle})
			}
		}
	}
	return k
}

func onGroup(c *web.Call) (err error) {
	if id := c.Path("groupId"); c.Org.Groups.Get(id) == nil {
		err = web.NotFound(id, "UserGroup")
	}
	return err
}

func onApp(c *web.Call) error {
	_, err := kind.PathApp(c)
	return err
}

func onUser(c *web.Call) error {
	_, err := kind.PathUser(c)
	return err
}

// absentFrom refuses a call about an object that exists because the org lacks the feature. Okta
// answers so with 401, which is not about the credentials.
func absentFrom(on func(*web.Call) error) func(*web.Call) error {
	return func(c *web.Call) error {
		if err := on(c); err != nil {
			return err
		}
		return errLacksFeature()
	}
}

func errLacksFeature() error {
	return &web.APIError{Status: http.StatusUnauthorized, Code: "E0000015", Summary: "You do not have permission to access the feature you are requesting"}
}

// optional are the parts of the API that an org may lack, with their paths.
var optional = []struct{ name, path string }{
	{"customRoles", "/api/v1/iam/roles"}, {"resourceSets", "/api/v1/iam/resource-sets"}, {"zones", "/api/v1/zones"},
	{"trustedOrigins", "/api/v1/trustedOrigins"}, {"groupRules", "/api/v1/groups/rules"}, {"groupsClaims", "/api/v1/internal/apps/"},
}

// checkLacks returns an error for a name of no optional part.
func checkLacks(names []string) error {
	for _, name := range names {
		var known []string
		for _, part := range optional {
			known = append(known, part.name)
		}
		if !slices.Contains(known, name) {
			return fmt.Errorf("%q is none of %s", name, strings.Join(known, ", "))
		}
	}
	return nil
}

// unlessLacking returns a handler that refuses calls of a part of the API that the org lacks.
func unlessLacking(pattern string, handle func(*web.Call) error) func(*web.Call) error {
	_, path, _ := strings.Cut(pattern, " ")
	for _, part := range optional {
		if path == part.path || strings.HasPrefix(path, strings.TrimSuffix(part.path, "/")+"/") {
			return func(c *web.Call) error {
				if slices.Contains(c.Org.Self().Lacks, part.name) {
					return errLacksFeature()
				}
				return handle(c)
			}
		}
	}
	return handle
}

// noProvisioning refuses a call about provisioning, which no app here has.
func noProvisioning(c *web.Call) error {
	if err := onApp(c); err != nil {
		return err
	}
	return web.Invalid("feature", "Provisioning is not enabled for the app instance.")
}
