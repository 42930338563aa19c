package schema

import (
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Object is one remote object as it was read.
type Object struct {
	Kind  string
	ID    string // app, group or user id
	Owner Owner  // zero when nobody of ours owns it
	// Complete is false when only the object's own fields were read: no grants,
	// roles, members. True for declared and owned objects.
	Complete bool
	// Value is what the object is. What was not read is null.
	Value Value
	// ClientID is that of the app whose admin roles the object is; "" where it is
	// something else.
	ClientID string
	// Deprovisioned says that the user whose admin roles the object is has left: Okta
	// assigns no roles to them.
	Deprovisioned bool `json:",omitempty"`
	// Origin is what the System Log tells of an app without rights that authenticates with a client
	// secret and is declared with rights; nil for all other objects, and where nobody asked.
	Origin *Origin `json:",omitempty"`
	// Created is when the org made the object; zero where it does not tell. Files of snapshots
	// leave it out: no plan depends on it.
	Created time.Time `json:"-"`
}

// Origin is what the System Log tells of who made an app and its client secrets, and changed them.
type Origin struct {
	// Doubt says why the log does not show that the principal in use made the app and its
	// secrets with this program, and that nobody else changed them; "" if it shows that.
	Doubt string
	// ChangedBy says who changed the app otherwise than by a run of this program; "" if the log shows
	// nobody.
	ChangedBy string
}

// Snapshot is what one read of the org found. It holds no secrets.
type Snapshot struct {
	OrgID string
	URL   string
	// Principal is the client id of the app, or the id of the user, in whose name
	// the org was read; empty when that can't be known.
	Principal string
	Objects   []Object
	// Data holds what data blocks have found, by their addresses.
	Data map[string]*Object
	// Admins are those who hold admin roles; nil unless the query asked.
	Admins *Admins
	// Policies are the org's authentication policies, read where a declared app
	// names one.
	Policies []Named
	// ProfileSchemas are the org's schemas of custom attributes, read where a declared object has
	// some.
	ProfileSchemas []ProfileSchema `json:",omitempty"`
	// Taken are objects that can't be declared, such as built-in groups, and have the
	// name of a declared object of their kind that the org does not have.
	Taken []Taken
	// Unread says what could not be read although something of this owner may
	// be there: a feature that the org lacks, or a right that we lack.
	Unread []string
}

// Admins are all principals that hold an admin role by themselves, not through
// a group, as objects of the kind admin.
type Admins struct {
	Objects []Object
	// ActiveUsers are the ids of those that are users who can sign in.
	ActiveUsers []string
	// Self is the id of the one in whose name the org was read; "" where that
	// principal holds no role by itself.
	Self string
	Load Load // the requests that finding them took
	// Candidates are the ids of all who might have held one.
	Candidates []string `json:"-"`
}

// Named is something in the org that can't be declared, and that declared objects
// name.
type Named struct{ ID, Name string }

// Taken is an object whose name no other object of its kind can have.
type Taken struct {
	Kind, ID, Name string
	Is             string // why it can't be declared: "built in"
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
	// PreviousOwner is a name under which the configuration owned objects before.
	PreviousOwner string
	// Owners asks for what all these owners have in the org.
	Owners OwnerPattern `json:",omitempty"`
	// Unowned asks for the grants, roles and members of unmarked objects with a
	// declared label too: they may be imported.
	Unowned bool
	Admins  bool // find all who hold admin roles
	Objects []ObjectQuery
}

// ObjectQuery is one declared object in a Query.
type ObjectQuery struct {
	Addr Addr
	ID   string // of the object that an attached kind is about, where it is known
	// Was lists addresses that the object may be marked with from before it moved.
	Was []string
	// Imports is the id, client id or name of an existing object that is to be this
	// one; "" where there is none.
	Imports string
	// Clues tell an app whose mark is lost: "client_id ID", "public_key THUMBPRINT".
	Clues []string
	Name  string // the value of the kind's Label attribute; "" while it is unknown
	// SideData names the unmanaged attributes that are declared, and so have to be
	// read: members, assigned_groups, assigned_users.
	SideData []string
	Rights   Rights // that the object is to hold
	// Custom are the names of the custom attributes that are declared.
	Custom []string `json:",omitempty"`
}

// Desired is one declared object, evaluated.
type Desired struct {
	Addr  Addr
	Kind  *Kind
	Owner Owner // the mark that it is to carry
	// Value is what the object is to be, with unknown values for what only the org
	// knows, and marks on what is sensitive. Unmanaged attributes that are left
	// out are null.
	Value Value
	// Local holds the attributes that concern this machine: on_destroy.
	Local map[string]cty.Value
	// Keys are the private keys that belong to the object's public_key blocks.
	Keys []PrivateKey
	// Lifecycle and Additive say what is left to the org: Additive names the sets
	// that may hold more than is declared.
	Lifecycle Lifecycle
	Additive  []string
	// Undeclared is what additive sets hold in the org beyond what is declared;
	// Value holds it too.
	Undeclared map[string][]cty.Value
	// Deprovisioned names the deprovisioned users who are declared in a set, or with roles, and are
	// left out of Value, by the set: Okta assigns nothing to them.
	Deprovisioned map[string][]string
	// RenewCredentials has the client secrets that an app has replaced by new ones, and undeclared
	// assignments removed, before it gains its first right.
	RenewCredentials bool
	// DependsOn are the objects that its body refers to.
	DependsOn []Addr
	Range     hcl.Range // of the block's header
	Positions Positions // of what stands in it
}

// PrivateKey is the file with the private half of a public_key block.
type PrivateKey struct {
	KID  string
	File string // absolute
	// Text is the key itself, where a variable holds it instead of a file.
	Text Secret
	// Generate says that the file may be made when neither it nor a key with
	// this kid in the org exists.
	Generate bool
	// Absent says that the file is not on this machine.
	Absent bool
	// Inactive says that the org refuses what it signs.
	Inactive bool
}

// Sensitive is the mark on values that no output may show.
const Sensitive = sensitiveMark("sensitive")

type sensitiveMark string

// GoString keeps the mark readable in test failures.
func (m sensitiveMark) GoString() string { return "schema.Sensitive" }
