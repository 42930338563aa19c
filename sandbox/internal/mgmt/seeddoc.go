package mgmt

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/state"
)

// orgDoc is an org as a seed or a dump has it. In a seed nearly everything may
// be left out: ids and timestamps are made then, other members get the
// defaults that the API gives them. Objects name each other by id or by name:
// users by login, groups by name, apps, custom roles and resource sets by
// label.
type orgDoc struct {
	Org          *orgInfoDoc     `json:"org,omitempty"`
	SuperAdmin   string          `json:"superAdmin,omitempty"` // login of the admin token's owner
	Policies     []*policyDoc    `json:"policies,omitempty"`
	Users        []*userDoc      `json:"users,omitempty"`
	Groups       []*groupDoc     `json:"groups,omitempty"`
	Apps         []*appDoc       `json:"apps,omitempty"`
	CustomRoles  []*customDoc    `json:"customRoles,omitempty"`
	ResourceSets []*resourcesDoc `json:"resourceSets,omitempty"`
	Zones        []*zoneDoc      `json:"zones,omitempty"`
}

type orgInfoDoc struct {
	ID             string         `json:"id,omitempty"`
	Created        time.Time      `json:"created,omitzero"`
	Cell           string         `json:"cell,omitempty"`
	UserType       string         `json:"userType,omitempty"`
	UserSchema     string         `json:"userSchema,omitempty"`
	UserAttributes map[string]any `json:"userAttributes,omitempty"`
}

// madeDoc is what most objects begin with.
type madeDoc struct {
	ID          string    `json:"id,omitempty"`
	Created     time.Time `json:"created,omitzero"`
	LastUpdated time.Time `json:"lastUpdated,omitzero"`
}

// fill makes what is left out.
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

type policyDoc struct {
	madeDoc
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
	Type        string `json:"type,omitempty"` // ACCESS_POLICY when left out
	System      bool   `json:"system,omitempty"`
	MFA         bool   `json:"mfa,omitempty"`
}

type userDoc struct {
	madeDoc
	Status          string              `json:"status,omitempty"` // ACTIVE when left out
	Activated       time.Time           `json:"activated,omitzero"`
	StatusChanged   time.Time           `json:"statusChanged,omitzero"`
	LastLogin       time.Time           `json:"lastLogin,omitzero"`
	PasswordChanged time.Time           `json:"passwordChanged,omitzero"`
	Profile         map[string]any      `json:"profile"`
	Password        string              `json:"password,omitempty"`     // of a seed
	PasswordHash    *state.PasswordHash `json:"passwordHash,omitempty"` // of a dump with secrets
	Recovery        string              `json:"recoveryQuestion,omitempty"`
	Roles           []*roleDoc          `json:"roles,omitempty"`
}

type groupDoc struct {
	Type string `json:"type,omitempty"` // OKTA_GROUP when left out; APP_GROUP: imported from an app
	madeDoc
	LastMembershipUpdated time.Time      `json:"lastMembershipUpdated,omitzero"`
	Profile               map[string]any `json:"profile"`
	Members               []string       `json:"members,omitempty"`
	Roles                 []*roleDoc     `json:"roles,omitempty"`
}

// roleDoc is a role assignment. It may be written as the role's type alone.
type roleDoc struct {
	madeDoc
	Type         string   `json:"type"`
	Role         string   `json:"role,omitempty"`         // of CUSTOM: the custom role
	ResourceSet  string   `json:"resourceSet,omitempty"`  // of CUSTOM
	TargetGroups []string `json:"targetGroups,omitempty"` // none: all
	TargetApps   []string `json:"targetApps,omitempty"`   // apps, or names in the catalog as oidc_client; none: all
}

func (d *roleDoc) UnmarshalJSON(data []byte) error {
	type plain roleDoc
	return textOr(data, &d.Type, (*plain)(d))
}

type appDoc struct {
	madeDoc
	Status   string          `json:"status,omitempty"` // ACTIVE when left out
	Document map[string]any  `json:"document"`         // as in the body of POST /api/v1/apps
	Secrets  []*secretDoc    `json:"secrets,omitempty"`
	Grants   []*grantDoc     `json:"grants,omitempty"`
	Groups   []*appGroupDoc  `json:"groups,omitempty"`
	Users    []*appMemberDoc `json:"users,omitempty"`
	Roles    []*roleDoc      `json:"roles,omitempty"`
	Policy   string          `json:"policy,omitempty"` // id or name; the default one when left out
	IDToken  map[string]any  `json:"idToken,omitempty"`
}

type secretDoc struct {
	madeDoc
	Status string `json:"status,omitempty"`
	Secret string `json:"secret,omitempty"`
}

// grantDoc is a scope grant. It may be written as the scope alone.
type grantDoc struct {
	madeDoc
	Scope       string `json:"scope"`
	CreatedBy   string `json:"createdBy,omitempty"`
	CreatorType string `json:"creatorType,omitempty"`
}

func (d *grantDoc) UnmarshalJSON(data []byte) error {
	type plain grantDoc
	return textOr(data, &d.Scope, (*plain)(d))
}

// appGroupDoc assigns a group. It may be written as the group alone.
type appGroupDoc struct {
	Group       string         `json:"group"`
	Priority    *int           `json:"priority,omitempty"`
	LastUpdated time.Time      `json:"lastUpdated,omitzero"`
	Profile     map[string]any `json:"profile,omitempty"`
}

func (d *appGroupDoc) UnmarshalJSON(data []byte) error {
	type plain appGroupDoc
	return textOr(data, &d.Group, (*plain)(d))
}

// appMemberDoc assigns a user. It may be written as the user alone.
type appMemberDoc struct {
	User        string         `json:"user"`
	UserName    string         `json:"userName,omitempty"`
	Created     time.Time      `json:"created,omitzero"`
	LastUpdated time.Time      `json:"lastUpdated,omitzero"`
	Profile     map[string]any `json:"profile,omitempty"`
}

func (d *appMemberDoc) UnmarshalJSON(data []byte) error {
	type plain appMemberDoc
	return textOr(data, &d.User, (*plain)(d))
}

type customDoc struct {
	madeDoc
	Label       string           `json:"label"`
	Description string           `json:"description,omitempty"`
	Permissions []*permissionDoc `json:"permissions"`
}

// permissionDoc is a permission. It may be written as its name alone.
type permissionDoc struct {
	Label       string         `json:"label"`
	Conditions  map[string]any `json:"conditions,omitempty"`
	Created     time.Time      `json:"created,omitzero"`
	LastUpdated time.Time      `json:"lastUpdated,omitzero"`
}

func (d *permissionDoc) UnmarshalJSON(data []byte) error {
	type plain permissionDoc
	return textOr(data, &d.Label, (*plain)(d))
}

type resourcesDoc struct {
	madeDoc
	Label       string         `json:"label"`
	Description string         `json:"description,omitempty"`
	Resources   []*resourceDoc `json:"resources"`
}

// zoneDoc is a network zone.
type zoneDoc struct {
	madeDoc
	Document map[string]any `json:"document"` // as in the body of POST /api/v1/zones
}

// resourceDoc is a resource by its path in the API, as
// "/api/v1/groups/{id}/users", or by its ORN. It may be written as that alone.
type resourceDoc struct {
	madeDoc
	Resource   string         `json:"resource"`
	Conditions map[string]any `json:"conditions,omitempty"`
}

func (d *resourceDoc) UnmarshalJSON(data []byte) error {
	type plain resourceDoc
	return textOr(data, &d.Resource, (*plain)(d))
}

// textOr reads a JSON string into short, or anything else into whole, with an
// error for members that it doesn't have.
func textOr(data []byte, short *string, whole any) error {
	if bytes.HasPrefix(data, []byte(`"`)) {
		return json.Unmarshal(data, short)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	return decoder.Decode(whole)
}
