package org

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
)

// Reasons why RemoveApp leaves an app.
var (
	ErrOtherMark       = errors.New("the app carries another owner's mark")
	ErrOnlyDeactivated = errors.New("the app is deactivated, and not deleted")
)

// RemoveApp deactivates and deletes the app with a client id, if it carries the owner's mark. An
// app that is gone is no error. The app may be the client's own, which may not be able to delete
// itself after it was deactivated.
func (c *Client) RemoveApp(ctx context.Context, clientID, owner string) error {
	path := "/api/v1/apps/" + url.PathEscape(clientID)
	app, err := c.Document(ctx, c.Request(http.MethodGet, path, nil))
	switch {
	case okta.NotFound(err):
		return nil
	case err != nil:
		return err
	case okta.Text(app, "profile", schema.ProfileOwner) != owner:
		return ErrOtherMark
	}
	if okta.Text(app, "status") != "INACTIVE" {
		if err := c.Do(ctx, okta.Repeatable(c.Request(http.MethodPost, path+"/lifecycle/deactivate", nil))); err != nil && !okta.NotFound(err) {
			return err
		}
	}
	err = c.Do(ctx, c.Request(http.MethodDelete, path, nil))
	switch {
	case err == nil || okta.NotFound(err):
		return nil
	case okta.Denied(err) && clientID == c.Principal():
		return ErrOnlyDeactivated
	}
	return err
}
