package kinds

import "context"

// Network zones (/api/v1/zones), which are only looked up.

const zonesPath = "/api/v1/zones"

func networkZone() *Kind {
	return &Kind{
		Collection: zonesPath,
		Lookup: &Lookup{Source: "network_zone", Collection: zonesPath,
			All: func(ctx context.Context, o *Org) ([]map[string]any, error) {
				return o.List(ctx, zonesPath, "limit=200")
			}},
	}
}
