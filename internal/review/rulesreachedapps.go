package review

import (
	"fmt"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/internal/review/access"
	"github.com/oktaform/oktaform/internal/review/phrase"
	"github.com/oktaform/oktaform/internal/review/severity"
	"github.com/oktaform/oktaform/schema"
)

// reachedApp is an app that is new or holds more than before.
type reachedApp struct {
	app         *access.Object
	protections []string
	rises       bool // whether it existed before
}

// reachedApps returns the apps that are new or gain rights that a lesser admin could use through
// them.
func (x *examined) reachedApps() (apps []reachedApp) {
	for i := range x.Objects {
		o := &x.Objects[i]
		if !o.IsApp() || o.Gone {
			continue
		}
		was, protections := x.before.ByAddr[o.Addr.String()], x.Protections(o)
		if was == nil || len(protections) > len(x.before.Protections(was)) {
			apps = append(apps, reachedApp{o, protections, was != nil})
		}
	}
	return apps
}

// joinedApps returns the finding for the apps that a role newly lets its principal act on.
func (x *examined) joinedApps(o *access.Object, r access.Role, apps []reachedApp) []hit {
	if len(apps) == 0 {
		return nil
	}
	operations := x.operationsOnEach(o, r, catalog.Apps)
	var names []string
	var worst catalog.Operation
	level, more := severity.None, 0
	for _, a := range apps {
		operation, risk := worstOperationOn(operations, a.protections, r.Type)
		if risk == severity.None || a.app == o {
			continue
		}
		if risk > level {
			worst, level = operation, risk
		}
		if len(names) == 3 {
			more++
			continue
		}
		name := a.app.Addr.String()
		switch {
		case a.rises:
			name += ", which gains rights"
		case len(a.protections) > 0:
			name += ", which has rights of its own"
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return nil
	}
	if more > 0 {
		names = append(names, phrase.Count(more, "other"))
	}
	return []hit{{o: o, attribute: access.BlockAdminRole, at: access.RoleRange(o, r), severity: level,
		verdict: "may now " + access.UseOn(worst, names),
		message: fmt.Sprintf("%s covers all apps of %s, and so %s: it may %s", r, schema.OIDCClient, phrase.List(names), worst)}}
}
