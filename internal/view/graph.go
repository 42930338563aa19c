package view

import (
	"fmt"
	"strings"

	"github.com/oktaform/oktaform/internal/config"
)

// DOT returns a graph in the language of Graphviz, in the form of terraform graph.
func DOT(g config.Graph) string {
	var b strings.Builder
	b.WriteString("digraph G {\n  rankdir = \"RL\";\n  node [shape = rect, fontname = \"sans-serif\"];\n")
	module := ""
	for _, block := range g.Blocks {
		if block.Module != module {
			if module != "" {
				b.WriteString("  }\n")
			}
			module = block.Module
			fmt.Fprintf(&b, "  subgraph %q {\n    label=%q\n    fontname=\"sans-serif\"\n", "cluster_"+module, module)
		}
		indent := "  "
		if module != "" {
			indent = "    "
		}
		fmt.Fprintf(&b, "%s%q [label=%q];\n", indent, block.Addr, block.Local)
	}
	if module != "" {
		b.WriteString("  }\n")
	}
	for _, arrow := range g.Arrows {
		fmt.Fprintf(&b, "  %q -> %q;\n", arrow[0], arrow[1])
	}
	b.WriteString("}\n")
	return b.String()
}

// GraphJSON returns a graph as data: the blocks, each with those that it depends on.
func GraphJSON(g config.Graph) map[string]any {
	needs := map[string][]string{}
	for _, arrow := range g.Arrows {
		needs[arrow[0]] = append(needs[arrow[0]], arrow[1])
	}
	blocks := []map[string]any{}
	for _, block := range g.Blocks {
		blocks = append(blocks, map[string]any{"address": block.Addr, "module": block.Module, "depends_on": append([]string{}, needs[block.Addr]...)})
	}
	return map[string]any{"format_version": "1.0", "blocks": blocks}
}

// Mermaid returns a graph in the language that GitHub and others render in Markdown.
func Mermaid(g config.Graph) string {
	var b strings.Builder
	b.WriteString("flowchart RL\n")
	ids := map[string]string{}
	module, modules := "", 0
	for i, block := range g.Blocks {
		ids[block.Addr] = fmt.Sprint("n", i)
		if block.Module != module {
			if module != "" {
				b.WriteString("  end\n")
			}
			module = block.Module
			fmt.Fprintf(&b, "  subgraph m%d[\"%s\"]\n", modules, module)
			modules++
		}
		indent := "  "
		if module != "" {
			indent = "    "
		}
		fmt.Fprintf(&b, "%s%s[\"%s\"]\n", indent, ids[block.Addr], block.Local)
	}
	if module != "" {
		b.WriteString("  end\n")
	}
	for _, arrow := range g.Arrows {
		fmt.Fprintf(&b, "  %s --> %s\n", ids[arrow[0]], ids[arrow[1]])
	}
	return b.String()
}
