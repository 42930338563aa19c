package sandbox

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// found makes a new org: its group Everyone, a super admin with an API token,
// the access policies, the signing key. An org that exists is left as it is.
func (s *Server) found() error {
	if s.org.self() != nil {
		return nil
	}
	now := s.options.Clock().UTC().Truncate(time.Second)
	everyone := &group{
		ID: newID("00g"), Type: "BUILT_IN", Created: now, LastUpdated: now, LastMembershipUpdated: now,
		Profile: map[string]any{"name": "Everyone", "description": "All users in your organization"},
	}
	s.org.groups.put(everyone.ID, everyone)
	admin := &user{
		ID: newID("00u"), Status: "ACTIVE", Created: now, Activated: now, StatusChanged: now, LastUpdated: now,
		Profile: map[string]any{"firstName": "Super", "lastName": "Admin", "login": "admin@sandbox.example", "email": "admin@sandbox.example"},
		Roles:   []*roleAssignment{{ID: newID("ra1"), Type: "SUPER_ADMIN", Label: standardRole("SUPER_ADMIN").label, Created: now, LastUpdated: now}},
	}
	s.org.users.put(admin.ID, admin)
	token := s.options.AdminToken
	if token == "" {
		token = "00" + randomText(40)
	}
	s.org.apiTokens.put(tokenHash(token), &apiToken{ID: newID("00T"), Name: "sandbox", UserID: admin.ID, Created: now})
	for _, p := range foundingPolicies(now) {
		s.org.policies.put(p.ID, p)
	}
	key, err := newSigningKey(now)
	if err != nil {
		return err
	}
	s.org.signingKeys.put(key.ID, key)
	s.org.info.put("org", &orgInfo{
		ID: newID("00o"), Created: now, Everyone: everyone.ID, UserType: newID("oty"), UserSchema: newID("osc"),
		Cell: "op1", SuperAdmin: admin.ID, AdminToken: token,
	})
	return s.commit()
}

// tokenHash is the key under which opaque tokens are kept.
func tokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}
