package plan

import (
	"maps"
	"regexp"
	"slices"
	"sync"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
)

var oktaID = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9a-zA-Z]{20}$`) })

// IDs lists the ids of all that the plan is about: of the objects that it changes or reads, and
// of what these refer to.
func (p *Plan) IDs() []string {
	found := map[string]bool{p.Principal: p.Principal != ""}
	add := func(v schema.Value) {
		if v.IsNull() {
			return
		}
		for _, held := range v.All() {
			held, _ = held.UnmarkDeep()
			_ = cty.Walk(held, func(_ cty.Path, v cty.Value) (bool, error) {
				if id := schema.Text(v); oktaID().MatchString(id) {
					found[id] = true
				}
				return true, nil
			})
		}
	}
	for i := range p.Changes {
		c := &p.Changes[i]
		found[c.ID] = true
		add(c.Before)
		add(c.After)
		if c.Prior != nil {
			add(c.Prior.Value)
		}
	}
	for _, object := range p.Data {
		found[object.ID] = true
		add(object.Value)
	}
	delete(found, "")
	return slices.Sorted(maps.Keys(found))
}
