package sandbox

import "time"

// org is the whole state of one Okta org. Every field that is a table is kept
// in the data file; the ephemeral part lives as long as the process.
//
// Nothing in it holds a URL of the org: issuers, audiences and links are
// derived from the Host of each request.
type org struct {
	info         *table[orgInfo] // one row, see org.self
	apps         *table[app]
	groups       *table[group]
	users        *table[user]
	apiTokens    *table[apiToken] // by SHA-256 of the token, hexadecimal
	signingKeys  *table[signingKey]
	policies     *table[policy]
	customRoles  *table[customRole]
	resourceSets *table[resourceSet]
	zones        *table[zone]

	refreshTokens *table[refreshToken] // by SHA-256 of the token, hexadecimal
	revoked       *table[revokedToken] // by jti of an access token

	log *systemLog

	ephemeral ephemeral
}

// newOrg returns an org without any object.
func newOrg() *org {
	return &org{
		info:          newTable[orgInfo]("org"),
		apps:          newTable[app]("app"),
		groups:        newTable[group]("group"),
		users:         newTable[user]("user"),
		apiTokens:     newTable[apiToken]("apiToken"),
		signingKeys:   newTable[signingKey]("signingKey"),
		policies:      newTable[policy]("policy"),
		customRoles:   newTable[customRole]("customRole"),
		resourceSets:  newTable[resourceSet]("resourceSet"),
		zones:         newTable[zone]("zone"),
		refreshTokens: newTable[refreshToken]("refreshToken"),
		revoked:       newTable[revokedToken]("revokedToken"),
		log:           &systemLog{},
	}
}

// tables lists what the journal keeps.
func (o *org) tables() []storable {
	return []storable{o.info, o.apps, o.groups, o.users, o.apiTokens, o.signingKeys, o.policies,
		o.customRoles, o.resourceSets, o.zones, o.refreshTokens, o.revoked, o.log}
}

// self is the org's own record.
func (o *org) self() *orgInfo { return o.info.get("org") }

// orgInfo is what the org knows about itself.
type orgInfo struct {
	ID         string
	Created    time.Time
	Everyone   string // id of the group Everyone
	UserType   string // id of the default user type
	UserSchema string // id of its schema
	// UserAttributes are the custom attributes of that schema, by name, each a
	// JSON Schema.
	UserAttributes map[string]any
	Cell           string
	SuperAdmin     string // id of the user who owns the first API token
	AdminToken     string // that token in clear text: Server.Token returns it
}

// app is an OIDC client application. Doc is its document as the API shows it,
// less what is derived on each answer (id, orn, status, timestamps, _links,
// the client's keys and the client secret), with every unknown field kept.
type app struct {
	ID          string
	Created     time.Time
	LastUpdated time.Time
	Status      string // ACTIVE or INACTIVE
	Doc         map[string]any
	Secrets     []*clientSecret
	Grants      []*grant
	Groups      []*groupAssignment // in order of priority
	Users       []*userAssignment  // direct assignments
	Roles       []*roleAssignment
	Policy      string         // id of the access policy; empty for service apps
	IDToken     map[string]any // settings of the ID token's groups claim
}

// clientSecret is one of at most two secrets of a client.
type clientSecret struct {
	ID          string
	Secret      string
	Status      string // ACTIVE or INACTIVE
	Created     time.Time
	LastUpdated time.Time
}

// grant is an admin's consent that the app may ask for a scope of the org
// authorization server. It has no issuer: the org has only one.
type grant struct {
	ID          string
	ScopeID     string // name of the scope
	Status      string // ACTIVE
	Created     time.Time
	LastUpdated time.Time
	CreatedBy   string // id of a user or client
	CreatorType string // User or Client
}

// groupAssignment gives the members of a group the use of an app.
type groupAssignment struct {
	GroupID     string
	Priority    int
	LastUpdated time.Time
	Profile     map[string]any
}

// userAssignment gives one user the use of an app.
type userAssignment struct {
	UserID      string
	UserName    string
	Created     time.Time
	LastUpdated time.Time
	Profile     map[string]any
}

// roleAssignment is one admin role of a client, a user or a group.
type roleAssignment struct {
	ID           string
	Type         string // SUPER_ADMIN, ..., or CUSTOM
	Label        string
	Role         string      // id of the custom role; Type for IAM-based roles
	ResourceSet  string      // id of the resource set; a constant for IAM-based roles
	TargetGroups []string    // group ids; none means all groups
	TargetApps   []appTarget // none means all apps
	Created      time.Time
	LastUpdated  time.Time
}

// appTarget narrows APP_ADMIN to a catalog app (ID empty) or to one instance.
type appTarget struct {
	Name string // name in the catalog, as oidc_client
	ID   string // id of the app instance
}

// group is an Okta group, or the built-in group Everyone.
type group struct {
	ID                    string
	Type                  string // OKTA_GROUP or BUILT_IN
	Created               time.Time
	LastUpdated           time.Time
	LastMembershipUpdated time.Time
	Profile               map[string]any // name, description
	Members               []string       // user ids; of Everyone left empty: all users are members
	Roles                 []*roleAssignment
}

// user is a person. A zero time means that the event never happened.
type user struct {
	ID              string
	Status          string // STAGED, PROVISIONED, ACTIVE, RECOVERY, PASSWORD_EXPIRED, LOCKED_OUT, SUSPENDED, DEPROVISIONED
	Created         time.Time
	Activated       time.Time
	StatusChanged   time.Time
	LastLogin       time.Time
	LastUpdated     time.Time
	PasswordChanged time.Time
	Profile         map[string]any
	Password        *passwordHash // nil: no password
	Recovery        string        // recovery question; its answer is not kept
	Roles           []*roleAssignment
}

// apiToken is an SSWS token with all rights of its owner.
type apiToken struct {
	ID      string
	Name    string
	UserID  string
	Created time.Time
}

// signingKey is a key pair of the org authorization server.
type signingKey struct {
	ID      string // kid
	PKCS8   []byte // private key, PKCS #8 in DER
	Created time.Time
}

// policy is an ACCESS_POLICY: how users sign in to the apps it is set for.
type policy struct {
	ID          string
	Name        string
	Description string
	Type        string // ACCESS_POLICY
	System      bool   // the default one
	MFA         bool   // asks for a second factor
	Created     time.Time
}

// customRole is a set of permissions, given on a resource set.
type customRole struct {
	ID          string
	Label       string
	Description string
	Permissions []*permission // newest first
	Created     time.Time
	LastUpdated time.Time
}

// permission is one permission of a custom role.
type permission struct {
	Label       string
	Conditions  map[string]any
	Created     time.Time
	LastUpdated time.Time
}

// resourceSet names the objects on which custom roles are given. Its bindings
// are the role assignments of clients, users and groups that name it.
type resourceSet struct {
	ID          string
	Label       string
	Description string
	Resources   []*resource
	Created     time.Time
	LastUpdated time.Time
}

// resource is one member of a resource set. ORN has the form
// "orn:okta:idp:{orgId}:apps:oidc_client:{appId}" and the like.
type resource struct {
	ID          string
	ORN         string
	Conditions  map[string]any
	Created     time.Time
	LastUpdated time.Time
}
