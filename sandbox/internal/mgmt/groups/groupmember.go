package groups

import (
	"net/http"
	"slices"

	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/users"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

func listMembers(c *web.Call) error {
	g, err := kind.PathGroup(c)
	if err != nil {
		return err
	}
	found, err := web.Page(c, c.Org.Members(g), func(u *state.User) string { return u.ID }, web.PageSize{Fallback: 1000, Max: 1000, Echo: true})
	if err != nil {
		return err
	}
	list := []any{}
	for _, u := range found {
		list = append(list, users.UserListView(c, u))
	}
	return c.JSON(http.StatusOK, list)
}

// pathMember returns the group and user in the path. It fails for a group whose members cannot be
// set by hand.
func pathMember(c *web.Call) (*state.Group, *state.User, error) {
	g, err := pathOwnGroup(c)
	if err != nil {
		return nil, nil, err
	}
	u, err := kind.PathUser(c)
	return g, u, err
}

func addMember(c *web.Call) error {
	g, u, err := pathMember(c)
	if err != nil {
		return err
	}
	if !c.Org.IsMember(g, u) {
		users.Join(c, u, g)
	}
	return c.NoContent(http.StatusNoContent)
}

func removeMember(c *web.Call) error {
	g, u, err := pathMember(c)
	if err != nil {
		return err
	}
	if c.Org.IsMember(g, u) {
		excludeFromRules(c, g, u)
		g.Members = slices.DeleteFunc(g.Members, func(id string) bool { return id == u.ID })
		g.LastMembershipUpdated = c.Second()
		c.Org.Groups.Put(g.ID, g)
		syslog.Emit(c, eventMemberGone, syslog.UserEntity(u), syslog.GroupEntity(g))
	}
	return c.NoContent(http.StatusNoContent)
}
