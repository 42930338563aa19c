package cli

import (
	"maps"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// lookUp finds what the configuration's data blocks name, with find. One may name another
// one's result, so it goes on as long as there is something new to find. A
// destruction goes on without what isn't there any more.
func (s *Session) lookUp(destroy bool, find func([]schema.Lookup) ([]schema.Found, error)) (map[string]*schema.Object, error) {
	data := map[string]*schema.Object{}
	if destroy {
		s.Config.IgnoreConditions()
	}
	for {
		eval := s.Config.Evaluate(plan.KnownData(data))
		lookups, diags := eval.Lookups()
		if err := s.Failed(diags); err != nil {
			return nil, err
		}
		if len(lookups) == 0 {
			return data, s.unfound(eval.Unfound(), destroy)
		}
		results, err := find(lookups)
		if err != nil {
			return nil, err
		}
		found, diags := plan.Found(results)
		maps.Copy(data, found)
		if diags.HasErrors() {
			return data, s.unfound(diags, destroy)
		}
	}
}

func (s *Session) unfound(diags hcl.Diagnostics, destroy bool) error {
	if destroy {
		return nil
	}
	return s.Failed(diags)
}
