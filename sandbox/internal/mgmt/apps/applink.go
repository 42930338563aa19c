package apps

import (
	"crypto/sha256"
	"net/http"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// listAppLinks lists the apps that the user has, directly or through groups, as their dashboard
// shows them.
func listAppLinks(c *web.Call) error {
	u, err := kind.PathUser(c)
	if err != nil {
		return err
	}
	list := []any{}
	for _, a := range c.Org.Apps.All() {
		if a.Status != "ACTIVE" || c.Org.AssignmentOf(a, u) == nil {
			continue
		}
		hidden, _ := jsondoc.Object(a.Doc, "visibility", "hide")["web"].(bool)
		list = append(list, map[string]any{
			"id": u.ID, "label": a.Label(), "linkUrl": c.URL("/home/" + a.Name() + "/" + a.ID + "/" + appLinkID),
			"logoUrl": c.URL("/assets/img/logos/default.png"), "appName": a.Name(), "appInstanceId": a.ID,
			"appAssignmentId": assignmentID(a, u), "credentialsSetup": false, "hidden": hidden, "sortOrder": len(list),
		})
	}
	return c.JSON(http.StatusOK, list)
}

// assignmentID returns the id of an assignment, which has none of its own here: it is always the
// same for an app and a user.
func assignmentID(a *state.App, u *state.User) string {
	sum := sha256.Sum256([]byte(a.ID + " " + u.ID))
	id := []byte("0ua")
	for _, b := range sum[:17] {
		id = append(id, state.IDAlphabet[int(b)%len(state.IDAlphabet)])
	}
	return string(id)
}
