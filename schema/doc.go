// Package schema is the vocabulary of oktaform: the kinds of Okta object that
// a configuration can declare, the attributes of each, their addresses, the
// mark of ownership, and the values in which the org is read and written.
//
// It holds data and pure functions only. Everything that has to know what a
// kind looks like (decoding of HCL, validation, the coding of Okta's JSON, the
// plan's text) is driven by the one table in [Kinds].
package schema
