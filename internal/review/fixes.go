package review

import (
	"fmt"
	"slices"
	"strings"
)

// fix is a mechanical correction of a list of strings: an element that goes, or is replaced.
type fix struct {
	remove  string
	replace string // "": nothing replaces it
}

// fixed returns a hit with a mechanical correction of its attribute.
func (h hit) fixed(f fix) hit {
	h.fix = f
	return h
}

// diff returns the correction as lines of a diff; "" if there is none, or the values are not known.
func (h hit) diff() string {
	if h.fix.remove == "" || h.o == nil {
		return ""
	}
	if _, written := h.o.Positions.At(h.attribute); !written {
		return ""
	}
	l := h.o.list(h.attribute)
	if l.unknown || !l.has(h.fix.remove) {
		return ""
	}
	var after []string
	for _, text := range l.texts {
		switch {
		case text != h.fix.remove:
			after = append(after, text)
		case h.fix.replace != "" && !l.has(h.fix.replace):
			after = append(after, h.fix.replace)
		}
	}
	return "-  " + assignment(h.attribute, l.texts) + "\n+  " + assignment(h.attribute, after)
}

func assignment(attribute string, texts []string) string {
	quoted := slices.Clone(texts)
	for i := range quoted {
		quoted[i] = fmt.Sprintf("%q", quoted[i])
	}
	return attribute + " = [" + strings.Join(quoted, ", ") + "]"
}
