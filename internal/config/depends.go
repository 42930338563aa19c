package config

import (
	"slices"

	"github.com/oktaform/oktaform/schema"
)

// dependsOn returns the objects that must exist before the instance: those that it refers to, also
// through local values, variables and outputs, and those that depends_on names. Of a repeated block
// it returns only the used instances, if they can be determined, else all.
func (e *Evaluation) dependsOn(in *instance) []schema.Addr {
	if in.follows {
		return in.depends
	}
	in.follows = true
	if in.node.broken {
		return nil
	}
	found := map[schema.Addr]bool{}
	add := func(addrs []schema.Addr) {
		for _, addr := range addrs {
			found[addr] = true
		}
	}
	s, _ := in.outer()
	for _, u := range in.node.uses {
		switch u.to.class {
		case classObject:
			for _, target := range e.targets(s, u, in) {
				found[target.addr()] = true
			}
		case classModule:
			for _, target := range e.targets(s, u, in) {
				e.moduleDepends(target, u, add)
			}
		case classVar, classLocal:
			add(e.dependsOn(e.only(s, u.to)))
		}
	}
	if call := s.call; call != nil {
		add(e.dependsOn(call))
	}
	for addr := range found {
		in.depends = append(in.depends, addr)
	}
	slices.SortFunc(in.depends, schema.CompareAddr)
	return in.depends
}

// targets returns the used instances.
func (e *Evaluation) targets(s *scope, u *use, in *instance) []*instance {
	x := e.expand(s, u.to)
	if u.keys == nil {
		return x.instances
	}
	if picked, ok := x.pick(u, e.plainContext(in, in.node.uses)); ok {
		return picked
	}
	return x.instances
}

// moduleDepends adds what the used outputs depend on or, for depends_on, all objects of the module.
func (e *Evaluation) moduleDepends(call *instance, u *use, add func([]schema.Addr)) {
	if call.inner == nil {
		return
	}
	if !u.order {
		for _, out := range u.outputNodes() {
			add(e.dependsOn(e.only(call.inner, out)))
		}
		return
	}
	e.walkScope(call.inner, func(in *instance) {
		if in.node.class == classObject && !in.placeholder {
			add([]schema.Addr{in.addr()})
		}
	})
}
