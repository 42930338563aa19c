// Package kinds describes how each kind of Okta object is read and written: one value of Kind in
// one file for each kind, all in one list (All in kind.go, the place to begin). What several kinds
// share (scopes, admin roles, keys, client secrets, members) has files of its own.
package kinds
