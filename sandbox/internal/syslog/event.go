// Package syslog writes the events of the System Log (Emit) and answers queries for them (List).
package syslog

import (
	"net"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// Succeeded returns the outcome SUCCESS, which most events have.
func Succeeded() state.Outcome { return state.Outcome{Result: "SUCCESS"} }

// EmitOutcome logs an event of the call. It is committed together with the call's effect. The
// caller holds Server.mu.
func EmitOutcome(c *web.Call, kind Type, how state.Outcome, targets ...state.LogEntity) {
	emit(c, kind, how, nil, targets)
}

// EmitDebug logs a success with members of debugData.
func EmitDebug(c *web.Call, kind Type, debug map[string]string, targets ...state.LogEntity) {
	emit(c, kind, Succeeded(), debug, targets)
}

func emit(c *web.Call, kind Type, how state.Outcome, debug map[string]string, targets []state.LogEntity) {
	e := &state.Event{
		UUID: newUUID(), Published: c.Now.UTC().Truncate(time.Millisecond), Type: kind.Name, Outcome: how, Actor: actorOf(c), Targets: targets, Debug: debug,
		RequestID: c.ID, Path: c.Request.URL.Path, Agent: c.Request.UserAgent(),
	}
	if c.Principal != nil {
		e.TokenID = c.Principal.TokenID
	}
	if host, _, err := net.SplitHostPort(c.Request.RemoteAddr); err == nil {
		e.IP = host
	}
	c.Org.Log.Add(e)
}

// Emit logs an event with the outcome SUCCESS.
func Emit(c *web.Call, kind Type, targets ...state.LogEntity) {
	EmitOutcome(c, kind, Succeeded(), targets...)
}

// actorOf returns the actor of a call's events: the caller of the Management API, or the actor that
// the handler has set.
func actorOf(c *web.Call) state.LogEntity {
	switch {
	case c.Acting.ID != "":
		return c.Acting
	case c.Principal == nil:
	case c.Principal.UserID != "":
		if u := c.Org.Users.Get(c.Principal.UserID); u != nil {
			return UserEntity(u)
		}
	default:
		if a := c.Org.AppByClientID(c.Principal.ClientID); a != nil {
			return ClientEntity(a)
		}
	}
	return state.LogEntity{ID: "unknown", Type: "SystemPrincipal", Alternate: "system@okta.com", Name: "Okta System"}
}

// UserEntity returns the user as an actor or a target.
func UserEntity(u *state.User) state.LogEntity {
	return state.LogEntity{ID: u.ID, Type: "User", Alternate: u.Login(), Name: u.DisplayName()}
}

// ClientEntity returns the OAuth client of the app as an actor or a target.
func ClientEntity(a *state.App) state.LogEntity {
	return state.LogEntity{ID: a.ClientID(), Type: "PublicClientApp", Alternate: a.Label(), Name: a.Label()}
}

// AppEntity returns the app as a target.
func AppEntity(a *state.App) state.LogEntity {
	display := state.CatalogEntry(a.Name()).DisplayName
	if display == "" {
		display = a.Label()
	}
	return state.LogEntity{ID: a.ID, Type: "AppInstance", Alternate: a.Label(), Name: display}
}

// GroupEntity returns the group as a target.
func GroupEntity(g *state.Group) state.LogEntity {
	return state.LogEntity{ID: g.ID, Type: "UserGroup", Alternate: "unknown", Name: g.Name()}
}
