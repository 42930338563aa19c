package mgmt

import (
	"bytes"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/kind"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt/org"
	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// readSeed reads a seed; an empty seed is an empty document.
func readSeed(seed []byte) (orgDoc, error) {
	doc := newOrgDoc()
	if len(seed) > MaxSeed {
		return doc, fmt.Errorf("seed: it has %d bytes, and at most %d are read", len(seed), MaxSeed)
	}
	if len(bytes.TrimSpace(seed)) > 0 {
		decoder := json.NewDecoder(bytes.NewReader(seed))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(doc.fields.Addr().Interface()); err != nil {
			return doc, fmt.Errorf("seed: %s%w", seedPlace(seed), named(err))
		}
		if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
			return doc, errors.New("seed: there is more after the end of the JSON object")
		}
	}
	if place := jsondoc.NullElement(doc.fields); place != "" {
		return doc, fmt.Errorf("seed: %s is null: write an object there, or leave it out", place)
	}
	if info := doc.info(); *info == nil {
		*info = &org.InfoDoc{}
	}
	return doc, nil
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
	doc, err := readSeed(seed)
	if err != nil {
		return err
	}
	defer func() { // a seed may break a rule that nothing checks: its text comes from outside
		if p := recover(); p != nil {
			err = fmt.Errorf("seed: it can't be made into an org, which is an error of the sandbox: please report it with the seed: %v", p)
		}
	}()
	return doc.seed(&kind.Seeding{Call: &web.Call{Org: org, Now: now}, Doc: doc.fields, SuperAdmin: *doc.superAdmin(), AdminToken: adminToken, Now: now})
}

// seed creates the objects of the document, and those that every org has.
func (d orgDoc) seed(s *kind.Seeding) error {
	info := *d.info()
	if err := CheckFeatures(info.Features); err != nil {
		return fmt.Errorf("seed: org.features: %w", err)
	}
	if err := checkLacks(info.Lacks); err != nil {
		return fmt.Errorf("seed: org.lacks: %w", err)
	}
	org.SeedInfo(s, info)
	var sections []kind.Section
	for _, k := range Kinds() {
		if k.Section != nil {
			sections = append(sections, k.Section)
		}
	}
	for _, list := range sections {
		list.CompleteDoc(s)
	}
	for _, list := range sections {
		if err := list.SeedObjects(s); err != nil {
			return err
		}
	}
	for _, list := range sections {
		if err := list.SeedReferences(s); err != nil {
			return err
		}
	}
	return nil
}

// Dump returns the org as a document that Bootstrap accepts as a seed.
func Dump(o *state.Org, secrets bool) any {
	doc, info := newOrgDoc(), o.Self()
	*doc.info() = org.DumpInfo(info)
	if admin := o.Users.Get(info.SuperAdmin); admin != nil {
		*doc.superAdmin() = admin.Login()
	}
	for _, k := range Kinds() {
		if k.Section != nil {
			k.Section.DumpObjects(o, secrets, doc.fields)
		}
	}
	return doc.fields.Interface()
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
		{Name: "Org", Type: reflect.TypeFor[*org.InfoDoc](), Tag: `json:"org,omitempty"`},
		{Name: "SuperAdmin", Type: reflect.TypeFor[string](), Tag: `json:"superAdmin,omitempty"`},
	}
	for _, k := range Kinds() {
		if k.Section != nil {
			fields = append(fields, k.Section.Field())
		}
	}
	return orgDoc{reflect.New(reflect.StructOf(fields)).Elem()}
}

// info returns the org's own settings.
func (d orgDoc) info() **org.InfoDoc { return d.fields.Field(0).Addr().Interface().(**org.InfoDoc) }

// superAdmin returns the login of the admin token's owner.
func (d orgDoc) superAdmin() *string { return d.fields.Field(1).Addr().Interface().(*string) }
