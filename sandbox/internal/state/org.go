// Package state holds one Okta org: the tables of its objects, its System Log, the ephemeral part
// that lives as long as the process, and the data file that stores the rest. Org is the place to
// begin.
package state

import "time"

// Org is the whole state of one Okta org. Every field that is a table is stored in the data file;
// the ephemeral part lives as long as the process.
//
// Org stores no URL of the org: issuers, audiences and links are derived from the Host of each
// request.
type Org struct {
	Info         *Table[Info] // one row, see Org.Self
	Apps         *Table[App]
	Groups       *Table[Group]
	Users        *Table[User]
	APITokens    *Table[APIToken] // by SHA-256 of the token, hexadecimal
	SigningKeys  *Table[SigningKey]
	Policies     *Table[Policy]
	CustomRoles  *Table[CustomRole]
	ResourceSets *Table[ResourceSet]

	RefreshTokens *Table[RefreshToken] // by SHA-256 of the token, hexadecimal
	Revoked       *Table[RevokedToken] // by jti of an access token

	Log *Log

	more []Storable // see TableOf

	Ephemeral ephemeral
}

// NewOrg returns an org without objects.
func NewOrg() *Org {
	return &Org{
		Info:          newTable[Info]("org"),
		Apps:          newTable[App]("app"),
		Groups:        newTable[Group]("group"),
		Users:         newTable[User]("user").indexByName((*User).Login),
		APITokens:     newTable[APIToken]("apiToken"),
		SigningKeys:   newTable[SigningKey]("signingKey"),
		Policies:      newTable[Policy]("policy"),
		CustomRoles:   newTable[CustomRole]("customRole"),
		ResourceSets:  newTable[ResourceSet]("resourceSet"),
		RefreshTokens: newTable[RefreshToken]("refreshToken"),
		Revoked:       newTable[RevokedToken]("revokedToken"),
		Log:           &Log{},
	}
}

// Tables returns everything that the journal stores.
func (o *Org) Tables() []Storable {
	tables := []Storable{o.Info, o.Apps, o.Groups, o.Users, o.APITokens, o.SigningKeys, o.Policies, o.CustomRoles, o.ResourceSets}
	tables = append(tables, o.more...)
	return append(tables, o.RefreshTokens, o.Revoked, o.Log)
}

// Replace makes the org hold what another one holds, and ends all sign-ins.
func (o *Org) Replace(with *Org) {
	fresh := map[string]Storable{}
	for _, t := range with.Tables() {
		fresh[t.Name()] = t
	}
	for _, t := range o.Tables() {
		t.replace(fresh[t.Name()])
	}
	o.Ephemeral = ephemeral{}
}

// TableOf returns the org's table of a kind that has no field in Org because only one package of
// the sandbox knows it. The first call creates the table.
func TableOf[T any](o *Org, kind string) *Table[T] {
	for _, t := range o.more {
		if table, found := t.(*Table[T]); found && table.kind == kind {
			return table
		}
	}
	table := newTable[T](kind)
	o.more = append(o.more, table)
	return table
}

// Self returns the org's own record.
func (o *Org) Self() *Info { return o.Info.Get("org") }

// Info describes the org itself.
type Info struct {
	ID         string
	Created    time.Time
	Everyone   string // id of the group Everyone
	UserType   string // id of the default user type
	UserSchema string // id of its schema
	// UserAttributes are the custom attributes of the user schema by name, each as JSON Schema.
	UserAttributes map[string]any
	// GroupAttributes are those of the group schema.
	GroupAttributes map[string]any
	Cell            string
	// Features are those of a copied org; nil leaves them to the settings.
	Features []Feature
	// Lacks names the parts of the Management API that the org does not have.
	Lacks      []string
	SuperAdmin string // id of the user who owns the first API token
	AdminToken string // that token in clear text: Server.Token returns it
}

// ORN returns the prefix of the org's resource names; service is idp or directory.
func (o *Org) ORN(service string) string { return "orn:okta:" + service + ":" + o.Self().ID }

// ReadAt sets the time of a read, for the delays of the fault "invisible". The zero time, for
// writes, shows everything.
func (o *Org) ReadAt(now time.Time) {
	for _, t := range o.Delayed() {
		t.readAt(now)
	}
}

// Delayed is a table whose new rows can be hidden from reads.
type Delayed interface {
	RememberRows()
	HideNew(until time.Time)
	readAt(now time.Time)
}

// Delayed returns the tables of objects that the fault "invisible" applies to.
func (o *Org) Delayed() []Delayed {
	return []Delayed{o.Apps, o.Groups, o.Users, o.CustomRoles, o.ResourceSets}
}
