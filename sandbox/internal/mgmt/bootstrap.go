package mgmt

import (
	"crypto/rsa"
	"fmt"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/state"
)

// Bootstrap fills a new org from the seed, and adds what every org has: the
// group Everyone, a super admin with an API token, the access policies, and the
// signing key. An empty adminToken and a nil private key stand for new ones.
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

// SeedOrg fills a new org with all but its signing key.
func SeedOrg(org *state.Org, seed []byte, adminToken string, now time.Time) (err error) {
	from, err := newSeeding(org, seed, adminToken, now)
	if err != nil {
		return err
	}
	defer func() { // of a seed that no rule thought of: its text comes from anywhere
		if p := recover(); p != nil {
			err = fmt.Errorf("seed: it can't be made into an org, which is an error of the sandbox: please report it with the seed: %v", p)
		}
	}()
	return from.seed()
}

// seed makes the objects of the document, and of what every org has besides.
func (s *seeding) seed() error {
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

// Dump returns the org as a document that Bootstrap takes as a seed.
func Dump(o *state.Org, secrets bool) any {
	doc, info := newOrgDoc(), o.Self()
	*doc.info() = &orgInfoDoc{info.ID, info.Created, info.Cell, info.UserType, info.UserSchema, info.UserAttributes}
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
