package state

import "time"

// AppUser is a user's assignment to an app: their own (scope USER) or through a group (GROUP).
type AppUser struct {
	Scope       string
	UserName    string
	Profile     map[string]any
	GroupID     string
	Created     time.Time
	LastUpdated time.Time
}

// AssignmentOf returns the user's assignment to the app; nil if there is none.
func (o *Org) AssignmentOf(a *App, u *User) *AppUser {
	if u.Status == "DEPROVISIONED" {
		return nil
	}
	for _, d := range a.Users {
		if d.UserID == u.ID {
			return &AppUser{Scope: "USER", UserName: d.UserName, Profile: d.Profile, Created: d.Created, LastUpdated: d.LastUpdated}
		}
	}
	for _, g := range a.Groups {
		if o.IsMember(o.Groups.Get(g.GroupID), u) {
			return &AppUser{Scope: "GROUP", UserName: u.Login(), GroupID: g.GroupID, Created: g.LastUpdated, LastUpdated: g.LastUpdated}
		}
	}
	return nil
}
