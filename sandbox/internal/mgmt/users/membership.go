package users

import (
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// EventMemberAdd is the event of a user who joins a group. The kind of groups lists it.
var EventMemberAdd = syslog.Type{Name: "group.user_membership.add", Message: "Add user to group membership", Legacy: "core.user_group_member.user_add"}

// Join makes a user a member of a group.
func Join(c *web.Call, u *state.User, g *state.Group) {
	g.Members, g.LastMembershipUpdated = append(g.Members, u.ID), c.Second()
	c.Org.Groups.Put(g.ID, g)
	syslog.Emit(c, EventMemberAdd, syslog.UserEntity(u), syslog.GroupEntity(g))
}
