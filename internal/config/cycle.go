package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// checkCycles reports each reference cycle with its path.
func (c *Config) checkCycles() hcl.Diagnostics {
	const visiting, done = 1, 2
	state := map[*node]int{}
	var diags hcl.Diagnostics
	var path []*node
	var visit func(n *node)
	visit = func(n *node) {
		switch state[n] {
		case done:
			return
		case visiting:
			circle := path[slices.Index(path, n):]
			diags = append(diags, cycle(circle))
			for _, member := range circle {
				member.broken = true
			}
			return
		}
		state[n] = visiting
		path = append(path, n)
		n.needs(visit)
		path = path[:len(path)-1]
		state[n] = done
	}
	c.main.each(visit)
	return diags
}

// needs calls f for every node that must be evaluated before this one.
func (n *node) needs(f func(*node)) {
	if call := n.module.call; call != nil {
		f(call) // it determines how many instances there are
	}
	for _, u := range n.uses {
		f(u.to)
		if u.to.called == nil {
			continue
		}
		if u.order {
			u.to.called.each(f)
			continue
		}
		for _, inner := range u.to.called.order {
			if inner.class == classOutput && (u.outputs == nil || slices.Contains(u.outputs, inner.name)) {
				f(inner)
			}
		}
	}
}

func cycle(path []*node) *hcl.Diagnostic {
	var keys []string
	for _, n := range path {
		keys = append(keys, n.module.named(n.key))
	}
	keys = append(keys, keys[0])
	return &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Cycle",
		Detail:  fmt.Sprintf("These refer to each other in a cycle: %s. Remove one of the references.", strings.Join(keys, " -> ")),
		Subject: &path[0].rng}
}
