// Package schema defines what oktaform can declare: the kinds of Okta objects, their attributes,
// addresses, the mark of ownership, and the values in which the org is read and written. Begin with
// kind.go; each kind has a file of its own.
//
// It contains only data and pure functions. Everything that depends on a kind (decoding HCL,
// validation, converting Okta's JSON, the plan's text) is driven by the list that [Kinds] returns.
package schema
