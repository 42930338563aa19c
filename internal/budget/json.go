package budget

import (
	"bytes"
	"encoding/json"
	"iter"

	"github.com/hashicorp/hcl/v2"
)

// JSON returns why a JSON text must not be parsed.
func JSON(text []byte) error {
	_, err := scanJSON(text)
	return err
}

// JSONSource checks a file in HCL's JSON syntax before it is parsed. Its strings may be expressions
// and templates.
func JSONSource(src []byte, name string) hcl.Diagnostics {
	at, err := scanJSON(src)
	if err != nil {
		pos := hcl.Pos{Line: 1 + bytes.Count(src[:at], []byte("\n")), Column: at - bytes.LastIndexByte(src[:at], '\n'), Byte: at}
		return refused("JSON file too large", hcl.Range{Filename: name, Start: pos, End: pos}, "This file can't be read: %s.", err)
	}
	for text, at := range Texts(src, name) {
		if diags := append(Template([]byte(text), name), Expression([]byte(text), name)...); diags.HasErrors() {
			diags[0].Subject = &at
			return diags[:1]
		}
	}
	return nil
}

// Texts yields the strings in a JSON text up to the first error, with the positions where they end.
func Texts(src []byte, name string) iter.Seq2[string, hcl.Range] {
	return func(yield func(string, hcl.Range) bool) {
		decoder := json.NewDecoder(bytes.NewReader(src))
		line, lineStart, from := 1, 0, 0
		for {
			token, err := decoder.Token()
			if err != nil {
				return // the parser reports it
			}
			text, ok := token.(string)
			if !ok {
				continue
			}
			at := int(decoder.InputOffset())
			line += bytes.Count(src[from:at], []byte("\n"))
			if last := bytes.LastIndexByte(src[from:at], '\n'); last >= 0 {
				lineStart = from + last + 1
			}
			from = at
			pos := hcl.Pos{Line: line, Column: at - lineStart + 1, Byte: at}
			if !yield(text, hcl.Range{Filename: name, Start: pos, End: pos}) {
				return
			}
		}
	}
}

// scanJSON counts brackets and elements of a JSON text, valid or not.
func scanJSON(text []byte) (at int, err error) {
	depth, elements, number := 0, 0, 0
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c >= '0' && c <= '9' || c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-' {
			continue
		}
		if i-number > 20 && (text[number] == '-' || text[number] >= '0' && text[number] <= '9') || bytes.ContainsAny(text[number:i], "eE") {
			if err := Numeric(string(text[number:min(i, number+MaxDigits+1)])); err != nil {
				return number, err
			}
		}
		number = i + 1
		switch c {
		case '[', '{':
			depth++
			elements++
		case ']', '}':
			depth--
		case ',':
			elements++
		case '"':
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
			number = i + 1
		}
		if depth > MaxDepth {
			return i, exceeded("its brackets are nested more than %d levels deep, and %d is the maximum", MaxDepth, MaxDepth)
		}
		if elements > MaxValue {
			return i, exceeded("it has more than %d elements, and %d is the maximum; split it", MaxValue, MaxValue)
		}
	}
	return 0, nil
}
