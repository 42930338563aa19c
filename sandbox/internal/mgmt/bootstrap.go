package mgmt

import (
	"crypto/rsa"
	"fmt"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/oauth"
	"github.com/oktaform/oktaform/sandbox/internal/state"
)

// everyoneName is the name of the built-in group of all users.
const everyoneName = "Everyone"

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
	from.bootstrapInfo()
	from.bootstrapPolicies()
	from.bootstrapAdmin()
	from.bootstrapEveryone()
	return from.seed()
}

func (s *seeding) bootstrapInfo() {
	d := s.doc.Org
	for _, member := range []struct {
		value    *string
		fallback string
	}{{&d.ID, state.NewID("00o")}, {&d.Cell, "op1"}, {&d.UserType, state.NewID("oty")}, {&d.UserSchema, state.NewID("osc")}} {
		fallback(member.value, member.fallback)
	}
	if d.Created.IsZero() {
		d.Created = s.now
	}
	s.Org.Info.Put("org", &state.Info{ID: d.ID, Created: d.Created, Cell: d.Cell, UserType: d.UserType, UserSchema: d.UserSchema,
		UserAttributes: d.UserAttributes})
}

func (s *seeding) bootstrapPolicies() {
	for _, d := range s.doc.Policies {
		d.fill("rst", s.now)
		fallback(&d.Type, "ACCESS_POLICY")
		s.Org.Policies.Put(d.ID, &state.Policy{ID: d.ID, Name: d.Name, Description: d.Description, Type: d.Type, System: d.System, MFA: d.MFA, Created: d.Created})
	}
	for _, p := range bootstrapPolicies(s.now) {
		if s.Org.Policies.Find(func(o *state.Policy) bool { return o.Type == p.Type && o.Name == p.Name }) == nil {
			s.Org.Policies.Put(p.ID, p)
		}
	}
}

// bootstrapAdmin makes the super admin's token, and adds the super admin to the
// document unless he is one of its users.
func (s *seeding) bootstrapAdmin() {
	fallback(&s.doc.SuperAdmin, "admin@sandbox.example")
	admin := s.docUser(s.doc.SuperAdmin)
	if admin == nil {
		admin = &userDoc{Profile: map[string]any{"firstName": "Super", "lastName": "Admin", "login": s.doc.SuperAdmin, "email": s.doc.SuperAdmin},
			Roles: []*roleDoc{{Type: "SUPER_ADMIN"}}}
		s.doc.Users = append(s.doc.Users, admin)
	}
	admin.fill("00u", s.now)
	token := s.adminToken
	if token == "" {
		token = "00" + state.RandomText(40)
	}
	s.Org.APITokens.Put(state.TokenHash(token), &state.APIToken{ID: state.NewID("00T"), Name: "sandbox", UserID: admin.ID, Created: s.now})
	info := s.Org.Self()
	info.SuperAdmin, info.AdminToken = admin.ID, token
}

// bootstrapEveryone adds the group of all users to the document unless it is
// there.
func (s *seeding) bootstrapEveryone() {
	var everyone *groupDoc
	for _, d := range s.doc.Groups {
		if jsondoc.Text(d.Profile, "name") == everyoneName {
			everyone = d
		}
	}
	if everyone == nil {
		everyone = &groupDoc{Profile: map[string]any{"name": everyoneName, "description": "All users in your organization"}}
		s.doc.Groups = append(s.doc.Groups, everyone)
	}
	everyone.fill("00g", s.now)
	s.Org.Self().Everyone = everyone.ID
}

func (s *seeding) docUser(login string) *userDoc {
	for _, d := range s.doc.Users {
		if jsondoc.Text(d.Profile, "login") == login {
			return d
		}
	}
	return nil
}
