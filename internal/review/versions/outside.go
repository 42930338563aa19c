package versions

import (
	"slices"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/review/access"
)

// newOutside returns what depends on variables in another way than before.
func (in *Input) newOutside(before, after []config.Outside) (list []config.Outside) {
	type dependence struct{ on, attribute, print string }
	of := func(o config.Outside, addr string) dependence {
		if o.Test != "" {
			addr = "" // a test may be renamed
		}
		return dependence{addr, o.Attribute, o.Print}
	}
	had := map[dependence]bool{}
	for _, o := range before {
		had[of(o, o.Addr.String())] = true
	}
	for _, o := range after {
		former, known := in.Former(o.Addr.String())
		if !known || !had[of(o, former)] {
			list = append(list, o)
		}
	}
	return list
}

// otherUnknowns returns values that are unknown in the second version, and known or computed
// differently in the first: they may have changed to anything. Objects that are new are judged as a
// whole.
func (in *Input) otherUnknowns(before, after []config.Unknown) (list []config.Unknown) {
	type part struct{ addr, attribute string }
	had, org := map[part]string{}, map[string]bool{}
	for _, u := range before {
		if u.Kind == nil {
			org[u.Print] = true
			continue
		}
		had[part{u.Addr.String(), u.Attribute}] = u.Print
	}
	for _, u := range after {
		if u.Kind == nil {
			if !org[u.Print] {
				list = append(list, u)
			}
			delete(org, u.Print)
			continue
		}
		former, known := in.Former(u.Addr.String())
		existed := slices.ContainsFunc(in.Before, func(o access.Object) bool { return o.Addr == u.Addr })
		if print, found := had[part{former, u.Attribute}]; known && (!found && existed || found && print != u.Print) {
			list = append(list, u)
		}
	}
	if len(org) > 0 { // without the unknown name_suffix, names differ from those before
		list = append(list, config.Unknown{Attribute: "org"})
	}
	return list
}
