package okta

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// This file decodes the pages of lists. Once the org has answered, a plan mostly waits for this:
// encoding/json takes three times as long, and decoding whole documents takes twice as long and
// three times the memory of the fields that are used.

// Fields are the names of the fields to keep of a document, each with the fields to keep of its
// value; nil keeps the whole value.
type Fields map[string]Fields

// FieldsAt returns the fields at these dotted paths; "" names none.
func FieldsAt(paths ...string) Fields {
	all := Fields{}
	for _, path := range paths {
		if path != "" {
			all.Add(path)
		}
	}
	return all
}

// Add adds the field at a path.
func (f Fields) Add(path string) {
	name, rest, nested := strings.Cut(path, ".")
	below, there := f[name]
	switch {
	case !nested, there && below == nil:
		f[name] = nil
	case !there:
		f[name] = FieldsAt(rest)
	default:
		below.Add(rest)
	}
}

// laxly returns options to accept what encoding/json accepts, because a proxy may answer instead of
// Okta.
func laxly() jsonv2.Options {
	return jsonv2.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}

// decodeList decodes a list and keeps the fields that T has.
func decodeList[T any](x *Exchange) ([]T, error) {
	var list []T
	if err := jsonv2.Unmarshal(x.body, &list, laxly()); err != nil {
		return nil, x.notExpected()
	}
	return list, nil
}

// documents decodes a list of documents and keeps the given fields of each. Numbers keep their
// spelling, because documents are sent back.
func (x *Exchange) documents(only Fields) ([]map[string]any, error) {
	r := pageReader{jsontext.NewDecoder(bytes.NewBuffer(x.body), laxly()), map[string]string{}}
	list, err := r.list(only)
	if err != nil {
		return nil, x.notExpected()
	}
	if _, err := r.decoder.ReadToken(); err != io.EOF {
		return nil, x.notExpected()
	}
	return list, nil
}

// pageReader decodes one page.
type pageReader struct {
	decoder *jsontext.Decoder
	names   map[string]string // names of fields: the documents of a page share them
}

func (r *pageReader) list(only Fields) (list []map[string]any, err error) {
	begin, err := r.decoder.ReadToken()
	if err != nil || begin.Kind() == 'n' {
		return nil, err
	}
	for err == nil && begin.Kind() == '[' && (r.decoder.PeekKind() == '{' || r.decoder.PeekKind() == 'n') {
		var doc any
		doc, err = r.value(only)
		fields, _ := doc.(map[string]any)
		list = append(list, fields)
	}
	if err == nil && (begin.Kind() != '[' || r.decoder.PeekKind() != ']') {
		err = io.ErrUnexpectedEOF
	}
	return list, r.ended(err)
}

// value decodes a value like encoding/json with UseNumber and keeps the given fields of an object.
func (r *pageReader) value(only Fields) (any, error) {
	token, err := r.decoder.ReadToken()
	if err != nil {
		return nil, err
	}
	switch token.Kind() {
	case '"':
		return token.String(), nil
	case '0':
		return json.Number(token.String()), nil
	case 't', 'f':
		return token.Bool(), nil
	case '[':
		list := []any{}
		for err == nil && r.decoder.PeekKind() != ']' {
			var elem any
			elem, err = r.value(nil)
			list = append(list, elem)
		}
		return list, r.ended(err)
	case '{':
		doc := make(map[string]any, len(only))
		for err == nil && r.decoder.PeekKind() != '}' {
			err = r.field(doc, only)
		}
		return doc, r.ended(err)
	}
	return nil, nil // null
}

// ended consumes the end of an object or list.
func (r *pageReader) ended(err error) error {
	if err == nil {
		_, err = r.decoder.ReadToken()
	}
	return err
}

func (r *pageReader) field(doc map[string]any, only Fields) error {
	quoted, err := r.decoder.ReadValue()
	if err != nil {
		return err
	}
	name, ok := r.names[string(quoted)]
	if !ok {
		unquoted, _ := jsontext.AppendUnquote(nil, quoted) // replaces invalid UTF-8
		name = string(unquoted)
		r.names[string(quoted)] = name
	}
	below, kept := only[name]
	if only != nil && !kept {
		return r.decoder.SkipValue()
	}
	doc[name], err = r.value(below)
	return err
}
