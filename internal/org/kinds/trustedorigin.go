package kinds

import (
	"context"

	"github.com/oktaform/oktaform/schema/kinds"
)

// Trusted origins (/api/v1/trustedOrigins).
func trustedOrigin() *Kind {
	return document(&Kind{
		Kind:       kinds.Named("trusted_origin"),
		Collection: "/api/v1/trustedOrigins",
		Optional:   "trusted origins",
		Dependents: func(context.Context, *Org, string) ([]Dependent, error) { return nil, nil }, // nothing refers to an origin
		// Origins have no parts, and their documents are listed in each run.
		Events: []EventEffect{{Types: `security.trusted_origin.create security.trusted_origin.update security.trusted_origin.activate
			security.trusted_origin.deactivate security.trusted_origin.delete`}},
	}, "trustedOriginId", func(map[string]any) bool { return true },
		"_links", "created", "createdBy", "id", "lastUpdated", "lastUpdatedBy", "status")
}
