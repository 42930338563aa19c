// Package catalog holds facts of Okta: the scopes of its API, and what its
// errors mean to an administrator. It imports nothing of ours.
package catalog
