package schema

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// Encode writes an object's own fields and the mark of its owner into Okta's
// JSON document. Fields of the document that the kind doesn't know stay as they
// are. Write-only values are left to the caller. The value must be known and
// without marks.
func (k *Kind) Encode(value cty.Value, owner Owner, doc map[string]any) error {
	for path, constant := range k.Constants {
		setPath(doc, path, constant)
	}
	for _, a := range k.Attrs {
		if a.Path == "" || a.WriteOnly || a.Computed {
			continue
		}
		v := value.GetAttr(a.Name)
		if v.IsNull() {
			deletePath(doc, a.Path)
			continue
		}
		raw, err := ctyjson.Marshal(v, a.Type)
		if err != nil {
			return fmt.Errorf("%s: %w", a.Name, err)
		}
		var field any
		if err := json.Unmarshal(raw, &field); err != nil {
			return fmt.Errorf("%s: %w", a.Name, err)
		}
		setPath(doc, a.Path, field)
	}
	return k.encodeMark(owner, doc)
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
	case MarkDescription:
		text, _ := getPath(doc, "profile.description").(string)
		description, err := owner.ToDescription(text)
		if err != nil {
			return err
		}
		setPath(doc, "profile.description", description)
	}
	return nil
}

// Decode reads an object's own fields and its mark from Okta's JSON. Absent and
// null fields become the attribute's default. Everything that is not a field of
// the document itself is null.
func (k *Kind) Decode(doc map[string]any) (cty.Value, Owner, error) {
	var owner Owner
	attrs := map[string]cty.Value{}
	for _, a := range k.Attrs {
		if a.Local {
			continue
		}
		attrs[a.Name] = cty.NullVal(a.Type)
		if a.Path == "" {
			continue
		}
		field := getPath(doc, a.Path)
		if field == nil {
			if a.Default != cty.NilVal {
				attrs[a.Name] = a.Default
			}
			continue
		}
		raw, err := json.Marshal(field)
		if err != nil {
			return cty.NilVal, Owner{}, err
		}
		v, err := ctyjson.Unmarshal(raw, a.Type)
		if err != nil {
			return cty.NilVal, Owner{}, fmt.Errorf("field %s: %w", a.Path, err)
		}
		if same, ok := a.Same[text(v)]; ok {
			v = cty.StringVal(same)
		}
		attrs[a.Name] = v
	}
	for i := range k.Blocks {
		attrs[k.Blocks[i].Type] = cty.NullVal(cty.List(k.Blocks[i].ValueType()))
	}
	switch k.Mark {
	case MarkProfile:
		profile, _ := doc["profile"].(map[string]any)
		owner = OwnerFromProfile(profile)
	case MarkDescription:
		description, _ := getPath(doc, "profile.description").(string)
		text, o := OwnerFromDescription(description)
		owner = o
		attrs["description"] = cty.NullVal(cty.String)
		if text != "" {
			attrs["description"] = cty.StringVal(text)
		}
	}
	return cty.ObjectVal(attrs), owner, nil
}

func getPath(doc map[string]any, path string) any {
	var at any = doc
	for name := range strings.SplitSeq(path, ".") {
		m, ok := at.(map[string]any)
		if !ok {
			return nil
		}
		at = m[name]
	}
	return at
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

func deletePath(doc map[string]any, path string) {
	names := strings.Split(path, ".")
	for _, name := range names[:len(names)-1] {
		next, ok := doc[name].(map[string]any)
		if !ok {
			return
		}
		doc = next
	}
	delete(doc, names[len(names)-1])
}

type objectJSON struct {
	Kind     string          `json:"kind"`
	ID       string          `json:"id"`
	Owner    *Owner          `json:"owner,omitempty"`
	Complete bool            `json:"complete"`
	Value    json.RawMessage `json:"value"`
	Raw      json.RawMessage `json:"raw,omitempty"`
}

// MarshalJSON writes the object with its value in the type of its kind.
func (o Object) MarshalJSON() ([]byte, error) {
	k := KindNamed(o.Kind)
	if k == nil {
		return nil, fmt.Errorf("unknown kind %q", o.Kind)
	}
	value, err := ctyjson.Marshal(o.Value, k.Type())
	if err != nil {
		return nil, err
	}
	out := objectJSON{Kind: o.Kind, ID: o.ID, Complete: o.Complete, Value: value, Raw: o.Raw}
	if !o.Owner.IsZero() {
		out.Owner = &o.Owner
	}
	return json.Marshal(out)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (o *Object) UnmarshalJSON(data []byte) error {
	var in objectJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	k := KindNamed(in.Kind)
	if k == nil {
		return fmt.Errorf("unknown kind %q", in.Kind)
	}
	value, err := ctyjson.Unmarshal(in.Value, k.Type())
	if err != nil {
		return err
	}
	*o = Object{Kind: in.Kind, ID: in.ID, Complete: in.Complete, Value: value, Raw: in.Raw}
	if in.Owner != nil {
		o.Owner = *in.Owner
	}
	return nil
}
