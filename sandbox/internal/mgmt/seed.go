package mgmt

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// seeding turns a document into the objects of a new org.
type seeding struct {
	*web.Call  // as a caller of the API, for the rules and defaults of apps
	doc        orgDoc
	adminToken string // empty for a random one
	now        time.Time
}

// newSeeding reads a seed; none is an empty one.
func newSeeding(org *state.Org, seed []byte, adminToken string, now time.Time) (*seeding, error) {
	doc := newOrgDoc()
	if len(seed) > MaxSeed {
		return nil, fmt.Errorf("seed: it has %d bytes, and at most %d are read", len(seed), MaxSeed)
	}
	if len(bytes.TrimSpace(seed)) > 0 {
		decoder := json.NewDecoder(bytes.NewReader(seed))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(doc.fields.Addr().Interface()); err != nil {
			return nil, fmt.Errorf("seed: %s%w", seedPlace(seed), named(err))
		}
		if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
			return nil, errors.New("seed: there is more after the end of the JSON object")
		}
	}
	if place := jsondoc.NullElement(doc.fields); place != "" {
		return nil, fmt.Errorf("seed: %s is null: write an object there, or leave it out", place)
	}
	if info := doc.info(); *info == nil {
		*info = &orgInfoDoc{}
	}
	return &seeding{Call: &web.Call{Org: org, Now: now}, doc: doc, adminToken: adminToken, now: now}, nil
}

// MaxSeed is the size in bytes above which a seed is refused: that of a dump of
// some 100,000 apps.
const MaxSeed = 512 << 20

// seedPlace names the first object of a seed that doesn't decode, as
// "users[3]: ", or "" where the seed as a whole is at fault. Errors of
// encoding/json name members, but not which element of a list.
func seedPlace(seed []byte) string {
	var members map[string]json.RawMessage
	if json.Unmarshal(seed, &members) != nil {
		return ""
	}
	kind := newOrgDoc().fields.Type()
	for i := range kind.NumField() {
		field := kind.Field(i)
		name := jsondoc.MemberName(field)
		var elements []json.RawMessage
		if field.Type.Kind() != reflect.Slice || json.Unmarshal(members[name], &elements) != nil {
			continue
		}
		for n, element := range elements {
			decoder := json.NewDecoder(bytes.NewReader(element))
			decoder.DisallowUnknownFields()
			if decoder.Decode(reflect.New(field.Type.Elem()).Interface()) != nil {
				return fmt.Sprintf("%s[%d]: ", name, n)
			}
		}
	}
	return ""
}

// named names the document in an error of encoding/json, which shows no name for its type.
func named(err error) error {
	var wrong *json.UnmarshalTypeError
	switch {
	case !errors.As(err, &wrong):
	case wrong.Field == "":
		wrong.Type = reflect.TypeFor[orgDoc]()
	case wrong.Struct == "":
		wrong.Struct = reflect.TypeFor[orgDoc]().Name()
	}
	return err
}

// causes shows the causes of the API's error, which its text leaves out.
func causes(err error) error {
	var wire *web.APIError
	if !errors.As(err, &wire) || len(wire.Causes) == 0 {
		return err
	}
	return fmt.Errorf("%s: %s", wire.Summary, strings.Join(wire.Causes, "; "))
}

// textOr reads a JSON string into short, or anything else into whole, with an
// error for members that it doesn't have.
func textOr(data []byte, short *string, whole any) error {
	if bytes.HasPrefix(data, []byte(`"`)) {
		return json.Unmarshal(data, short)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	return decoder.Decode(whole)
}

func (s *seeding) groupNamed(name string) *state.Group {
	if g := s.Org.Groups.Get(name); g != nil {
		return g
	}
	return s.Org.Groups.Find(func(g *state.Group) bool { return strings.EqualFold(g.Name(), name) })
}

func (s *seeding) userNamed(name string) (*state.User, error) {
	if u := s.Org.Users.Get(name); u != nil {
		return u, nil
	}
	if u := s.Org.UserByLogin(name); u != nil {
		return u, nil
	}
	return nil, fmt.Errorf("there is no user %q in the seed", name)
}

// appNamed finds an app by id, or by label where only one has it.
func (s *seeding) appNamed(name string) *state.App {
	if a := s.Org.Apps.Get(name); a != nil {
		return a
	}
	return s.Org.Apps.Find(func(a *state.App) bool { return a.Label() == name })
}
