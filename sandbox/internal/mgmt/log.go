package mgmt

import (
	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// logKind are the events of the System Log.
func logKind() kind.Kind {
	return kind.Kind{
		Name:  "logEvent",
		Table: func(o *state.Org) state.Storable { return o.Log },
		Routes: []web.Route{{Pattern: "GET /api/v1/logs", Scope: "okta.logs", Right: access.LogsRead, Handle: func(c *web.Call) error {
			return syslog.List(c, eventTypes())
		}}},
		Unseeded:  "a new org has no past",
		Eventless: "nobody changes events",
	}
}
