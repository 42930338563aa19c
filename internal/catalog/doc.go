// Package catalog holds facts of Okta: the scopes of its API and the operations
// that they allow, what admin roles and permissions allow as far as Okta says
// so, and what its errors mean to an administrator. It imports nothing of ours.
package catalog
