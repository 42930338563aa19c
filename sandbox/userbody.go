package sandbox

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"unicode"
)

// userBody is the body of a POST or PUT of a user.
type userBody struct {
	Profile     map[string]any `json:"profile"`
	Credentials *struct {
		Password *struct {
			Value string `json:"value"`
		} `json:"password"`
		RecoveryQuestion *struct {
			Question string `json:"question"`
			Answer   string `json:"answer"`
		} `json:"recovery_question"`
	} `json:"credentials"`
	GroupIDs []string `json:"groupIds"`
}

func (b *userBody) password() string {
	if b.Credentials == nil || b.Credentials.Password == nil {
		return ""
	}
	return b.Credentials.Password.Value
}

func createUser(c *call) error {
	var sent userBody
	if err := c.decode(&sent); err != nil {
		return err
	}
	u := &user{ID: newID("00u"), Status: "STAGED", Created: c.second(), LastUpdated: c.second()}
	if err := c.fillUser(u, sent, map[string]any{}, "newUser"); err != nil {
		return err
	}
	groups, err := c.groupsToJoin(sent.GroupIDs)
	if err != nil {
		return err
	}
	query := c.query()
	if query.Get("activate") != "false" {
		c.startUser(u)
		if query.Get("nextLogin") == "changePassword" && u.Password != nil {
			u.Status = "PASSWORD_EXPIRED"
		}
	}
	c.org.users.put(u.ID, u)
	c.happened(eventUserCreate, userParty(u))
	if !u.Activated.IsZero() {
		c.happened(eventUserActivate, userParty(u))
	}
	for _, g := range groups {
		g.Members, g.LastMembershipUpdated = append(g.Members, u.ID), c.second()
		c.org.groups.put(g.ID, g)
		c.happened(eventMemberAdd, userParty(u), groupParty(g))
	}
	return c.json(http.StatusOK, c.userView(u))
}

// startUser activates: a user with a password is ACTIVE, one without has yet
// to choose it and is PROVISIONED.
func (c *call) startUser(u *user) {
	now := c.second()
	u.Status, u.Activated, u.StatusChanged, u.LastUpdated = "PROVISIONED", now, now, now
	if u.Password != nil {
		u.Status = "ACTIVE"
	}
}

func (c *call) groupsToJoin(ids []string) ([]*group, error) {
	if len(ids) > 20 {
		return nil, &apiError{status: 400, code: "E0000093", summary: "Target count limit exceeded"}
	}
	var groups []*group
	for _, id := range ids {
		g := c.org.groups.get(id)
		if g == nil || g.Type != "OKTA_GROUP" {
			return nil, errNotFound(id, "UserGroup")
		}
		if !c.mayCreateIn(g) {
			return nil, errForbidden()
		}
		groups = append(groups, g)
	}
	return groups, nil
}

// mayCreateIn reports whether the caller may make a user who is a member of the
// group: who manages its members, or creates users in it by a custom role.
func (c *call) mayCreateIn(g *group) bool {
	held := c.org.held("group", g.ID)
	return slices.ContainsFunc(c.principal.roles, func(a *roleAssignment) bool {
		reaches := c.org.gives(a, rightGroupsMembers) && c.org.covers(a, rightGroupsMembers, "group", g.ID) ||
			a.Type == "CUSTOM" && c.org.gives(a, rightUsersCreate) && c.org.createsUsersIn(a, g)
		return reaches && mayManage(a.Type, classGroupMembers, held)
	})
}

// updateUser changes the attributes that are sent and leaves the others.
func updateUser(c *call) error {
	u, err := c.user()
	if err != nil {
		return err
	}
	return c.changeUser(u, maps.Clone(u.Profile))
}

// replaceUser makes the sent profile the whole profile.
func replaceUser(c *call) error {
	u, err := c.user()
	if err != nil {
		return err
	}
	return c.changeUser(u, map[string]any{})
}

func (c *call) changeUser(u *user, profile map[string]any) error {
	var sent userBody
	if err := c.decode(&sent); err != nil {
		return err
	}
	if u.Status == "DEPROVISIONED" {
		return errUserStatus()
	}
	if err := c.fillUser(u, sent, profile, "user"); err != nil {
		return err
	}
	u.LastUpdated = c.second()
	c.org.users.put(u.ID, u)
	c.happened(eventUserProfile, userParty(u))
	if sent.password() != "" {
		c.happened(eventUserPassword, userParty(u))
	}
	return c.json(http.StatusOK, c.userView(u))
}

// fillUser lays the sent profile over the given one, checks the result and
// makes it the user's, with the password if one is sent.
func (c *call) fillUser(u *user, sent userBody, profile map[string]any, summary string) error {
	var unknown []string
	for _, attribute := range slices.Sorted(maps.Keys(sent.Profile)) {
		if !c.org.knownAttribute(attribute) {
			unknown = append(unknown, "Property name '"+attribute+"' is not defined in profile")
		}
	}
	if len(unknown) > 0 {
		return errInvalid(summary, unknown...)
	}
	maps.Copy(profile, sent.Profile)
	var bad violations
	c.checkProfile(u, profile, &bad)
	if password := sent.password(); password != "" {
		checkPassword(password, text(profile, "login"), &bad)
	}
	if err := bad.err(); err != nil {
		return err
	}
	if password := sent.password(); password != "" {
		if err := c.setPassword(u, password); err != nil {
			return err
		}
	}
	if sent.Credentials != nil && sent.Credentials.RecoveryQuestion != nil {
		u.Recovery = sent.Credentials.RecoveryQuestion.Question
	}
	u.Profile = profile
	return nil
}

func (c *call) checkProfile(u *user, profile map[string]any, bad *violations) {
	for _, attribute := range requiredAttributes() {
		value, isText := profile[attribute].(string)
		if !isText || value == "" {
			bad.add(attribute, "The field cannot be left blank")
		} else if (attribute == "login" || attribute == "email") && !looksLikeEmail(value) {
			if attribute == "login" {
				bad.add(attribute, "Username must be in the form of an email address")
			} else {
				bad.add(attribute, "Does not match required pattern")
			}
		}
	}
	login := text(profile, "login")
	other := c.org.users.find(func(o *user) bool { return o.ID != u.ID && strings.EqualFold(o.login(), login) })
	if other != nil {
		bad.add("login", "An object with this field already exists in the current organization")
	}
}

func looksLikeEmail(s string) bool {
	local, domain, found := strings.Cut(s, "@")
	return found && local != "" && strings.Contains(domain, ".") && !strings.ContainsAny(s, " <>") && !strings.Contains(domain, "@")
}

// checkPassword applies Okta's default password policy.
func checkPassword(password, login string, bad *violations) {
	has := func(kind func(rune) bool) bool { return strings.ContainsFunc(password, kind) }
	contained := false
	for _, part := range strings.FieldsFunc(login, func(r rune) bool { return strings.ContainsRune(",.-_#@", r) }) {
		contained = contained || len(part) > 3 && strings.Contains(strings.ToLower(password), strings.ToLower(part))
	}
	if len(password) < 8 || !has(unicode.IsLower) || !has(unicode.IsUpper) || !has(unicode.IsDigit) || contained {
		bad.add("password", "Password requirements were not met. Password requirements: at least 8 characters, a lowercase letter, an uppercase letter, a number, no parts of your username.")
	}
}

// setPassword keeps the password and lets a user in who had only been waiting
// for one.
func (c *call) setPassword(u *user, password string) error {
	hash, err := newPasswordHash(password)
	if err != nil {
		return err
	}
	u.Password, u.PasswordChanged = hash, c.second()
	switch u.Status {
	case "PROVISIONED", "RECOVERY", "PASSWORD_EXPIRED":
		u.Status, u.StatusChanged = "ACTIVE", c.second()
	}
	return nil
}
