package roles

import (
	"net/http"

	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// listAssignees lists the users who have roles, either their own or through groups. This list pages
// in its body.
func listAssignees(c *web.Call) error {
	var found []*state.User
	for _, u := range c.Org.Users.All() {
		holds := len(u.Roles) > 0
		for _, g := range c.Org.GroupsOf(u) {
			holds = holds || len(g.Roles) > 0
		}
		if holds && u.Status != "DEPROVISIONED" {
			found = append(found, u)
		}
	}
	found, next, err := web.PageInBody(c, found, func(u *state.User) string { return u.ID })
	if err != nil {
		return err
	}
	list := []any{}
	for _, u := range found {
		self := c.URL("/api/v1/users/" + u.ID)
		list = append(list, map[string]any{"id": u.ID, "orn": c.Org.ORN("directory") + ":users:" + u.ID,
			"_links": map[string]any{"roles": map[string]any{"href": self + "/roles"}, "self": map[string]any{"href": self}}})
	}
	doc := map[string]any{"value": list}
	if next != "" {
		doc["_links"] = map[string]any{"next": map[string]any{"href": next}}
	}
	return c.JSON(http.StatusOK, doc)
}
