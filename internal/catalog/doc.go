// Package catalog contains facts about Okta: the scopes of its API and the operations that they
// allow, what admin roles and permissions allow as far as Okta documents it, and what its errors
// mean to an administrator. Begin with operation.go, allow.go and explain.go. It imports no other
// package of oktaform.
package catalog
