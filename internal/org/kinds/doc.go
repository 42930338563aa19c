// Package kinds holds what is known of each kind of Okta object in order to read and write
// it in an org: one value and one file for each kind, all in one list (All). What several
// kinds have (scopes, admin roles, keys, client secrets, members) has a file of its own.
package kinds
