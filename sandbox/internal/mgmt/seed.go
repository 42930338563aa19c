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
	doc        *orgDoc
	adminToken string // empty for a random one
	now        time.Time
}

// newSeeding reads a seed; none is an empty one.
func newSeeding(org *state.Org, seed []byte, adminToken string, now time.Time) (*seeding, error) {
	doc := &orgDoc{}
	if len(seed) > MaxSeed {
		return nil, fmt.Errorf("seed: it has %d bytes, and at most %d are read", len(seed), MaxSeed)
	}
	if len(bytes.TrimSpace(seed)) > 0 {
		decoder := json.NewDecoder(bytes.NewReader(seed))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(doc); err != nil {
			return nil, fmt.Errorf("seed: %s%w", seedPlace(seed), err)
		}
		if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
			return nil, errors.New("seed: there is more after the end of the JSON object")
		}
	}
	if place := jsondoc.NullElement(reflect.ValueOf(doc)); place != "" {
		return nil, fmt.Errorf("seed: %s is null: write an object there, or leave it out", place)
	}
	if doc.Org == nil {
		doc.Org = &orgInfoDoc{}
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
	kind := reflect.TypeFor[orgDoc]()
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

// seed makes the document's objects, in an order in which those that others
// name come first.
func (s *seeding) seed() error {
	for i, d := range s.doc.Users {
		if err := s.user(d); err != nil {
			return fmt.Errorf("seed: users[%d] %s: %w", i, jsondoc.Text(d.Profile, "login"), err)
		}
	}
	for i, d := range s.doc.Groups {
		if err := s.group(d); err != nil {
			return fmt.Errorf("seed: groups[%d] %s: %w", i, jsondoc.Text(d.Profile, "name"), err)
		}
	}
	for i, d := range s.doc.Apps {
		if err := s.app(d); err != nil {
			return fmt.Errorf("seed: apps[%d] %s: %w", i, jsondoc.Text(d.Document, "label"), err)
		}
	}
	for i, d := range s.doc.CustomRoles {
		if err := s.customRole(d); err != nil {
			return fmt.Errorf("seed: customRoles[%d] %s: %w", i, d.Label, err)
		}
	}
	for i, d := range s.doc.ResourceSets {
		if err := s.resourceSet(d); err != nil {
			return fmt.Errorf("seed: resourceSets[%d] %s: %w", i, d.Label, err)
		}
	}
	for i, d := range s.doc.Zones {
		if err := s.zone(d); err != nil {
			return fmt.Errorf("seed: zones[%d] %s: %w", i, jsondoc.Text(d.Document, "name"), err)
		}
	}
	return s.allRoles()
}

func (s *seeding) zone(d *zoneDoc) error {
	d.fill("nzo", s.now)
	z := &state.Zone{ID: d.ID, Created: d.Created, LastUpdated: d.LastUpdated}
	if err := fillZone(s.Org, z, d.Document); err != nil {
		return causes(err)
	}
	s.Org.Zones.Put(z.ID, z)
	return nil
}

func (s *seeding) user(d *userDoc) error {
	d.fill("00u", s.now)
	if d.Status == "" {
		d.Status = "ACTIVE"
	}
	if d.Activated.IsZero() && d.Status != "STAGED" {
		d.Activated = d.Created
	}
	if d.StatusChanged.IsZero() {
		d.StatusChanged = d.Activated
	}
	u := &state.User{ID: d.ID, Status: d.Status, Created: d.Created, Activated: d.Activated, StatusChanged: d.StatusChanged,
		LastLogin: d.LastLogin, LastUpdated: d.LastUpdated, PasswordChanged: d.PasswordChanged, Password: d.PasswordHash, Recovery: d.Recovery}
	if err := fillUser(s.Call, u, userBody{Profile: d.Profile}, map[string]any{}, "user"); err != nil {
		return causes(err)
	}
	if d.Password != "" {
		hash, err := state.NewPasswordHash(d.Password)
		if err != nil {
			return err
		}
		u.Password = hash
		if u.PasswordChanged.IsZero() {
			u.PasswordChanged = u.Created
		}
	}
	if s.Org.Users.Get(u.ID) != nil {
		return fmt.Errorf("the id %s is there twice", u.ID)
	}
	s.Org.Users.Put(u.ID, u)
	return nil
}

// appGroupType is the type of groups that were imported from an app: nobody changes them
// in Okta.
const appGroupType = "APP_GROUP"

func (s *seeding) group(d *groupDoc) error {
	d.fill("00g", s.now)
	if d.LastMembershipUpdated.IsZero() {
		d.LastMembershipUpdated = d.Created
	}
	name := jsondoc.Text(d.Profile, "name")
	if strings.TrimSpace(name) == "" {
		return errors.New("profile.name is missing")
	}
	if s.groupNamed(name) != nil || s.Org.Groups.Get(d.ID) != nil {
		return errors.New("a group with this name or id is there already")
	}
	g := &state.Group{ID: d.ID, Type: "OKTA_GROUP", Created: d.Created, LastUpdated: d.LastUpdated, LastMembershipUpdated: d.LastMembershipUpdated, Profile: d.Profile}
	switch {
	case name == everyoneName:
		g.Type = "BUILT_IN"
	case d.Type == appGroupType:
		g.Type = d.Type
	case d.Type != "" && d.Type != g.Type:
		return fmt.Errorf("type is %q; it can be %s or %s", d.Type, g.Type, appGroupType)
	}
	for _, member := range d.Members {
		u, err := s.userNamed(member)
		if err != nil {
			return err
		}
		g.Members = append(g.Members, u.ID)
	}
	s.Org.Groups.Put(g.ID, g)
	return nil
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

func (s *seeding) customRole(d *customDoc) error {
	d.fill("cr0", s.now)
	if d.Label == "" || len(d.Permissions) == 0 {
		return errors.New("label and permissions are needed")
	}
	if s.Org.CustomRoleNamed(d.Label) != nil {
		return errors.New("a custom role with this label is there already")
	}
	r := &state.CustomRole{ID: d.ID, Label: d.Label, Description: d.Description, Created: d.Created, LastUpdated: d.LastUpdated}
	for _, p := range d.Permissions {
		made := madeDoc{Created: p.Created, LastUpdated: p.LastUpdated}
		made.fill("", d.Created)
		r.Permissions = append(r.Permissions, &state.Permission{Label: p.Label, Conditions: p.Conditions, Created: made.Created, LastUpdated: made.LastUpdated})
	}
	s.Org.CustomRoles.Put(r.ID, r)
	return nil
}

func (s *seeding) resourceSet(d *resourcesDoc) error {
	d.fill("iam", s.now)
	if d.Label == "" {
		return errors.New("label is needed")
	}
	if s.Org.ResourceSetNamed(d.Label) != nil {
		return errors.New("a resource set with this label is there already")
	}
	set := &state.ResourceSet{ID: d.ID, Label: d.Label, Description: d.Description, Created: d.Created, LastUpdated: d.LastUpdated}
	for _, r := range d.Resources {
		r.fill("ire", d.Created)
		orn, err := resourceName(s.Call, s.resourcePath(r.Resource))
		if err != nil {
			return causes(err)
		}
		set.Resources = append(set.Resources, &state.Resource{ID: r.ID, ORN: orn, Conditions: r.Conditions, Created: r.Created, LastUpdated: r.LastUpdated})
	}
	s.Org.ResourceSets.Put(set.ID, set)
	return nil
}

// resourcePath puts ids in the place of names in a path such as
// "/api/v1/groups/testers/users".
func (s *seeding) resourcePath(path string) string {
	parts := strings.Split(path, "/")
	if len(parts) < 5 || !strings.HasPrefix(path, "/api/v1/") {
		return path
	}
	switch parts[3] {
	case "groups":
		if g := s.groupNamed(parts[4]); g != nil {
			parts[4] = g.ID
		}
	case "users":
		if u, err := s.userNamed(parts[4]); err == nil {
			parts[4] = u.ID
		}
	case "apps":
		if a := s.appNamed(parts[4]); a != nil {
			parts[4] = a.ID
		}
	}
	return strings.Join(parts, "/")
}

// causes shows the causes of the API's error, which its text leaves out.
func causes(err error) error {
	var wire *web.APIError
	if !errors.As(err, &wire) || len(wire.Causes) == 0 {
		return err
	}
	return fmt.Errorf("%s: %s", wire.Summary, strings.Join(wire.Causes, "; "))
}

// adminID is who is said to have made what the seed doesn't say of.
func (s *seeding) adminID() string { return s.Org.Self().SuperAdmin }
