package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"strings"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
	"golang.org/x/text/unicode/norm"
)

// Encode writes an object's own fields and its owner's mark to Okta's JSON document. It does not
// change unknown fields of the document. The caller must write write-only values. The value must be
// known and without marks.
func (k *Kind) Encode(value Value, owner Owner, doc map[string]any) error {
	if k.FromOkta != nil {
		k.FromOkta(doc)
	}
	rotation := getPath(doc, "profile."+ProfileRotation)
	for path, constant := range k.Constants {
		setPath(doc, path, constant)
	}
	for _, a := range k.Attrs {
		if a.Path == "" || a.WriteOnly || a.Computed && !a.Settable {
			continue
		}
		v := value.GetAttr(a.Name)
		switch {
		case a.Computed && !v.IsKnown(), v.IsNull() && (a.Computed || a.Unmanaged):
			continue // keep what the org has
		case v.IsNull():
			deletePath(doc, a.Path)
			continue
		case a.OmitDefault && getPath(doc, a.Path) == nil && a.Default != cty.NilVal && v.RawEquals(a.Default):
			continue
		}
		field, err := a.encode(v)
		if err != nil {
			return fmt.Errorf("%s: %w", a.Name, err)
		}
		if a.Merged {
			field = merged(getPath(doc, a.Path), field)
		}
		setPath(doc, a.Path, field)
	}
	if k.Mark == MarkProfile && rotation != nil && !owner.IsZero() {
		setPath(doc, "profile."+ProfileRotation, rotation)
	}
	if k.ToOkta != nil {
		k.ToOkta(doc)
	}
	return k.encodeMark(owner, doc)
}

func (a *Attr) encode(v cty.Value) (any, error) {
	raw := []byte(Text(v))
	if !a.JSON {
		var err error
		if raw, err = ctyjson.Marshal(v, a.Type); err != nil {
			return nil, err
		}
	}
	return decodeJSON(raw)
}

// decodeJSON decodes JSON and keeps each digit of its numbers.
func decodeJSON(raw []byte) (field any, err error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	err = decoder.Decode(&field)
	return field, err
}

// merged adds the members of one JSON object to another, and removes those that are null.
func merged(into, field any) any {
	out := map[string]any{}
	for _, part := range []any{into, field} {
		if names, ok := part.(map[string]any); ok {
			maps.Copy(out, names)
		}
	}
	maps.DeleteFunc(out, func(_ string, v any) bool { return v == nil })
	return out
}

// plainJSON is the text that a configuration's own value would have: an org may write 7 as 7.0.
func plainJSON(raw []byte) (cty.Value, error) {
	raw, err := composedJSON(raw)
	if err != nil {
		return cty.NilVal, err
	}
	t, err := ctyjson.ImpliedType(raw)
	if err != nil {
		return cty.NilVal, err
	}
	v, err := ctyjson.Unmarshal(raw, t)
	if err != nil {
		return cty.NilVal, err
	}
	plain, err := ctyjson.Marshal(v, t)
	return cty.StringVal(string(plain)), err
}

// composedJSON writes all texts and names in Unicode NFC, as every text of a configuration is.
func composedJSON(raw []byte) ([]byte, error) {
	if norm.NFC.IsNormal(raw) {
		return raw, nil
	}
	var value any
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	value, err := composed(value)
	if err != nil {
		return nil, err
	}
	return json.Marshal(value)
}

func composed(value any) (any, error) {
	switch v := value.(type) {
	case string:
		return norm.NFC.String(v), nil
	case []any:
		for i := range v {
			var err error
			if v[i], err = composed(v[i]); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, inner := range v {
			inner, err := composed(inner)
			if err != nil {
				return nil, err
			}
			name := norm.NFC.String(name)
			if _, twice := out[name]; twice {
				return nil, fmt.Errorf("the name %q is there twice, in two forms of Unicode", name)
			}
			out[name] = inner
		}
		return out, nil
	}
	return value, nil
}

func (a *Attr) decode(field any) (cty.Value, error) {
	if v, ok := a.decodePlain(field); ok {
		return v, nil
	}
	raw, err := json.Marshal(field)
	if err != nil {
		return cty.NilVal, err
	}
	if a.JSON {
		return plainJSON(raw)
	}
	v, err := ctyjson.Unmarshal(raw, a.Type)
	if same, ok := a.Aliases[Text(v)]; ok {
		v = cty.StringVal(same)
	}
	return v, err
}

// decodePlain reads what most fields hold, a text, a boolean or a list of texts, without the detour
// over JSON. ok is false for any other field.
func (a *Attr) decodePlain(field any) (v cty.Value, ok bool) {
	switch field := field.(type) {
	case string:
		if same, ok := a.Aliases[field]; ok {
			field = same
		}
		return cty.StringVal(field), a.Type == cty.String && !a.JSON
	case bool:
		return cty.BoolVal(field), a.Type == cty.Bool && !a.JSON
	case []any:
		texts := make([]cty.Value, len(field))
		for i, element := range field {
			text, ok := element.(string)
			if !ok {
				return cty.NilVal, false
			}
			texts[i] = cty.StringVal(text)
		}
		switch {
		case len(texts) == 0 || a.JSON:
		case a.Type.Equals(cty.List(cty.String)):
			return cty.ListVal(texts), true
		case a.Type.Equals(cty.Set(cty.String)):
			return cty.SetVal(texts), true
		}
	}
	return cty.NilVal, false
}

func (k *Kind) encodeMark(owner Owner, doc map[string]any) error {
	switch k.Mark {
	case MarkProfile:
		profile := map[string]any{}
		if p, ok := doc["profile"].(map[string]any); ok {
			profile = maps.Clone(p)
		}
		owner.ToProfile(profile)
		doc["profile"] = profile
		if len(profile) == 0 {
			delete(doc, "profile")
		}
	case MarkDescription, MarkName:
		path := k.MarkedAttr().Path
		text, _ := getPath(doc, path).(string)
		marked, err := k.MarkedText(text, owner)
		if err != nil {
			return err
		}
		setPath(doc, path, marked)
	}
	return nil
}

// Decode reads an object's own fields and its mark from Okta's JSON. What is missing there, or is
// not part of the document, is null; Normal fills in the defaults.
func (k *Kind) Decode(doc map[string]any) (Value, Owner, error) {
	if k.FromOkta != nil {
		doc = maps.Clone(doc)
		k.FromOkta(doc)
	}
	attrs := Values{}
	for i := range k.Attrs {
		a := &k.Attrs[i]
		if a.Local || a.Path == "" {
			continue
		}
		field := getPath(doc, a.Path)
		if a.Reserved != nil {
			field = a.unreserved(field)
		}
		if field == nil {
			continue
		}
		v, err := a.decode(field)
		if err != nil {
			return Value{}, Owner{}, fmt.Errorf("field %s: %w", a.Path, err)
		}
		attrs[a.Name] = v
	}
	if a := k.MarkedAttr(); a != nil {
		attrs[a.Name] = cty.NullVal(cty.String)
		if text, _ := k.splitMark(doc); text != "" || a.Required {
			attrs[a.Name] = cty.StringVal(text)
		}
	}
	return k.New(attrs), k.OwnerIn(doc), nil
}

// unreserved returns what a JSON object holds under names that are not reserved; nil when
// there is nothing.
func (a *Attr) unreserved(field any) any {
	all, _ := field.(map[string]any)
	free := map[string]any{}
	for name, v := range all {
		if v != nil && a.Reserved(name) == "" {
			free[name] = v
		}
	}
	if len(free) == 0 {
		return nil
	}
	return free
}

func getPath(doc map[string]any, path string) any {
	for {
		name, rest, nested := strings.Cut(path, ".")
		if !nested {
			return doc[name]
		}
		doc, _ = doc[name].(map[string]any)
		path = rest
	}
}

func setPath(doc map[string]any, path string, value any) {
	names := strings.Split(path, ".")
	for _, name := range names[:len(names)-1] {
		next, ok := doc[name].(map[string]any)
		if !ok {
			next = map[string]any{}
			doc[name] = next
		}
		doc = next
	}
	doc[names[len(names)-1]] = value
}

// deletePath deletes a field, and with it its parent object if that becomes empty: Okta refuses,
// for example, a refresh token policy without its type.
func deletePath(doc map[string]any, path string) {
	name, rest, nested := strings.Cut(path, ".")
	if !nested {
		delete(doc, name)
		return
	}
	inner, ok := doc[name].(map[string]any)
	if !ok || len(inner) == 0 {
		return
	}
	if deletePath(inner, rest); len(inner) == 0 {
		delete(doc, name)
	}
}

// Label returns the label of an app as people write it: some orgs answer it HTML-escaped, as
// R&amp;D.
func Label(answered string) string { return html.UnescapeString(answered) }
