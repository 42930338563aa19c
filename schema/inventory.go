package schema

// Inventory is everything of API access that an org holds, whoever manages it: all objects
// that could be declared, and what else there is beside them.
type Inventory struct {
	// Snapshot holds the objects that could be declared, each with all its parts. Where Gaps names
	// a part of an object, that part is null. A principal that can't be declared and has admin
	// roles is an object of the kind admin.
	Snapshot
	// Others are the objects that can't be declared.
	Others []Other
	// Gaps say what was not read, and why.
	Gaps []Gap
}

// Other is an object that can't be declared: an app of another type, a built-in group.
type Other struct {
	Source string // the type of the data block that finds it: app, group, network_zone
	ID     string
	Name   string
	Type   string // Okta's word for what it is: bookmark, BUILT_IN, APP_GROUP
	Is     string // why it can't be declared, for people: "a SAML_2_0 app"
}

// Gap is something that was not read.
type Gap struct {
	Kind string // of the object, or of those that were to be listed
	ID   string // of the object; "" for a list
	Name string // of the object
	Part string // the attribute or nested block; "" for the whole object or list
	// Cause says why: the org's refusal, or that there is more of it than an inventory holds.
	Cause string
	// Denied says that the credential in use lacks a right.
	Denied bool
}

// GapsOf returns what was not read of an object.
func (inv *Inventory) GapsOf(o *Object) (gaps []Gap) {
	for _, g := range inv.Gaps {
		if g.Kind == o.Kind && g.ID == o.ID {
			gaps = append(gaps, g)
		}
	}
	return gaps
}
