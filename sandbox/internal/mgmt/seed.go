package mgmt

import (
	"bytes"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// seeding is the state of filling a new org from a seed document.
type seeding struct {
	*web.Call  // acts as a caller of the API, for the rules and defaults of apps
	doc        orgDoc
	adminToken string // empty for a random one
	now        time.Time
}

// newSeeding reads a seed; an empty seed is an empty document.
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

// MaxSeed is the maximum size of a seed in bytes: that of a dump of some 100,000 apps.
const MaxSeed = 512 << 20

// seedPlace returns the first object of a seed that cannot be decoded, such as "users[3]: ", or ""
// if the seed as a whole is wrong. Errors of encoding/json name members, but not elements of lists.
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

// named adds the document's name to an error of encoding/json, which shows none for its type.
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

// Bootstrap fills a new org from the seed and adds what every org has: the group Everyone, a super
// admin with an API token, the access policies and the signing key. If adminToken is empty or
// private is nil, it makes a new one.
func Bootstrap(org *state.Org, seed []byte, adminToken string, private *rsa.PrivateKey, now time.Time) error {
	if err := SeedOrg(org, seed, adminToken, now); err != nil {
		return err
	}
	key, err := oauth.NewSigningKey(private, now)
	if err != nil {
		return err
	}
	org.SigningKeys.Put(key.ID, key)
	return nil
}

// SeedOrg fills a new org with everything but its signing key.
func SeedOrg(org *state.Org, seed []byte, adminToken string, now time.Time) (err error) {
	from, err := newSeeding(org, seed, adminToken, now)
	if err != nil {
		return err
	}
	defer func() { // a seed may break a rule that nothing checks: its text comes from outside
		if p := recover(); p != nil {
			err = fmt.Errorf("seed: it can't be made into an org, which is an error of the sandbox: please report it with the seed: %v", p)
		}
	}()
	return from.seed()
}

// seed creates the objects of the document, and those that every org has.
func (s *seeding) seed() error {
	if err := CheckFeatures((*s.doc.info()).Features); err != nil {
		return fmt.Errorf("seed: org.features: %w", err)
	}
	if err := checkLacks((*s.doc.info()).Lacks); err != nil {
		return fmt.Errorf("seed: org.lacks: %w", err)
	}
	s.seedInfo()
	var sections []section
	for _, k := range Kinds() {
		if k.Section != nil {
			sections = append(sections, k.Section)
		}
	}
	for _, list := range sections {
		list.completeDoc(s)
	}
	for _, list := range sections {
		if err := list.seedObjects(s); err != nil {
			return err
		}
	}
	for _, list := range sections {
		if err := list.seedReferences(s); err != nil {
			return err
		}
	}
	return nil
}

// Dump returns the org as a document that Bootstrap accepts as a seed.
func Dump(o *state.Org, secrets bool) any {
	doc, info := newOrgDoc(), o.Self()
	*doc.info() = &orgInfoDoc{info.ID, info.Created, info.Cell, info.UserType, info.UserSchema, info.UserAttributes, info.GroupAttributes, info.Features, info.Lacks}
	if admin := o.Users.Get(info.SuperAdmin); admin != nil {
		*doc.superAdmin() = admin.Login()
	}
	for _, k := range Kinds() {
		if k.Section != nil {
			k.Section.dumpObjects(o, secrets, doc)
		}
	}
	return doc.fields.Interface()
}

// section is the list of a kind in seeds and dumps; listOf implements it.
type section interface {
	field() reflect.StructField // the list's field in an orgDoc
	completeDoc(*seeding)
	seedObjects(*seeding) error
	seedReferences(*seeding) error
	dumpObjects(o *state.Org, secrets bool, into orgDoc)
}

// listOf is a section whose elements are of type D.
type listOf[D any] struct {
	// member is the name of the list in the document.
	member string
	// name returns the name of an element, for errors.
	name func(*D) string
	// complete adds the elements that every org has before any object is created; it may be nil.
	complete func(*seeding, *[]*D)
	// seed creates the object of an element. It may refer to objects of kinds that come earlier in
	// Kinds.
	seed func(*seeding, *D) error
	// refer adds references to objects of any kind after all objects exist; it may be nil.
	refer func(*seeding, *D) error
	// dump returns the elements for the objects of an org.
	dump func(o *state.Org, secrets bool) []*D
}

func (l listOf[D]) field() reflect.StructField {
	return reflect.StructField{Name: l.fieldName(), Type: reflect.TypeFor[[]*D](),
		Tag: reflect.StructTag(`json:"` + l.member + `,omitempty"`)}
}

func (l listOf[D]) fieldName() string { return strings.ToUpper(l.member[:1]) + l.member[1:] }

// elements returns the list in a document.
func (l listOf[D]) elements(d orgDoc) *[]*D {
	return d.fields.FieldByName(l.fieldName()).Addr().Interface().(*[]*D)
}

func (l listOf[D]) completeDoc(s *seeding) {
	if l.complete != nil {
		l.complete(s, l.elements(s.doc))
	}
}

func (l listOf[D]) seedObjects(s *seeding) error { return l.each(s, l.seed) }

func (l listOf[D]) seedReferences(s *seeding) error {
	if l.refer == nil {
		return nil
	}
	return l.each(s, l.refer)
}

func (l listOf[D]) each(s *seeding, do func(*seeding, *D) error) error {
	for i, d := range *l.elements(s.doc) {
		if err := do(s, d); err != nil {
			return fmt.Errorf("seed: %s[%d] %s: %w", l.member, i, l.name(d), err)
		}
	}
	return nil
}

func (l listOf[D]) dumpObjects(o *state.Org, secrets bool, into orgDoc) {
	*l.elements(into) = l.dump(o, secrets)
}

// orgDoc is an org as written in a seed or a dump. In a seed nearly everything is optional: missing
// ids and timestamps are generated, and other missing members get the API's defaults. Objects refer
// to each other by id or name: users by login, groups by name, apps, custom roles and resource sets
// by label.
//
// It is a struct with one field for each section, built from the list of kinds.
type orgDoc struct{ fields reflect.Value }

// newOrgDoc returns an empty document.
func newOrgDoc() orgDoc {
	fields := []reflect.StructField{
		{Name: "Org", Type: reflect.TypeFor[*orgInfoDoc](), Tag: `json:"org,omitempty"`},
		{Name: "SuperAdmin", Type: reflect.TypeFor[string](), Tag: `json:"superAdmin,omitempty"`},
	}
	for _, k := range Kinds() {
		if k.Section != nil {
			fields = append(fields, k.Section.field())
		}
	}
	return orgDoc{reflect.New(reflect.StructOf(fields)).Elem()}
}

// info returns the org's own settings.
func (d orgDoc) info() **orgInfoDoc { return d.fields.Field(0).Addr().Interface().(**orgInfoDoc) }

// superAdmin returns the login of the admin token's owner.
func (d orgDoc) superAdmin() *string { return d.fields.Field(1).Addr().Interface().(*string) }

// madeDoc holds the members that most objects begin with.
type madeDoc struct {
	ID          string    `json:"id,omitempty"`
	Created     time.Time `json:"created,omitzero"`
	LastUpdated time.Time `json:"lastUpdated,omitzero"`
}

// fill generates the members that are missing.
func (m *madeDoc) fill(prefix string, now time.Time) {
	if m.ID == "" {
		m.ID = state.NewID(prefix)
	}
	if m.Created.IsZero() {
		m.Created = now
	}
	if m.LastUpdated.IsZero() {
		m.LastUpdated = m.Created
	}
}
