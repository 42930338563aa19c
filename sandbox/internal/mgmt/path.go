package mgmt

import (
	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// The objects in the paths of operations of several kinds.

// pathUser returns the user in the path: an id, a login, or "me".
func pathUser(c *web.Call) (*state.User, error) {
	name := c.Path("userId")
	if u := access.UserNamed(c, name); u != nil {
		return u, nil
	}
	return nil, web.NotFound(name, "User")
}

// pathGroup returns the group in the path.
func pathGroup(c *web.Call) (*state.Group, error) {
	id := c.Path("groupId")
	if g := c.Org.Groups.Get(id); g != nil {
		return g, nil
	}
	return nil, web.NotFound(id, "UserGroup")
}

// pathApp returns the app that the path names.
func pathApp(c *web.Call) (*state.App, error) {
	id := c.Path("appId")
	if a := c.Org.Apps.Get(id); a != nil {
		return a, nil
	}
	return nil, web.NotFound(id, "AppInstance")
}
