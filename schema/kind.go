package schema

import (
	"slices"

	"github.com/zclconf/go-cty/cty"
)

// Kind describes one kind of Okta object that a configuration can declare.
type Kind struct {
	Name   string // block type, for example "service_app"
	Title  string // for sentences: "service app"
	Label  string // the attribute that people know an object by: label, name, login
	Unique bool   // whether Okta refuses a second object with the same label
	Mark   Mark   // how objects carry the mark of their owner
	// MarkLimit is the maximum length in characters of the string that ends with the mark.
	MarkLimit int
	// OAuthClient means that the objects are OAuth client apps, and Machine that these get tokens
	// for themselves, without anybody signing in.
	OAuthClient, Machine bool
	// OpenRedirects means that the redirect URIs of an app may lead to other programs.
	OpenRedirects bool
	// Person means that the objects are people, who sign in with their label and can be
	// deprovisioned.
	Person bool
	// SharesNames means that objects that cannot be declared may have the same name as one that
	// can.
	SharesNames bool
	// FoundAs is the type of the data block that finds objects of the kind, if it is not the kind's
	// name.
	FoundAs string
	// LendsRights means that assignments of admin roles refer to objects of the kind.
	LendsRights bool
	// Terraform are the resource types of the provider okta/okta that declare the same.
	Terraform []TerraformType
	// OnExisting means that a declared object describes another object, which must exist: it is
	// found, never created, and its id is the other's.
	OnExisting bool
	Constants  map[string]any // paths in Okta's JSON with a constant value
	Attrs      []Attr
	Blocks     []Block
	// FromOkta converts the members of Okta's document so that each attribute has its own path, and
	// ToOkta reverses that. Both replace members of the map and do not modify anything below it.
	// Nil means that no conversion is needed.
	FromOkta, ToOkta func(doc map[string]any)
	// Check returns what is wrong with the declared attributes and blocks besides types and OneOf.
	// Values may be unknown if only the org knows them, and have no marks.
	Check func(Value) []Problem
	// Canonical returns replacements for attributes that can express the same in two ways, before
	// values are compared.
	Canonical func(Value) Values
	// Unresolved returns how a reference in an attribute can be written if no block can refer to
	// its object: the attribute and the text of an element. It is nil if there is no such way.
	Unresolved func(attr, id string) (into, text string)
	Doc        string
	compiled   *compiledKind
}

// Block describes a nested block, such as public_key in service_app. The value of an object
// contains all blocks of one type as a list of objects, sorted by their keys.
type Block struct {
	Type  string
	Label string   // the attribute given by the block's only label
	Key   []string // the attributes that identify a block among those of its type; none if there is at most one
	// KeyMaterial means that the block is a public key: its attributes kty, thumbprint and
	// public_jwk come from the file or JWK that it names.
	KeyMaterial bool
	// Unmanaged means that the blocks are not managed if none is declared. They are read only if
	// some are declared, or if SecuritySensitive requires it.
	Unmanaged bool
	// SecuritySensitive means that the blocks are credentials with which one can act as the object.
	// They are read for each object that is to gain rights, and undeclared ones are removed first.
	SecuritySensitive bool
	// Of names the set of the kind whose elements the blocks describe further, identified by their
	// keys: a condition belongs to one of the permissions. If the key is a reference, the block
	// adds its target to the set.
	Of string
	// Align gives the blocks of before (the object in the org) and after (the declared object) the
	// same keys if the org names them differently, and returns both lists. Nil means that their
	// keys can be compared.
	Align func(b *Block, before, after Value) (cty.Value, cty.Value)
	// Declarable returns the blocks of an object in the org as a configuration would declare them,
	// if that differs: with keys, and without what Okta fills in.
	Declarable func(b *Block, object Value) cty.Value
	Attrs      []Attr
	Blocks     []Block
	Doc        string
	compiled   *compiledKind
}

// Attr describes one attribute of a kind or nested block.
type Attr struct {
	Name string
	Type cty.Type
	// Path is the dotted path in Okta's JSON: "settings.oauthClient.jwks_uri". It is empty for what
	// is not part of the object's document (grants, members).
	Path    string
	Default cty.Value // the value if omitted; cty.NilVal: null
	// DefaultFrom names the attribute whose value is the default.
	DefaultFrom string
	Required    bool
	Computed    bool // set by Okta or derived if omitted
	Settable    bool // a computed attribute that a configuration can set
	Sensitive   bool
	WriteOnly   bool // sent to the org, but never read or compared
	// FromVariable says that the value must come from a sensitive variable: one that stands in a
	// file is refused.
	FromVariable bool
	// VersionOf makes a write-only value comparable: this attribute is a time, and the value is
	// current if the computed attribute named here is not earlier.
	VersionOf string
	// Derive computes the attribute from the local ones.
	Derive    func(local map[string]cty.Value) cty.Value
	Immutable bool // cannot be changed in place, only by replacement
	Fixed     bool // cannot be changed at all, not even by replacement
	Unmanaged bool // if omitted, neither managed nor read
	Unordered bool // a list that Okta treats as a set
	// Narrows means that the list limits a right, and that without the list there is no limit: a
	// declared list must have elements.
	Narrows bool
	// JSON means that the value is any JSON, stored as text and written as an expression in a
	// configuration.
	JSON bool
	// Merged means that only the declared members of a JSON object are managed; a declared null
	// removes a member.
	Merged bool
	// Reserved says why the JSON object may not hold a name that belongs to another attribute
	// or to the mark; "" for any other name. Reserved names are no part of the value.
	Reserved func(name string) string
	// OmitDefault means that Okta omits the field if it has its default. It is sent only if it has
	// another value or the document already has it.
	OmitDefault bool
	// Needs names a list attribute and an element that the list must contain for the default to
	// apply: without the refresh_token grant there is no leeway.
	Needs  [2]string
	Access bool // it decides who may get in, and how: a rollback does not restore it
	Limits bool // the list limits access: a rollback keeps it
	Local  bool // concerns this machine only; not stored in the org
	Hidden bool // omitted from texts for people, which show a shorter form elsewhere
	OneOf  []string
	// Known returns the known values; others are accepted with a warning.
	Known func() []string
	// Aliases maps values of the org to the declared value that they equal.
	Aliases map[string]string
	// Refs are the kinds that a reference may point to. A list of strings with Refs holds their
	// ids, and may hold other strings.
	Refs []string
	// Unique means that Okta refuses a second object of the kind with the same value.
	Unique bool
	// OrID means that the id of an undeclared object may be given instead of a reference.
	OrID bool
	// NameOrID means that only a string can be given for the reference: the name or id of something
	// that cannot be declared, such as an authentication policy. Name and id of the same object are
	// equal.
	NameOrID bool
	// OrName means that the name of an undeclared object may be given instead of a reference.
	OrName bool
	Doc    string
}

// Problem is an error in the value of a declared object that only the kind can find.
type Problem struct {
	Attr    string // "" for the object as a whole
	Block   string // type of the nested block; "" for the object's own attributes
	Index   int    // index of the nested block among those of its type, as declared
	Summary string
	Detail  string
}

// Ref is the type of a reference to another object; lists of members, groups and apps contain
// references. addr is set even if id is unknown; name is the object's name for people.
var Ref = cty.Object(map[string]cty.Type{"id": cty.String, "addr": cty.String, "name": cty.String})

// IsRef reports whether t is a reference or a list of references.
func IsRef(t cty.Type) bool {
	return t.Equals(Ref) || t.IsListType() && t.ElementType().Equals(Ref)
}

// HoldsIDs reports whether the attribute is a list of strings with ids of other objects.
func (a *Attr) HoldsIDs() bool { return len(a.Refs) > 0 && !IsRef(a.Type) }

// Attr returns the attribute of that name, or nil.
func (k *Kind) Attr(name string) *Attr { return findAttr(k.Attrs, name) }

// Attr returns the attribute of that name, or nil.
func (b *Block) Attr(name string) *Attr { return findAttr(b.Attrs, name) }

// Block returns the nested block of that type, or nil.
func (k *Kind) Block(typ string) *Block {
	i := slices.IndexFunc(k.Blocks, func(b Block) bool { return b.Type == typ })
	if i < 0 {
		return nil
	}
	return &k.Blocks[i]
}

// IsApp reports whether objects of the kind are OAuth client apps.
func (k *Kind) IsApp() bool { return k.OAuthClient }

func findAttr(attrs []Attr, name string) *Attr {
	for i := range attrs {
		if attrs[i].Name == name {
			return &attrs[i]
		}
	}
	return nil
}
