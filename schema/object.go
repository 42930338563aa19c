package schema

import (
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Object is one object as read from the org.
type Object struct {
	Kind  string
	ID    string // id of the app, group or user
	Owner Owner  // zero if the object has no mark
	// Complete is false if only the object's own fields were read: no grants, roles, members. It is
	// true for declared and owned objects.
	Complete bool
	// Value is the object's value. What was not read is null.
	Value Value
	// ClientID is the client id of the app that an object of the kind admin is about; "" for other
	// objects.
	ClientID string
	// Deprovisioned means that the user whose admin roles the object describes has left: Okta
	// assigns no roles to them.
	Deprovisioned bool `json:",omitempty"`
	// Unseen names unmanaged attributes and blocks that are declared and that the credential may
	// not see.
	Unseen []string `json:",omitempty"`
	// Origin is set for an app without rights that authenticates with a client secret and is
	// declared with rights; nil for other objects, and if it was not read.
	Origin *Origin `json:",omitempty"`
	// Created is when the object was created; zero if the org does not show it. It is not part of
	// snapshot files, because no plan depends on it.
	Created time.Time `json:"-"`
}

// Origin is what the System Log shows about who created and changed an app and its client secrets.
type Origin struct {
	// Doubt says why the log does not show that the current principal created the app and its
	// secrets with oktaform, and that nobody else changed them; "" if it shows that.
	Doubt string
	// ChangedBy says who changed the app other than by a run of oktaform; "" if the log shows
	// nobody.
	ChangedBy string
}

// Snapshot is the result of one read of the org. It contains no secrets.
type Snapshot struct {
	OrgID string
	URL   string
	// Principal is the client id of the app, or the id of the user, that the org was read as; "" if
	// unknown.
	Principal string
	Objects   []Object
	// Data are the results of data blocks, by address.
	Data map[string]*Object
	// Admins are the principals with admin roles; nil unless the query asked for them.
	Admins *Admins
	// Policies are the org's authentication policies, read if a declared app names one.
	Policies []Named
	// ProfileSchemas are the org's schemas of custom attributes, read where a declared object has
	// some.
	ProfileSchemas []ProfileSchema `json:",omitempty"`
	// Taken are objects that cannot be declared, such as built-in groups, and have the name of a
	// declared object of their kind that does not exist in the org.
	Taken []Taken
	// Unread says what could not be read although it may contain objects of this owner: a feature
	// that the org lacks, or a right that the credential lacks.
	Unread []string
	// Unmanaged counts the listed objects that carry no mark and that the query isn't about.
	Unmanaged int `json:",omitempty"`
}

// Admins are all principals that have an admin role themselves, not through a group, as objects of
// the kind admin.
type Admins struct {
	Objects []Object
	// ActiveUsers are the ids of the users among them who can sign in.
	ActiveUsers []string
	// Self is the id of the principal that the org was read as; "" if it has no role itself.
	Self string
	Load Load // the requests needed to find them
	// Candidates are the ids of all principals that were checked.
	Candidates []string `json:"-"`
}

// Named is something in the org that cannot be declared but that declared objects name.
type Named struct{ ID, Name string }

// Taken is an object whose name no other object of its kind can have.
type Taken struct {
	Kind, ID, Name string
	Is             string // why it cannot be declared: "built in"
}

// ProfileSchema names the custom attributes that the objects of a kind may have.
type ProfileSchema struct {
	Kind       string
	Attributes map[string]string // JSON Schema types by name; "array of string" for lists
	// Others are the ids of declared objects that another schema holds for: users of another
	// user type.
	Others []string `json:",omitempty"`
}

// Query says what to read: only what a configuration declares or owns.
type Query struct {
	Owner string
	// PreviousOwner is the owner under which the configuration owned objects before.
	PreviousOwner string
	// Owners selects owners whose objects are read, too.
	Owners OwnerPattern `json:",omitempty"`
	// Unowned also reads the grants, roles and members of unmarked objects with a declared label,
	// because they may be imported.
	Unowned bool
	Admins  bool // find all principals with admin roles
	Objects []ObjectQuery
}

// ObjectQuery is one declared object in a Query.
type ObjectQuery struct {
	Addr Addr
	ID   string // id of the object that an attached kind is about, if known
	// Was are the addresses that the object may be marked with because it was moved.
	Was []string
	// Imports is the id, client id or name of the existing object to import; "" if there is none.
	Imports string
	// Clues identify an app whose mark is lost: "client_id ID", "public_key THUMBPRINT".
	Clues []string
	// Unique are the object's values of attributes that no two objects of the kind share.
	Unique []string `json:",omitempty"`
	Name   string   // the value of the kind's Label attribute; "" if unknown
	// SideData names the unmanaged attributes that are declared and must therefore be read:
	// members, assigned_groups, assigned_users.
	SideData []string
	Rights   Rights // that the object is to hold
	// Given are the client secrets that blocks give, to be compared with those in the org.
	Given []GivenSecret `json:"-"`
	// Custom are the names of the custom attributes that are declared.
	Custom []string `json:",omitempty"`
}

// Desired is one evaluated declared object.
type Desired struct {
	Addr  Addr
	Kind  *Kind
	Owner Owner // the mark that it will carry
	// Value is the desired value, with unknown values for what only the org knows, and marks on
	// what is sensitive. Omitted unmanaged attributes are null.
	Value Value
	// Local are the attributes that concern this machine only: on_destroy.
	Local map[string]cty.Value
	// Keys are the private keys of the object's public_key blocks.
	Keys []PrivateKey
	// Lifecycle says what is ignored, and Additive names the sets that may contain more than is
	// declared.
	Lifecycle Lifecycle
	Additive  []string
	// Undeclared are the elements of additive sets that are in the org but not declared; Value
	// contains them too.
	Undeclared map[string][]cty.Value
	// Deprovisioned names, by set, the deprovisioned users who are declared in the set, or with
	// roles. They are removed from Value, because Okta assigns nothing to them.
	Deprovisioned map[string][]string
	// RenewCredentials replaces an app's client secrets and removes undeclared assignments before
	// the app gains its first right.
	RenewCredentials bool
	// DependsOn are the objects that the block refers to.
	DependsOn []Addr
	Range     hcl.Range // of the block's header
	Positions Positions // of its attributes and blocks
}

// PrivateKey is the private half of a public_key block.
type PrivateKey struct {
	KID  string
	File string // absolute
	Name string // the same as the configuration writes it
	// Text is the key itself, if it comes from a variable instead of a file.
	Text Secret
	// Generate means that the file may be generated if it does not exist and the org has no key
	// with this kid.
	Generate bool
	// Absent means that the file is not on this machine.
	Absent bool
	// Tracked means that git has the file. It is known only to a review of two versions in git.
	Tracked bool
	// Inactive means that the org refuses signatures of the key.
	Inactive bool
}

// Sensitive is the mark on values that no output may show.
const Sensitive = sensitiveMark("sensitive")

type sensitiveMark string

// GoString makes the mark readable in test failures.
func (m sensitiveMark) GoString() string { return "schema.Sensitive" }

// Unset is the mark on values that depend on a sensitive variable without a value: its name.
type Unset string

// Positions are the positions of an object's attributes and nested blocks in files: "admin_role" is
// the first block of that type, "admin_role.APP_ADMIN" the one with that label. If a name occurs
// twice, the first counts.
type Positions []Position

// Position is the position of one attribute or block.
type Position struct {
	Name  string
	Range hcl.Range
}

// At returns the position of that name.
func (p Positions) At(name string) (at hcl.Range, found bool) {
	for i := range p {
		if p[i].Name == name {
			return p[i].Range, true
		}
	}
	return hcl.Range{}, false
}

// GivenSecret is a client secret that a block gives.
type GivenSecret struct {
	Since string // the block's label
	Value Secret
}
