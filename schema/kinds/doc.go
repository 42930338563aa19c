// Package kinds declares the kinds of Okta objects, each in a file of its own: attributes, nested
// blocks, Okta's rules for them, and which values are equal although Okta writes them differently.
// [All] returns the list.
package kinds
