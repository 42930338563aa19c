package schema

import (
	"strings"
	"sync"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// sourceApp is the data block that finds apps of any kind.
const sourceApp = "app"

// dataPrefix begins the names of what is only looked up.
const dataPrefix = "data."

// DataKinds lists what a configuration can look up without owning it: data
// "group", data "user" and so on. Their names begin with data.; an object of
// them is found by the kind's label or by its id.
func DataKinds() []*Kind { return dataKinds() }

var dataKinds = sync.OnceValue(func() []*Kind {
	text := func(name, path, doc string) Attr {
		return Attr{Name: name, Type: cty.String, Path: path, Computed: true, Doc: doc}
	}
	source := func(name, title, label, labelPath, labelDoc string, more ...Attr) *Kind {
		key := text(label, labelPath, labelDoc)
		key.Settable = true
		id := text("id", "id", "The id. Either this or "+label+".")
		id.Settable = true
		return &Kind{Name: dataPrefix + name, Title: title, Label: label, Mark: MarkNone, Doc: "Looks up a " + title + " that this configuration doesn't own.",
			Attrs: append([]Attr{key, id}, more...)}
	}
	return compiled([]*Kind{
		source(kindGroup, "group", "name", "profile.name", "The group's name, for example Everyone.",
			text("description", "profile.description", "What the group is for."),
			text("type", "type", "OKTA_GROUP, APP_GROUP (imported from an app) or BUILT_IN.")),
		source(kindUser, "user", "login", "profile.login", "The user's login.",
			text("email", "profile.email", "The e-mail address."),
			text("first_name", "profile.firstName", "The given name."),
			text("last_name", "profile.lastName", "The family name."),
			text("status", "status", "ACTIVE, SUSPENDED, DEPROVISIONED and so on.")),
		source(sourceApp, "app", "label", "label", "The app's label, which only one app may have then.",
			text("client_id", "credentials.oauthClient.client_id", "The OAuth client id; null for apps that are no OAuth clients."),
			text("catalog_name", "name", "The entry of Okta's catalog that the app is made from: oidc_client, salesforce and so on."),
			text("status", "status", "ACTIVE or INACTIVE.")),
		source(kindCustomRole, "custom role", "label", "label", "The role's name.",
			text("description", "description", "What the role is for.")),
		source(kindResourceSet, "resource set", "label", "label", "The set's name.",
			text("description", "description", "What the set is for.")),
		source("network_zone", "network zone", "name", "name", "The zone's name.",
			text("type", "type", "IP, DYNAMIC or DYNAMIC_V2."),
			text("usage", "usage", "POLICY or BLOCKLIST."),
			text("status", "status", "ACTIVE or INACTIVE.")),
	}, Kinds()...)
})

// DataKind returns what data "NAME" looks up, or nil.
func DataKind(name string) *Kind {
	for _, k := range DataKinds() {
		if k.Name == dataPrefix+name {
			return k
		}
	}
	return nil
}

// Source is the type of the data block that looks up objects of the kind; "" for
// kinds that are declared.
func (k *Kind) Source() string {
	name, ok := strings.CutPrefix(k.Name, dataPrefix)
	if !ok {
		return ""
	}
	return name
}

// TakesData reports whether a reference may be to what data "NAME" has found.
func (a *Attr) TakesData(name string) bool {
	for _, kind := range a.Refs {
		if sourceOf(kind) == name {
			return true
		}
	}
	return false
}

// Example is what a reference in this attribute may look like.
func (a *Attr) Example() (declared, data string) {
	return a.Refs[0] + ".NAME", dataPrefix + sourceOf(a.Refs[0]) + ".NAME"
}

// sourceOf is the data block that finds objects of a declared kind.
func sourceOf(kind string) string {
	for _, app := range appKinds() {
		if kind == app {
			return sourceApp
		}
	}
	return kind
}

// Lookup is one data block, evaluated: what to find in the org.
type Lookup struct {
	Addr  Addr
	Kind  *Kind
	By    string // the attribute that says which: the kind's label, or id
	Value string
	// Print stands for a value that isn't known: it is the same in two versions if the value
	// is made in the same way.
	Print string
	Range hcl.Range // of that attribute
}

// Found is what a lookup came to: one object, if all is well.
type Found struct {
	Lookup  Lookup
	Objects []Object
	// Similar are the names of others, where there is none of that name.
	Similar []string
}
