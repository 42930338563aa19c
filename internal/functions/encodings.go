package functions

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	yaml "github.com/zclconf/go-cty-yaml"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/ianaindex"
)

func encodings() []Func {
	return []Func{
		{Name: "base64decode", Function: ofText("str", base64decode), Doc: "The text that a Base64 string stands for."},
		{Name: "base64encode", Function: ofText("str", base64encode), Doc: "The string in Base64 (RFC 4648 section 4)."},
		{Name: "csvdecode", Function: stdlib.CSVDecodeFunc, Doc: "A list of objects from CSV, whose first line names the attributes."},
		{Name: "jsondecode", Function: stdlib.JSONDecodeFunc, Doc: "The value that a JSON text stands for."},
		{Name: "jsonencode", Function: stdlib.JSONEncodeFunc, Doc: "The value as JSON."},
		{Name: "textdecodebase64", Function: textdecodebase64, Doc: "The text that Base64 of another character encoding, such as \"UTF-16LE\", stands for."},
		{Name: "textencodebase64", Function: textencodebase64, Doc: "The text in another character encoding, as Base64."},
		{Name: "urlencode", Function: ofText("str", urlencode), Doc: "The string as a part of a URL's query, percent-encoded."},
		{Name: "yamldecode", Function: yaml.YAMLDecodeFunc, Doc: "The value that a YAML document stands for."},
		{Name: "yamlencode", Function: yaml.YAMLEncodeFunc, Doc: "The value as YAML."},
	}
}

func base64encode(s string) (string, error) {
	return base64.StdEncoding.EncodeToString([]byte(s)), nil
}

func base64decode(s string) (string, error) {
	data, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return "", fmt.Errorf("failed to decode base64 data %q", s)
	}
	if !utf8.Valid(data) {
		return "", errors.New("the result of decoding the provided string is not valid UTF-8")
	}
	return string(data), nil
}

func urlencode(s string) (string, error) { return url.QueryEscape(s), nil }

var textencodebase64 = define(cty.String, func(args []cty.Value) (cty.Value, error) {
	name, charset, err := charset(args[1].AsString())
	if err != nil {
		return cty.NilVal, function.NewArgError(1, err)
	}
	data, err := charset.NewEncoder().Bytes([]byte(args[0].AsString()))
	if err != nil {
		return cty.NilVal, function.NewArgErrorf(0, "the given string contains characters that cannot be represented in %s", name)
	}
	return cty.StringVal(base64.StdEncoding.EncodeToString(data)), nil
}, param("string", cty.String), param("encoding", cty.String))

var textdecodebase64 = define(cty.String, func(args []cty.Value) (cty.Value, error) {
	name, charset, err := charset(args[1].AsString())
	if err != nil {
		return cty.NilVal, function.NewArgError(1, err)
	}
	data, err := base64.StdEncoding.DecodeString(args[0].AsString())
	if err != nil {
		return cty.NilVal, function.NewArgErrorf(0, "the given value is no Base64: %s", err)
	}
	text, err := charset.NewDecoder().Bytes(data)
	// A decoder replaces invalid data by this character.
	if err != nil || strings.ContainsRune(string(text), utf8.RuneError) {
		return cty.NilVal, function.NewArgErrorf(0, "the given string contains symbols that are not defined for %s", name)
	}
	return cty.StringVal(string(text)), nil
}, param("source", cty.String), param("encoding", cty.String))

// charset returns a character encoding, and its preferred name, by any name that IANA lists for it.
func charset(alias string) (string, encoding.Encoding, error) {
	found, err := ianaindex.IANA.Encoding(alias)
	if err != nil || found == nil {
		return "", nil, fmt.Errorf("%q is not a supported IANA encoding name or alias", alias)
	}
	name, err := ianaindex.IANA.Name(found)
	if err != nil {
		name = alias
	}
	return name, found, nil
}
