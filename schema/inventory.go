package schema

// Inventory is everything in an org that concerns API access, whoever manages it: all objects that
// could be declared, and those that could not.
type Inventory struct {
	// Snapshot contains the objects that could be declared, with all their parts. A part that Gaps
	// names is null. A principal that cannot be declared but has admin roles is an object of the
	// kind admin.
	Snapshot
	// Others are the objects that cannot be declared.
	Others []Other
	// Gaps say what was not read, and why.
	Gaps []Gap
	// Notes are about what was read.
	Notes []Note
}

// Note is what people should know about an attribute or nested block of an object.
type Note struct{ Kind, ID, Part, Text string }

// Other is an object that cannot be declared, such as an app of another type or a built-in group.
type Other struct {
	Source string // the type of the data block that finds it: app, group, network_zone
	ID     string
	Name   string
	Type   string // Okta's type: bookmark, BUILT_IN, APP_GROUP
	Is     string // why it cannot be declared, for people: "a SAML_2_0 app"
}

// Gap is something that was not read.
type Gap struct {
	Kind string // of the object, or of the objects in the list
	ID   string // of the object; "" for a list
	Name string // of the object
	Part string // the attribute or nested block; "" for the whole object or list
	// Cause says why: the org's refusal, or that there is more than an inventory contains.
	Cause string
	// Stays means that it was read, but the language has no attribute for it: it stays as it is.
	Stays bool
	// Denied means that the credential lacks a right.
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
