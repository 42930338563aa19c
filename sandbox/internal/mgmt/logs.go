package mgmt

import (
	"github.com/oktaform/oktaform/sandbox/internal/access"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

func LogRoutes() []web.Route {
	return []web.Route{{Pattern: "GET /api/v1/logs", Scope: "okta.logs", Right: access.LogsRead, Handle: syslog.List}}
}
