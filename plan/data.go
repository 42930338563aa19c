package plan

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/schema"
)

// ResolveLookups returns the object of each lookup by address. A lookup with no result, or with
// several, is an error and is omitted.
func ResolveLookups(results []schema.LookupResult) (map[string]*schema.Object, hcl.Diagnostics) {
	data := map[string]*schema.Object{}
	var diags hcl.Diagnostics
	for i := range results {
		r := &results[i]
		switch len(r.Objects) {
		case 1:
			data[r.Lookup.Addr.String()] = &r.Objects[0]
		case 0:
			diags = append(diags, notFound(r))
		default:
			diags = append(diags, ambiguous(r))
		}
	}
	return data, diags
}

func notFound(r *schema.LookupResult) *hcl.Diagnostic {
	l := r.Lookup
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Data source found nothing",
		Detail:  fmt.Sprintf("%s looks up the %s with the %s %q, and the org has none.%s", l.Addr, l.Kind.Title, l.By, l.Value, config.DidYouMean(l.Value, r.Similar)),
		Subject: &l.Range}
}

func ambiguous(r *schema.LookupResult) *hcl.Diagnostic {
	l := r.Lookup
	var ids []string
	for _, object := range r.Objects {
		ids = append(ids, object.ID)
	}
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Data source found more than one",
		Detail:  fmt.Sprintf("%s looks up the %s with the %s %q, and the org has %d of them: %s. Look up the right one with id.", l.Addr, l.Kind.Title, l.By, l.Value, len(ids), strings.Join(ids, ", ")),
		Subject: &l.Range}
}

// KnownData returns the results of data blocks for an evaluation; nil if there are none.
func KnownData(data map[string]*schema.Object) func(schema.Addr) *schema.Object {
	if len(data) == 0 {
		return nil
	}
	return func(addr schema.Addr) *schema.Object {
		if !addr.Data {
			return nil
		}
		return data[addr.String()]
	}
}
