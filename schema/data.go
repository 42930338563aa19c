package schema

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// DataPrefix begins the names of the kinds of data blocks.
const DataPrefix = "data."

// Source returns the type of the data block that looks up objects of the kind; "" for kinds that
// are declared.
func (k *Kind) Source() string {
	name, ok := strings.CutPrefix(k.Name, DataPrefix)
	if !ok {
		return ""
	}
	return name
}

// Lookup is one evaluated data block: what to find in the org.
type Lookup struct {
	Addr  Addr
	Kind  *Kind
	By    string // the attribute to find it by: the kind's label, or id
	Value string
	// Print is a key for an unknown value: it is the same in two versions if the value is computed
	// in the same way.
	Print string
	Range hcl.Range // of that attribute
}

// LookupResult is the result of a lookup: exactly one object, unless there is an error.
type LookupResult struct {
	Lookup  Lookup
	Objects []Object
	// Similar are the names of other objects, if there is none with that name.
	Similar []string
}

// DataSource returns the type of the data block that finds objects of the kind, declared or not.
func (k *Kind) DataSource() string {
	if k.FoundAs != "" {
		return k.FoundAs
	}
	return strings.TrimPrefix(k.Name, DataPrefix)
}
