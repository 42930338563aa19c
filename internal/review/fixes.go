package review

import (
	"fmt"
	"slices"
	"strings"
)

// Correction is a mechanical fix of a list of strings: an element that is removed, or replaced.
type Correction struct {
	Remove  string
	Replace string // "": nothing replaces it
	// Given is an element that makes Remove superfluous: without it, nothing is removed.
	Given string
}

// fixed returns a hit with a mechanical correction of its attribute.
func (h hit) fixed(f Correction) hit {
	h.fix = f
	return h
}

// diff returns the correction as lines of a diff; "" if there is none, or the values are not known.
func (h hit) diff() string {
	if h.fix.Remove == "" || h.o == nil {
		return ""
	}
	if _, written := h.o.Positions.At(h.attribute); !written {
		return ""
	}
	l := h.o.List(h.attribute)
	if l.Unknown || !l.Has(h.fix.Remove) {
		return ""
	}
	return "-  " + assignment(h.attribute, l.Texts) + "\n+  " + assignment(h.attribute, h.fix.Apply(l.Texts))
}

// Apply returns the corrected list.
func (c Correction) Apply(texts []string) (after []string) {
	if c.Given != "" && !slices.Contains(texts, c.Given) {
		return texts
	}
	for _, text := range texts {
		switch {
		case text != c.Remove:
			after = append(after, text)
		case c.Replace != "" && !slices.Contains(texts, c.Replace):
			after = append(after, c.Replace)
		}
	}
	return after
}

func assignment(attribute string, texts []string) string {
	quoted := slices.Clone(texts)
	for i := range quoted {
		quoted[i] = fmt.Sprintf("%q", quoted[i])
	}
	return attribute + " = [" + strings.Join(quoted, ", ") + "]"
}
