package lsp

import (
	"encoding/json"

	"github.com/oktaform/oktaform/internal/budget"
)

// jsonNode is a value in a JSON text. What is missing in the text is missing in the tree.
type jsonNode struct {
	kind       byte // '{', '[', '"', or 0 for another literal
	start, end int
	text       string // of a string
	escaped    bool   // of a string: whether it has escapes, so that offsets in it differ
	endless    bool   // of a string: whether its end is missing
	members    []jsonMember
	elements   []*jsonNode
}

type jsonMember struct {
	key   *jsonNode
	value *jsonNode // nil if it is missing
}

// jsonReader reads a JSON text and skips what it does not understand.
type jsonReader struct {
	text  []byte
	at    int
	depth int
}

func parseJSON(text []byte) *jsonNode {
	r := &jsonReader{text: text}
	return r.value()
}

// skip skips spaces, and the bytes that cannot begin or end a value.
func (r *jsonReader) skip() byte {
	for ; r.at < len(r.text); r.at++ {
		switch c := r.text[r.at]; {
		case c == '{', c == '[', c == '}', c == ']', c == '"', c == ',', c == ':', c == '-', c >= '0' && c <= '9', c >= 'a' && c <= 'z':
			return c
		}
	}
	return 0
}

// value reads a value; nil if there is none.
func (r *jsonReader) value() *jsonNode {
	if r.depth++; r.depth > budget.MaxDepth {
		r.at = len(r.text)
		return nil
	}
	defer func() { r.depth-- }()
	c := r.skip()
	n := &jsonNode{kind: c, start: r.at}
	switch c {
	case '{':
		r.at++
		r.object(n)
	case '[':
		r.at++
		r.list(n)
	case '"':
		r.string(n)
	case 0, '}', ']', ',', ':':
		return nil
	default:
		n.kind = 0
		for r.at < len(r.text) && (isNameByte(r.text[r.at]) || r.text[r.at] == '.' || r.text[r.at] == '+') {
			r.at++
		}
	}
	n.end = r.at
	return n
}

// string reads a string. It ends at the end of the line at the latest.
func (r *jsonReader) string(n *jsonNode) {
	end := r.at + 1
	for end < len(r.text) && r.text[end] != '"' && r.text[end] != '\n' {
		if r.text[end] == '\\' {
			n.escaped = true
			end++
		}
		end++
	}
	end = min(end, len(r.text))
	r.at = end
	if n.endless = end == len(r.text) || r.text[end] != '"'; !n.endless {
		r.at++
	}
	n.text = string(r.text[n.start+1 : end])
	if n.escaped {
		var text string
		if json.Unmarshal([]byte(`"`+n.text+`"`), &text) == nil {
			n.text = text
		}
	}
}

func (r *jsonReader) object(n *jsonNode) {
	for {
		switch c := r.skip(); c {
		case 0, ']':
			return
		case '}':
			r.at++
			return
		case '"':
			m := jsonMember{key: r.value()}
			if r.skip() == ':' {
				r.at++
				m.value = r.value()
			}
			n.members = append(n.members, m)
		default:
			r.at++
		}
	}
}

func (r *jsonReader) list(n *jsonNode) {
	for {
		switch c := r.skip(); c {
		case 0, '}':
			return
		case ']':
			r.at++
			return
		case ',', ':':
			r.at++
		default:
			if e := r.value(); e != nil {
				n.elements = append(n.elements, e)
			} else {
				return
			}
		}
	}
}

// inside reports whether a cursor at the offset is between the quotation marks of a string, or the
// brackets of a list or object.
func (n *jsonNode) inside(offset int) bool {
	return n != nil && n.start < offset && (offset < n.end || n.endless && offset == n.end)
}
