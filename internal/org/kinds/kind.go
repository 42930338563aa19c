package kinds

import (
	"cmp"
	"context"
	"slices"
	"sync"

	"github.com/oktaform/oktaform/schema"
)

// Kind describes how one kind of object is read and written in an org. A nil function stands for
// what objects of the kind do not have.
type Kind struct {
	*schema.Kind // nil for a kind that is looked up and cannot be declared

	// Collection is the path under which objects are created and listed. Kinds with the same
	// Collection share one list.
	Collection string
	// List reads the objects of all kinds with the same Collection. It is nil for kinds whose
	// objects are found one by one.
	List func(ctx context.Context, o *Org) ([]*Remote, error)
	// Optional names kinds, for people, that an org may lack and a credential may not see. They are
	// listed one after the other. If none of them is declared, a refusal is not an error.
	Optional string
	// Find returns the declared objects of a kind without List.
	Find func(ctx context.Context, o *Org, declared []schema.ObjectQuery) ([]*Remote, error)
	// Whole lists everything in the collection for an inventory of the org, including what cannot
	// be declared. If it is nil, List returns everything.
	Whole func(ctx context.Context, o *Org) (*Whole, error)
	// Taken returns objects that cannot be declared and have one of these names, for kinds whose
	// names are unique in an org.
	Taken func(ctx context.Context, o *Org, names []string) ([]schema.Taken, error)

	Get    func(ctx context.Context, o *Org, id string) (map[string]any, error)
	Create func(ctx context.Context, o *Org, doc map[string]any, want schema.Value) (map[string]any, error)
	// Update writes the document, unless it is nil, and what is not part of it: status, password.
	Update func(ctx context.Context, o *Org, now *Remote, doc map[string]any, want schema.Value) error
	Delete func(ctx context.Context, o *Org, now *Remote, onDestroy string) error
	// DeactivatesFirst means that an object must be deactivated before it is deleted.
	DeactivatesFirst bool

	// RolesPath is the path of an object's role assignments, with ID for its id.
	RolesPath string
	// Principal returns the path of an object's role assignments, and the type of its own
	// assignments, which distinguishes them from those through a group.
	Principal func(r *Remote) Principal
	// HasRoles reports whether an object with that document, as listed by Whole, may have admin
	// roles.
	HasRoles func(doc map[string]any) bool
	// BornWithRoles means that an org can be configured to give new objects admin roles.
	BornWithRoles bool
	// Memberships are the lists of references that the org stores beside an object.
	Memberships []Membership
	// ReadParts reads what else the org stores beside an object, and PartValues converts it to
	// attributes.
	ReadParts  func(ctx context.Context, o *Org, now *Remote) error
	PartValues func(o *Org, now *Remote) schema.Values

	// Lookup finds objects for data blocks.
	Lookup *Lookup
	// ProfileSchema is the path of the schema that names the custom attributes of objects.
	ProfileSchema string
	// Dependents returns what refers to an object and is deleted or changed with it.
	Dependents func(ctx context.Context, o *Org, id string) ([]Dependent, error)
	Operations Operations
	Events     []EventEffect
}

// Lookup finds the objects that a data block may mean.
type Lookup struct {
	Source     string // the type of the data block
	Collection string
	// All lists every object, for all data blocks of the type.
	All func(ctx context.Context, o *Org) ([]map[string]any, error)
	// ByID and ByName find objects without All.
	ByID   func(ctx context.Context, o *Org, id string) (map[string]any, error)
	ByName func(ctx context.Context, o *Org, name string) ([]map[string]any, error)
}

// Operations are the operations of Okta's API that change objects of a kind, in the form of
// catalog.Find: "POST /api/v1/groups".
type Operations struct {
	Create, Update, Delete string
	// SideData are the operations that change what is not part of the object's document, by
	// attribute or nested block.
	SideData map[string]string
	// Credentials is the operation whose rights are required to change one of CredentialAttrs, the
	// attributes that an object signs in with.
	Credentials     string
	CredentialAttrs []string
	// APITokenOnly are the attributes and blocks that Okta changes for an API token only, and not
	// for an OAuth token.
	APITokenOnly []string
}

// Dependent is an object that refers to another one: an app that a group is assigned to, a resource
// set that contains it, or a principal with a role on a resource set.
type Dependent struct {
	ID   string // of the app, user, group or resource set, or the client id of an app
	What string // for people
}

// EventEffect describes how events of some types in the System Log change the data that the org
// stores beside the documents of objects. The documents themselves are read in each run, with
// lists.
type EventEffect struct {
	Types string // separated by spaces
	// Targets are target types: an event must name at least one, and the targets of these types
	// have changed. Without Targets, nothing that is read has changed.
	Targets []string
	// SideData are the only attributes and blocks that have changed, if they are declared.
	SideData []string
	// Only are the only attributes and blocks that differ after it, where SideData does not say
	// so. They are read again together with all other side data.
	Only []string
	// Gone means that what refers to the target has changed too.
	Gone bool
	// Renamed means that the target has a new name in references to it.
	Renamed bool
	// EveryGroup means that any group may have other members.
	EveryGroup bool
	// Rights means that the target, or the members of a target group, may see more or less than
	// before.
	Rights bool
	// PrincipalRights means the same for the principals that have the target, which the event does
	// not name.
	PrincipalRights bool
}

// All returns every kind. The list and its contents must not be modified.
func All() []*Kind { return list().all }

// Named returns the kind with that name that can be declared, or nil.
func Named(name string) *Kind { return list().byName[name] }

func list() *kindList {
	theList.Do(func() {
		theList.all = []*Kind{
			app("web_app"), app("service_app"), app("browser_app"), app("native_app"),
			group(), user(), admin(), customRole(), resourceSet(),
			networkZone(), trustedOrigin(),
		}
		theList.byName = map[string]*Kind{}
		for _, k := range theList.all {
			if k.Kind != nil {
				theList.byName[k.Name] = k
			}
		}
	})
	return &theList
}

// kindList is built on first use, because its functions refer to it.
type kindList struct {
	sync.Once
	all    []*Kind
	byName map[string]*Kind
}

var theList kindList

// Of returns the kind for a schema kind.
func Of(k *schema.Kind) *Kind { return Named(k.Name) }

// LookupOf returns the lookup for a type of data block; nil if there is none.
func LookupOf(source string) *Lookup {
	i := slices.IndexFunc(All(), func(k *Kind) bool { return k.Lookup != nil && k.Lookup.Source == source })
	if i < 0 {
		return nil
	}
	return All()[i].Lookup
}

// PartPaths returns the paths for adding scopes and admin roles to an object, by attribute or
// nested block.
func (k *Kind) PartPaths() map[string]string {
	paths := map[string]string{}
	if k.Attr(ScopesAttr) != nil {
		paths[ScopesAttr] = grantsPath("ID")
	}
	if k.RolesPath != "" && k.Block(RoleBlock) != nil {
		paths[RoleBlock] = k.RolesPath
	}
	return paths
}

// Family names the kinds that are listed together: those with the same list, and those that are
// Optional together.
func (k *Kind) Family() string {
	if k.List == nil {
		return k.Name
	}
	return cmp.Or(k.Optional, k.Collection)
}

// Families returns the kinds that can be declared, by Family, without those whose objects are in
// the list of another kind.
func Families() [][]*Kind {
	var families [][]*Kind
	for _, k := range All() {
		if k.Kind == nil {
			continue
		}
		i := slices.IndexFunc(families, func(f []*Kind) bool { return f[0].Family() == k.Family() })
		switch {
		case i < 0:
			families = append(families, []*Kind{k})
		case !slices.ContainsFunc(families[i], func(other *Kind) bool { return other.Collection == k.Collection }):
			families[i] = append(families[i], k)
		}
	}
	return families
}

// Sharing returns the kinds whose objects are in the list of a kind, including itself.
func Sharing(k *Kind) (kinds []*Kind) {
	for _, other := range All() {
		if other.Kind != nil && other.Collection == k.Collection {
			kinds = append(kinds, other)
		}
	}
	return kinds
}

// MaxCreates is the maximum number of attempts of a create whose outcome stays unknown.
const MaxCreates = 4
