package config

import (
	"maps"
	"slices"
	"strings"
)

// Graph is what depends on what, block by block: an arrow leads from a block to
// those that it waits for, directly or through local values, variables and
// outputs.
type Graph struct {
	Blocks []GraphBlock // by module and address
	Arrows [][2]string  // addresses of blocks
}

// GraphBlock is an object's block.
type GraphBlock struct {
	Addr   string // with the path of module calls, without instance keys
	Module string // that path; "" for the configuration itself
	Local  string // the address within the module
}

// Graph reads the graph from the files: neither values nor the org count.
func (c *Config) Graph() Graph {
	var g Graph
	reached := map[*node]map[*node]bool{}
	c.main.each(func(n *node) {
		if n.class != classObject {
			return
		}
		addr := n.module.named(n.key)
		g.Blocks = append(g.Blocks, GraphBlock{Addr: addr, Module: n.module.path, Local: n.key})
		for target := range reachable(n, reached) {
			g.Arrows = append(g.Arrows, [2]string{addr, target.module.named(target.key)})
		}
	})
	slices.SortFunc(g.Blocks, func(a, b GraphBlock) int {
		return strings.Compare(a.Module+"\x00"+a.Addr, b.Module+"\x00"+b.Addr)
	})
	slices.SortFunc(g.Arrows, func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	return g
}

// reachable finds the next objects on every way from n.
func reachable(n *node, memo map[*node]map[*node]bool) map[*node]bool {
	if found, ok := memo[n]; ok {
		return found
	}
	found := map[*node]bool{}
	memo[n] = found // a circle ends here
	n.needs(func(next *node) {
		if next.class == classObject {
			found[next] = true
		} else {
			maps.Copy(found, reachable(next, memo))
		}
	})
	delete(found, n)
	return found
}

// Names lists what people name on the command line: the addresses of declared
// objects with their instances, as far as they are known without the org, and
// those of blocks with several; and the names of variables, outputs and smoke
// tests of the configuration itself.
type Names struct {
	Addresses, Variables, Outputs, SmokeTests []string
}

// Names is for the completion of what somebody types, so it doesn't ask for a
// valid configuration.
func (c *Config) Names() Names {
	var names Names
	if !c.parsed {
		return names
	}
	eval := c.Evaluate(nil).leniently()
	seen := map[string]bool{}
	add := func(addr string) {
		if !seen[addr] {
			seen[addr] = true
			names.Addresses = append(names.Addresses, addr)
		}
	}
	declared, _ := eval.All()
	for _, d := range declared {
		add(d.Addr.String())
		add(d.Addr.Block().String())
		if d.Addr.Module != "" {
			add(d.Addr.Module)
		}
	}
	for _, n := range c.main.order {
		switch n.class {
		case classVar:
			names.Variables = append(names.Variables, n.name)
		case classOutput:
			names.Outputs = append(names.Outputs, n.name)
		}
	}
	tests, _ := eval.SmokeTests()
	for _, test := range tests {
		names.SmokeTests = append(names.SmokeTests, test.Name)
	}
	return names
}
