package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"
)

// seeding turns a document into the objects of a new org.
type seeding struct {
	*call // as a caller of the API, for the rules and defaults of apps
	doc   *orgDoc
	now   time.Time
}

// newSeeding reads a seed; none is an empty one.
func (s *Server) newSeeding(seed []byte, now time.Time) (*seeding, error) {
	doc := &orgDoc{}
	if len(seed) > maxSeed {
		return nil, fmt.Errorf("seed: it has %d bytes, and at most %d are read", len(seed), maxSeed)
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
	if place := nullElement(reflect.ValueOf(doc)); place != "" {
		return nil, fmt.Errorf("seed: %s is null: write an object there, or leave it out", place)
	}
	if doc.Org == nil {
		doc.Org = &orgInfoDoc{}
	}
	return &seeding{call: &call{s: s, org: s.org, now: now}, doc: doc, now: now}, nil
}

// maxSeed is the size in bytes above which a seed is refused: that of a dump of
// some 100,000 apps.
const maxSeed = 512 << 20

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
		name := memberName(field)
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
			return fmt.Errorf("seed: users[%d] %s: %w", i, text(d.Profile, "login"), err)
		}
	}
	for i, d := range s.doc.Groups {
		if err := s.group(d); err != nil {
			return fmt.Errorf("seed: groups[%d] %s: %w", i, text(d.Profile, "name"), err)
		}
	}
	for i, d := range s.doc.Apps {
		if err := s.app(d); err != nil {
			return fmt.Errorf("seed: apps[%d] %s: %w", i, text(d.Document, "label"), err)
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
			return fmt.Errorf("seed: zones[%d] %s: %w", i, text(d.Document, "name"), err)
		}
	}
	return s.allRoles()
}

func (s *seeding) zone(d *zoneDoc) error {
	d.fill("nzo", s.now)
	z := &zone{ID: d.ID, Created: d.Created, LastUpdated: d.LastUpdated}
	if err := s.org.fillZone(z, d.Document); err != nil {
		return causes(err)
	}
	s.org.zones.put(z.ID, z)
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
	u := &user{ID: d.ID, Status: d.Status, Created: d.Created, Activated: d.Activated, StatusChanged: d.StatusChanged,
		LastLogin: d.LastLogin, LastUpdated: d.LastUpdated, PasswordChanged: d.PasswordChanged, Password: d.PasswordHash, Recovery: d.Recovery}
	if err := s.fillUser(u, userBody{Profile: d.Profile}, map[string]any{}, "user"); err != nil {
		return causes(err)
	}
	if d.Password != "" {
		hash, err := newPasswordHash(d.Password)
		if err != nil {
			return err
		}
		u.Password = hash
		if u.PasswordChanged.IsZero() {
			u.PasswordChanged = u.Created
		}
	}
	if s.org.users.get(u.ID) != nil {
		return fmt.Errorf("the id %s is there twice", u.ID)
	}
	s.org.users.put(u.ID, u)
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
	name := text(d.Profile, "name")
	if strings.TrimSpace(name) == "" {
		return errors.New("profile.name is missing")
	}
	if s.groupNamed(name) != nil || s.org.groups.get(d.ID) != nil {
		return errors.New("a group with this name or id is there already")
	}
	g := &group{ID: d.ID, Type: "OKTA_GROUP", Created: d.Created, LastUpdated: d.LastUpdated, LastMembershipUpdated: d.LastMembershipUpdated, Profile: d.Profile}
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
	s.org.groups.put(g.ID, g)
	return nil
}

func (s *seeding) groupNamed(name string) *group {
	if g := s.org.groups.get(name); g != nil {
		return g
	}
	return s.org.groups.find(func(g *group) bool { return strings.EqualFold(g.name(), name) })
}

func (s *seeding) userNamed(name string) (*user, error) {
	if u := s.org.users.get(name); u != nil {
		return u, nil
	}
	if u := s.org.userByLogin(name); u != nil {
		return u, nil
	}
	return nil, fmt.Errorf("there is no user %q in the seed", name)
}

// appNamed finds an app by id, or by label where only one has it.
func (s *seeding) appNamed(name string) *app {
	if a := s.org.apps.get(name); a != nil {
		return a
	}
	return s.org.apps.find(func(a *app) bool { return a.label() == name })
}

func (s *seeding) customRole(d *customDoc) error {
	d.fill("cr0", s.now)
	if d.Label == "" || len(d.Permissions) == 0 {
		return errors.New("label and permissions are needed")
	}
	if s.org.customRoleNamed(d.Label) != nil {
		return errors.New("a custom role with this label is there already")
	}
	r := &customRole{ID: d.ID, Label: d.Label, Description: d.Description, Created: d.Created, LastUpdated: d.LastUpdated}
	for _, p := range d.Permissions {
		made := madeDoc{Created: p.Created, LastUpdated: p.LastUpdated}
		made.fill("", d.Created)
		r.Permissions = append(r.Permissions, &permission{p.Label, p.Conditions, made.Created, made.LastUpdated})
	}
	s.org.customRoles.put(r.ID, r)
	return nil
}

func (s *seeding) resourceSet(d *resourcesDoc) error {
	d.fill("iam", s.now)
	if d.Label == "" {
		return errors.New("label is needed")
	}
	if s.org.resourceSetNamed(d.Label) != nil {
		return errors.New("a resource set with this label is there already")
	}
	set := &resourceSet{ID: d.ID, Label: d.Label, Description: d.Description, Created: d.Created, LastUpdated: d.LastUpdated}
	for _, r := range d.Resources {
		r.fill("ire", d.Created)
		orn, err := s.resourceName(s.resourcePath(r.Resource))
		if err != nil {
			return causes(err)
		}
		set.Resources = append(set.Resources, &resource{r.ID, orn, r.Conditions, r.Created, r.LastUpdated})
	}
	s.org.resourceSets.put(set.ID, set)
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
	var wire *apiError
	if !errors.As(err, &wire) || len(wire.causes) == 0 {
		return err
	}
	return fmt.Errorf("%s: %s", wire.summary, strings.Join(wire.causes, "; "))
}

// adminID is who is said to have made what the seed doesn't say of.
func (s *seeding) adminID() string { return s.org.self().SuperAdmin }
