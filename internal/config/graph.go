package config

import (
	"maps"
	"slices"
	"strings"
)

// Graph is the dependency graph of blocks: an arrow leads from a block to those that it depends on,
// directly or through local values, variables and outputs.
type Graph struct {
	Blocks []GraphBlock // by module and address
	Arrows [][2]string  // addresses of blocks
}

// GraphBlock is an object's block.
type GraphBlock struct {
	Addr   string // with the path of module calls, without instance keys
	Module string // that path; "" for the root module
	Local  string // the address within the module
}

// Graph computes the graph from the files, without values and without the org.
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

// reachable returns the nearest objects on every path from n.
func reachable(n *node, memo map[*node]map[*node]bool) map[*node]bool {
	if found, ok := memo[n]; ok {
		return found
	}
	found := map[*node]bool{}
	memo[n] = found // ends cycles
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

// Names are the names that people use on the command line: the addresses of declared objects with
// their instances, as far as known without the org, and of blocks with several; and the names of
// variables, outputs and smoke tests of the root module.
type Names struct {
	Addresses, Variables, Outputs, SmokeTests []string
}

// Names returns the names for completion, so the configuration need not be valid.
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
