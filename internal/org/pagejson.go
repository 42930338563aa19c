package org

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"

	jsonv2 "github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// How the pages of a list are read. What a plan waits for, once the org has answered,
// is mostly this: encoding/json takes three times as long, and whole documents take
// twice as long, and three times the room, of what is looked at in them.

// fields names fields of documents, and what of each; nil stands for all of it.
type fields map[string]fields

// fieldsAt are the fields at these paths, with dots; "" names none.
func fieldsAt(paths ...string) fields {
	all := fields{}
	for _, path := range paths {
		if path != "" {
			all.add(path)
		}
	}
	return all
}

func (f fields) add(path string) {
	name, rest, nested := strings.Cut(path, ".")
	below, there := f[name]
	switch {
	case !nested, there && below == nil:
		f[name] = nil
	case !there:
		f[name] = fieldsAt(rest)
	default:
		below.add(rest)
	}
}

// laxly accepts what encoding/json does: others than Okta may answer in its place.
func laxly() jsonv2.Options {
	return jsonv2.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
}

// decodeList reads an answer that is a list, of whose elements T names what is kept.
func decodeList[T any](n *note) ([]T, error) {
	var list []T
	if err := jsonv2.Unmarshal(n.body, &list, laxly()); err != nil {
		return nil, n.notExpected()
	}
	return list, nil
}

// documents reads an answer that is a list of documents, and of these the fields.
// Numbers stay as they were written, since documents are sent back.
func (n *note) documents(only fields) ([]map[string]any, error) {
	decoder := jsontext.NewDecoder(bytes.NewBuffer(n.body), laxly())
	list, err := decodeDocuments(decoder, only)
	if err != nil {
		return nil, n.notExpected()
	}
	if _, err := decoder.ReadToken(); err != io.EOF {
		return nil, n.notExpected()
	}
	return list, nil
}

func decodeDocuments(decoder *jsontext.Decoder, only fields) (list []map[string]any, err error) {
	begin, err := decoder.ReadToken()
	if err != nil || begin.Kind() == 'n' {
		return nil, err
	}
	for err == nil && begin.Kind() == '[' && (decoder.PeekKind() == '{' || decoder.PeekKind() == 'n') {
		var doc any
		doc, err = decodeValue(decoder, only)
		fields, _ := doc.(map[string]any)
		list = append(list, fields)
	}
	if err == nil && (begin.Kind() != '[' || decoder.PeekKind() != ']') {
		err = io.ErrUnexpectedEOF
	}
	if err == nil {
		_, err = decoder.ReadToken()
	}
	return list, err
}

// decodeValue reads a value as encoding/json does with UseNumber, and of an object the
// fields.
func decodeValue(decoder *jsontext.Decoder, only fields) (any, error) {
	token, err := decoder.ReadToken()
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
		for err == nil && decoder.PeekKind() != ']' {
			var elem any
			elem, err = decodeValue(decoder, nil)
			list = append(list, elem)
		}
		return list, ended(decoder, err)
	case '{':
		doc := map[string]any{}
		for err == nil && decoder.PeekKind() != '}' {
			err = decodeField(decoder, doc, only)
		}
		return doc, ended(decoder, err)
	}
	return nil, nil // null
}

// ended reads the end of an object or list.
func ended(decoder *jsontext.Decoder, err error) error {
	if err == nil {
		_, err = decoder.ReadToken()
	}
	return err
}

func decodeField(decoder *jsontext.Decoder, doc map[string]any, only fields) error {
	token, err := decoder.ReadToken()
	if err != nil {
		return err
	}
	name := token.String()
	below, kept := only[name]
	if only != nil && !kept {
		return decoder.SkipValue()
	}
	doc[name], err = decodeValue(decoder, below)
	return err
}
