// Package schemaview renders the kinds and blocks of the language, as `oktaform schema` prints
// them.
package schemaview
