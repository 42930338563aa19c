// Package schema defines what a kind of Okta object is: its attributes and nested blocks,
// addresses, the mark of ownership, and the values in which the org is read and written. Begin with
// kind.go.
//
// It contains only data and pure functions, and knows no kind by name. Everything that depends on a
// kind (decoding HCL, validation, converting Okta's JSON, the plan's text) is driven by the tables
// in package kinds, which a [Set] holds.
package schema
