package kind

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// Seeding is the state of filling a new org from a seed document.
type Seeding struct {
	*web.Call // acts as a caller of the API, for the rules and defaults of apps
	// Doc is the document: a struct that has the field of each section.
	Doc reflect.Value
	// SuperAdmin is the login of the admin token's owner; empty for the default.
	SuperAdmin string
	AdminToken string // empty for a random one
	Now        time.Time
}

// GroupNamed finds a group by id or name; nil if there is none.
func (s *Seeding) GroupNamed(name string) *state.Group {
	if g := s.Org.Groups.Get(name); g != nil {
		return g
	}
	return s.Org.Groups.Find(func(g *state.Group) bool { return state.SameName(g.Name(), name) })
}

// UserNamed finds a user by id or login.
func (s *Seeding) UserNamed(name string) (*state.User, error) {
	if u := s.Org.Users.Get(name); u != nil {
		return u, nil
	}
	if u := s.Org.UserByLogin(name); u != nil {
		return u, nil
	}
	return nil, fmt.Errorf("there is no user %q in the seed", name)
}

// AppNamed finds an app by id, or by its label if the label is unique.
func (s *Seeding) AppNamed(name string) *state.App {
	if a := s.Org.Apps.Get(name); a != nil {
		return a
	}
	return s.Org.Apps.Find(func(a *state.App) bool { return a.Label() == name })
}

// Causes adds the causes of an API error to its text.
func Causes(err error) error {
	var wire *web.APIError
	if !errors.As(err, &wire) || len(wire.Causes) == 0 {
		return err
	}
	return fmt.Errorf("%s: %s", wire.Summary, strings.Join(wire.Causes, "; "))
}

// TextOr decodes a JSON string into short and anything else into whole; members that whole does not
// have are an error.
func TextOr(data []byte, short *string, whole any) error {
	if bytes.HasPrefix(data, []byte(`"`)) {
		return json.Unmarshal(data, short)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	return decoder.Decode(whole)
}

// GroupName returns the group's name, or its id if it was deleted.
func GroupName(o *state.Org, id string) string {
	if g := o.Groups.Get(id); g != nil {
		return g.Name()
	}
	return id
}
