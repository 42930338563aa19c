package kinds

import (
	"context"
	"fmt"
	"slices"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// Network zones (/api/v1/zones). System zones can be looked up but not declared.

const zonesPath = "/api/v1/zones"

func networkZone() *Kind {
	return document(&Kind{
		Kind:             kinds.Named("network_zone"),
		Collection:       zonesPath,
		Optional:         "network zones",
		Taken:            takenZones,
		DeactivatesFirst: true, // Identity Engine does not delete active zones
		Dependents:       zoneDependents,
		// Zones have no parts, and their documents are listed in each run.
		Events: []EventEffect{{Types: `zone.create zone.update zone.activate zone.deactivate zone.delete zone.make_blacklist zone.remove_blacklist`}},
	}, "zoneId", func(doc map[string]any) bool { return doc["system"] != true },
		"_links", "created", "id", "lastUpdated", "status", "system")
}

// takenZones returns the system zones that have one of the names.
func takenZones(ctx context.Context, o *Org, names []string) (taken []schema.Taken, err error) {
	if len(names) == 0 {
		return nil, nil
	}
	docs, err := o.List(ctx, zonesPath, "limit=200")
	for _, doc := range docs {
		if name := okta.Text(doc, "name"); doc["system"] == true && slices.Contains(names, name) {
			taken = append(taken, schema.Taken{Kind: "network_zone", ID: okta.Text(doc, "id"), Name: name, Is: "made by Okta"})
		}
	}
	return taken, err
}

// zoneDependents returns the apps whose use is limited to, or excluded from, a zone.
func zoneDependents(ctx context.Context, o *Org, id string) ([]Dependent, error) {
	apps, err := listApps(ctx, o)
	if err != nil {
		return nil, err
	}
	var out []Dependent
	for _, app := range apps {
		value, _, err := app.Kind.Decode(app.Doc)
		if err != nil {
			return nil, err
		}
		for _, attr := range []string{"network_include", "network_exclude"} {
			for _, zone := range schema.Elements(value.GetAttr(attr)) {
				if schema.Text(zone) == id {
					out = append(out, Dependent{app.ClientID(), fmt.Sprintf("the app %q (%s), whose %s names it", app.Name(), app.ID(), attr)})
				}
			}
		}
	}
	return out, nil
}
