package budget

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"gopkg.in/yaml.v3"
)

// YAML returns why a YAML text must not be decoded. yaml.v3 limits nesting when it parses, but
// yamldecode's decoder does not; yaml.v3's nodes show how large the document is with all aliases
// replaced.
func YAML(text []byte) error {
	separators := 0
	for _, c := range []byte{'\n', ',', ':', '[', '{', '-', '?'} {
		separators += bytes.Count(text, []byte{c})
	}
	if separators > MaxValue {
		return exceeded("it has more than %d elements, and %d is the maximum; split it", MaxValue, MaxValue)
	}
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return errors.New("on " + strings.TrimPrefix(strings.TrimPrefix(err.Error(), "yaml: "), "on "))
	}
	w := yamlWalk{sizes: map[*yaml.Node]int{}}
	_, err := w.size(&document, 0)
	return err
}

type yamlWalk struct {
	sizes map[*yaml.Node]int // of nodes with an anchor; -1 while being measured
}

// size counts the elements below a node, with each alias replaced.
func (w *yamlWalk) size(n *yaml.Node, depth int) (int, error) {
	if depth > MaxDepth {
		return 0, exceeded("it is nested more than %d levels deep at line %d, and %d is the maximum", MaxDepth, n.Line, MaxDepth)
	}
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	switch known := w.sizes[n]; {
	case known < 0:
		return 0, fmt.Errorf("on line %d: an alias refers to a value that contains it", n.Line)
	case known > 0:
		return known, nil
	}
	if n.Anchor != "" {
		w.sizes[n] = -1
	}
	size := 1
	if n.Kind == yaml.ScalarNode && (n.Tag == "!!int" || n.Tag == "!!float") {
		if err := Numeric(n.Value); err != nil {
			return 0, err
		}
	}
	for _, inner := range n.Content {
		more, err := w.size(inner, depth+1)
		if err != nil {
			return 0, err
		}
		if size += more; size > MaxValue {
			return 0, exceeded("with its aliases expanded, it has more than %d elements, and %d is the maximum", MaxValue, MaxValue)
		}
	}
	if n.Anchor != "" {
		w.sizes[n] = size
	}
	return size, nil
}
