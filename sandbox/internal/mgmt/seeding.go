package mgmt

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

// seeding is the state of filling a new org from a seed document.
type seeding struct {
	*web.Call // acts as a caller of the API, for the rules and defaults of apps
	// doc is the document: a struct that has the field of each section.
	doc reflect.Value
	// superAdmin is the login of the admin token's owner; empty for the default.
	superAdmin string
	adminToken string // empty for a random one
	now        time.Time
}

func (s *seeding) groupNamed(name string) *state.Group {
	if g := s.Org.Groups.Get(name); g != nil {
		return g
	}
	return s.Org.Groups.Find(func(g *state.Group) bool { return state.SameName(g.Name(), name) })
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

// appNamed finds an app by id, or by its label if the label is unique.
func (s *seeding) appNamed(name string) *state.App {
	if a := s.Org.Apps.Get(name); a != nil {
		return a
	}
	return s.Org.Apps.Find(func(a *state.App) bool { return a.Label() == name })
}

// causes adds the causes of an API error to its text.
func causes(err error) error {
	var wire *web.APIError
	if !errors.As(err, &wire) || len(wire.Causes) == 0 {
		return err
	}
	return fmt.Errorf("%s: %s", wire.Summary, strings.Join(wire.Causes, "; "))
}

// textOr decodes a JSON string into short and anything else into whole; members that whole does not
// have are an error.
func textOr(data []byte, short *string, whole any) error {
	if bytes.HasPrefix(data, []byte(`"`)) {
		return json.Unmarshal(data, short)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	return decoder.Decode(whole)
}

// groupName returns the group's name, or its id if it was deleted.
func groupName(o *state.Org, id string) string {
	if g := o.Groups.Get(id); g != nil {
		return g.Name()
	}
	return id
}
