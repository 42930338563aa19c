package schema

import (
	"encoding/json"
	"errors"
	"fmt"

	ctyjson "github.com/zclconf/go-cty/cty/json"
)

type objectJSON struct {
	Kind     string          `json:"kind"`
	ID       string          `json:"id"`
	Owner    *Owner          `json:"owner,omitempty"`
	Complete bool            `json:"complete"`
	Value    json.RawMessage `json:"value"`
	ClientID string          `json:"client_id,omitempty"`
}

// MarshalJSON encodes the object, with its value in the type of its kind.
func (o Object) MarshalJSON() ([]byte, error) {
	value := []byte("null")
	if k := o.Value.Kind(); k != nil {
		var err error
		if k.Name != o.Kind {
			return nil, fmt.Errorf("an object of the kind %q has the value of a %s", o.Kind, k.Title)
		}
		if value, err = ctyjson.Marshal(o.Value.Cty(), k.Type()); err != nil {
			return nil, err
		}
	}
	out := objectJSON{Kind: o.Kind, ID: o.ID, Complete: o.Complete, Value: value, ClientID: o.ClientID}
	if !o.Owner.IsZero() {
		out.Owner = &o.Owner
	}
	return json.Marshal(out)
}

// UnmarshalJSON refuses to decode a value, because only a Set knows the type: its methods
// DecodeObject and DecodeSnapshot do that.
func (v *Value) UnmarshalJSON([]byte) error {
	return errors.New("schema: values are decoded by Set.DecodeObject and Set.DecodeSnapshot")
}

// DecodeObject decodes the JSON of an object.
func (s *Set) DecodeObject(data []byte) (Object, error) {
	var in objectJSON
	if err := json.Unmarshal(data, &in); err != nil {
		return Object{}, err
	}
	k := s.Named(in.Kind)
	if k == nil {
		return Object{}, fmt.Errorf("unknown kind %q", in.Kind)
	}
	value, err := ctyjson.Unmarshal(in.Value, k.Type())
	if err != nil {
		return Object{}, err
	}
	o := Object{Kind: in.Kind, ID: in.ID, Complete: in.Complete, Value: k.FromCty(value), ClientID: in.ClientID}
	if in.Owner != nil {
		o.Owner = *in.Owner
	}
	return o, nil
}

// DecodeSnapshot decodes the JSON of a snapshot.
func (s *Set) DecodeSnapshot(data []byte) (*Snapshot, error) {
	var in struct {
		Snapshot
		// These replace the fields of Snapshot and Admins that contain values.
		Objects []json.RawMessage
		Data    map[string]json.RawMessage
		Admins  *struct {
			Admins
			Objects []json.RawMessage
		}
	}
	if err := json.Unmarshal(data, &in); err != nil {
		return nil, err
	}
	out := in.Snapshot
	var err error
	if out.Objects, err = s.decodeObjects(in.Objects); err != nil {
		return nil, err
	}
	if in.Data != nil {
		out.Data = map[string]*Object{}
	}
	for addr, data := range in.Data {
		o, err := s.DecodeObject(data)
		if err != nil {
			return nil, err
		}
		out.Data[addr] = &o
	}
	if in.Admins != nil {
		out.Admins = &in.Admins.Admins
		out.Admins.Objects, err = s.decodeObjects(in.Admins.Objects)
	}
	return &out, err
}

func (s *Set) decodeObjects(list []json.RawMessage) (objects []Object, err error) {
	for _, data := range list {
		o, err := s.DecodeObject(data)
		if err != nil {
			return nil, err
		}
		objects = append(objects, o)
	}
	return objects, nil
}
