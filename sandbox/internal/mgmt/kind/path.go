package kind

import (
	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// The objects in the paths of operations of several kinds.

// PathUser returns the user in the path: an id, a login, or "me".
func PathUser(c *web.Call) (*state.User, error) {
	name := c.Path("userId")
	if u := access.UserNamed(c, name); u != nil {
		return u, nil
	}
	return nil, web.NotFound(name, "User")
}

// PathGroup returns the group in the path.
func PathGroup(c *web.Call) (*state.Group, error) {
	id := c.Path("groupId")
	if g := c.Org.Groups.Get(id); g != nil {
		return g, nil
	}
	return nil, web.NotFound(id, "UserGroup")
}

// PathApp returns the app that the path names.
func PathApp(c *web.Call) (*state.App, error) {
	id := c.Path("appId")
	if a := c.Org.Apps.Get(id); a != nil {
		return a, nil
	}
	return nil, web.NotFound(id, "AppInstance")
}
