package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

// everyoneName is the name of the built-in group of all users.
const everyoneName = "Everyone"

// found makes a new org from the seed, and with it whatever every org has: the
// group Everyone, a super admin with an API token, the access policies, the
// signing key. An org that exists is left as it is.
func (s *Server) found() error {
	if s.org.self() != nil {
		return nil
	}
	now := s.now().UTC().Truncate(time.Second)
	if err := s.plant(s.options.Seed, now); err != nil {
		return err
	}
	key, err := newSigningKey(s.options.SigningKey, now)
	if err != nil {
		return err
	}
	s.org.signingKeys.put(key.ID, key)
	return s.commit()
}

// plant makes all of a new org but its signing key.
func (s *Server) plant(seed []byte, now time.Time) (err error) {
	from, err := s.newSeeding(seed, now)
	if err != nil {
		return err
	}
	defer func() { // of a seed that no rule thought of: its text comes from anywhere
		if p := recover(); p != nil {
			err = fmt.Errorf("seed: it can't be made into an org, which is an error of the sandbox: please report it with the seed: %v", p)
		}
	}()
	from.foundInfo()
	from.foundPolicies()
	from.foundAdmin()
	from.foundEveryone()
	return from.seed()
}

func (s *seeding) foundInfo() {
	d := s.doc.Org
	for _, member := range []struct {
		value    *string
		fallback string
	}{{&d.ID, newID("00o")}, {&d.Cell, "op1"}, {&d.UserType, newID("oty")}, {&d.UserSchema, newID("osc")}} {
		fallback(member.value, member.fallback)
	}
	if d.Created.IsZero() {
		d.Created = s.now
	}
	s.org.info.put("org", &orgInfo{ID: d.ID, Created: d.Created, Cell: d.Cell, UserType: d.UserType, UserSchema: d.UserSchema,
		UserAttributes: d.UserAttributes})
}

func (s *seeding) foundPolicies() {
	for _, d := range s.doc.Policies {
		d.fill("rst", s.now)
		fallback(&d.Type, "ACCESS_POLICY")
		s.org.policies.put(d.ID, &policy{d.ID, d.Name, d.Description, d.Type, d.System, d.MFA, d.Created})
	}
	for _, p := range foundingPolicies(s.now) {
		if s.org.policies.find(func(o *policy) bool { return o.Type == p.Type && o.Name == p.Name }) == nil {
			s.org.policies.put(p.ID, p)
		}
	}
}

// foundAdmin makes the super admin's token, and adds the super admin to the
// document unless he is one of its users.
func (s *seeding) foundAdmin() {
	fallback(&s.doc.SuperAdmin, "admin@sandbox.example")
	admin := s.docUser(s.doc.SuperAdmin)
	if admin == nil {
		admin = &userDoc{Profile: map[string]any{"firstName": "Super", "lastName": "Admin", "login": s.doc.SuperAdmin, "email": s.doc.SuperAdmin},
			Roles: []*roleDoc{{Type: "SUPER_ADMIN"}}}
		s.doc.Users = append(s.doc.Users, admin)
	}
	admin.fill("00u", s.now)
	token := s.s.options.AdminToken
	if token == "" {
		token = "00" + randomText(40)
	}
	s.org.apiTokens.put(tokenHash(token), &apiToken{ID: newID("00T"), Name: "sandbox", UserID: admin.ID, Created: s.now})
	info := s.org.self()
	info.SuperAdmin, info.AdminToken = admin.ID, token
}

// foundEveryone adds the group of all users to the document unless it is
// there.
func (s *seeding) foundEveryone() {
	var everyone *groupDoc
	for _, d := range s.doc.Groups {
		if text(d.Profile, "name") == everyoneName {
			everyone = d
		}
	}
	if everyone == nil {
		everyone = &groupDoc{Profile: map[string]any{"name": everyoneName, "description": "All users in your organization"}}
		s.doc.Groups = append(s.doc.Groups, everyone)
	}
	everyone.fill("00g", s.now)
	s.org.self().Everyone = everyone.ID
}

func (s *seeding) docUser(login string) *userDoc {
	for _, d := range s.doc.Users {
		if text(d.Profile, "login") == login {
			return d
		}
	}
	return nil
}

// tokenHash is the key under which opaque tokens are kept.
func tokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
