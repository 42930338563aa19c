package schema

import (
	"slices"
	"sync"

	"github.com/zclconf/go-cty/cty"
)

// Kind describes one kind of Okta object as it is declared in a configuration.
type Kind struct {
	Name   string // block type, for example "service_app"
	Title  string // the words for it in a sentence: "service app"
	Label  string // the attribute by which people know an object: label, name, login
	Unique bool   // whether Okta refuses a second object with the same label
	Mark   Mark   // how objects carry the mark of their owner
	// MarkLimit is how many characters the text that ends with the mark may have.
	MarkLimit int
	// OAuthClient says that objects of the kind are OAuth client apps, and Machine that
	// these get tokens in their own name: nobody signs in to them.
	OAuthClient, Machine bool
	// OpenRedirects says that the redirect URIs of an app may lead to other programs.
	OpenRedirects bool
	// Person says that objects of the kind are people, who sign in with their label and can
	// be deprovisioned.
	Person bool
	// SharesNames says that objects that can't be declared may have the name of one that is.
	SharesNames bool
	// LendsRights says that admin roles are made of objects of the kind.
	LendsRights bool
	// Terraform are the resource types of the provider okta/okta that declare the same.
	Terraform []TerraformType
	// OnExisting says that an object of the kind is something about another object,
	// which has to exist: it is found, never made, and its id is the other's.
	OnExisting bool
	Constants  map[string]any // places in Okta's JSON that are the same for every object of the kind
	Attrs      []Attr
	Blocks     []Block
	// FromOkta brings the members of Okta's document to the form in which each attribute has
	// a place of its own, and ToOkta brings them back. Both replace members of the map that
	// they are given and change nothing below it. Nil: Okta's form is that form.
	FromOkta, ToOkta func(doc map[string]any)
	// Check finds what is wrong with the declared attributes and blocks beyond types
	// and OneOf. It sees unknown values where only the org knows, and no marks.
	Check func(Value) []Problem
	// Canonical returns what changes where attributes that can say one thing in two
	// ways are brought to one of them, before values are compared.
	Canonical func(Value) Values
	Doc       string
	compiled  *compiledKind
}

// Block describes a nested block, for example public_key in service_app. The
// value of a kind holds all blocks of one type as a list of objects, sorted by
// their keys.
type Block struct {
	Type  string
	Label string   // the attribute that the block's one label gives
	Key   []string // the attributes that tell two blocks of this type apart
	// KeyMaterial says that the block holds a public key: its attributes kty,
	// thumbprint and public_jwk come from the file or JWK that it names.
	KeyMaterial bool
	// Unmanaged says that leaving all blocks of the type out means that they are
	// left to the org. They are read where they are declared, and where SecuritySensitive
	// asks for it.
	Unmanaged bool
	// SecuritySensitive says that whoever has what the blocks stand for can act in the
	// object's name, so that they are read of each object that is to gain rights,
	// and what isn't declared of them goes before.
	SecuritySensitive bool
	// Of names the set of the kind whose elements these blocks say more about, by
	// their keys: a condition belongs to one of the permissions. Where the key is a
	// reference, the block makes its target an element.
	Of       string
	Attrs    []Attr
	Blocks   []Block
	Doc      string
	compiled *compiledKind
}

// Attr describes one attribute of a kind or of a nested block.
type Attr struct {
	Name string
	Type cty.Type
	// Path is the place in Okta's JSON, with dots: "settings.oauthClient.jwks_uri".
	// Empty for what is not a field of the object itself (grants, members).
	Path    string
	Default cty.Value // what leaving it out means; cty.NilVal: null
	// DefaultFrom names the attribute whose value is the default.
	DefaultFrom string
	Required    bool
	Computed    bool // set by Okta or derived by us where it is left out
	Settable    bool // a computed attribute that a configuration may set after all
	Sensitive   bool
	WriteOnly   bool // sent to the org, never read back, so never compared
	// VersionOf makes a write-only value comparable after all: the attribute holds a
	// moment, and is fulfilled when the computed attribute named here isn't
	// earlier.
	VersionOf string
	// Derive makes a computed attribute from the local ones.
	Derive    func(local map[string]cty.Value) cty.Value
	Immutable bool // can't be changed in place: a change means replacement
	Fixed     bool // can't be changed at all, not even by replacement
	Unmanaged bool // left out means neither managed nor read
	Unordered bool // a list that Okta treats as a set
	// Narrows says that the list limits what a right covers, and that no list means no
	// limit: one that is given must have elements.
	Narrows bool
	// JSON says that the value is any JSON, kept as its text: written as an
	// expression in a configuration.
	JSON bool
	// Merged says that of a JSON object only the names count that are declared: the
	// others are left to the org, and one with the value null is taken out.
	Merged bool
	// Reserved says why the JSON object may not hold a name that belongs to another attribute
	// or to the mark; "" for any other name. Reserved names are no part of the value.
	Reserved func(name string) string
	// OmitDefault says that Okta leaves the field out while it has its default, and
	// that it is sent only when it has another value or is there already.
	OmitDefault bool
	// Needs names a list attribute and an element that it must hold for the
	// default to count: without the refresh_token grant there is no leeway.
	Needs  [2]string
	Access bool // who may get in, and how, hangs on it: a rollback doesn't give it back
	Local  bool // concerns this machine only; not part of the object in the org
	Hidden bool // left out of texts for people, who see a shorter form of it elsewhere
	OneOf  []string
	// Known lists the values that are known; others are accepted with a warning.
	Known func() []string
	// Aliases maps values of the org to the one that stands for them here.
	Aliases map[string]string
	Refs    []string // kinds that a reference may point to
	// Unique says that Okta refuses a second object of the kind with the same value.
	Unique bool
	// IDsOf names the kind whose objects' ids the texts may be.
	IDsOf string
	// OrID says that instead of a reference the id of an object may stand that
	// isn't declared here.
	OrID bool
	// NameOrID says that only texts may stand for a reference: the name or id of what
	// can't be declared, such as an authentication policy. Both spellings of one
	// object are the same.
	NameOrID bool
	// OrName says that instead of a reference the name may stand by which people
	// know an object that isn't declared here.
	OrName bool
	Doc    string
}

// Problem is something wrong in the value of a declared object that only the
// kind can know.
type Problem struct {
	Attr    string // "" for the object as a whole
	Block   string // type of the nested block concerned; "" for the object's own attributes
	Index   int    // of the nested block among those of its type, as declared
	Summary string
	Detail  string
}

// Ref is the type of a reference to another object, with which lists of
// members, groups and apps are made. addr survives while id is unknown; name is
// what people call the object.
var Ref = cty.Object(map[string]cty.Type{"id": cty.String, "addr": cty.String, "name": cty.String})

// IsRef reports whether t is a reference or a list of references.
func IsRef(t cty.Type) bool {
	return t.Equals(Ref) || t.IsListType() && t.ElementType().Equals(Ref)
}

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

// Kinds lists every kind, in the order of the language reference. The list and
// what it points to are never changed.
func Kinds() []*Kind { return kinds() }

var kinds = sync.OnceValue(func() []*Kind {
	return compiled([]*Kind{webApp(), serviceApp(), browserApp(), nativeApp(), group(), user(), admin(), customRole(), resourceSet(), networkZone(), trustedOrigin()})
})

// DataKinds lists what a configuration can look up without owning it: data
// "group", data "user" and so on. Their names begin with data.; an object of
// them is found by the kind's label or by its id.
func DataKinds() []*Kind { return dataKinds() }

var dataKinds = sync.OnceValue(func() []*Kind {
	return compiled([]*Kind{groupSource(), userSource(), appSource(), customRoleSource(), resourceSetSource(), networkZoneSource(), trustedOriginSource()}, Kinds()...)
})

// KindNamed returns the kind of that name, or nil.
func KindNamed(name string) *Kind { return kindsByName()[name] }

var kindsByName = sync.OnceValue(func() map[string]*Kind {
	all := map[string]*Kind{}
	for _, k := range slices.Concat(Kinds(), DataKinds()) {
		all[k.Name] = k
	}
	return all
})
