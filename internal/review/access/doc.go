// Package access computes who may do what in one version of a configuration: which operations of
// Okta's APIs each principal may call, on which objects, how certain that is (access.go), how it
// can be used (uses.go), and how it leads to being a super admin (ways.go, paths.go). It knows no
// rule and no second version; delta.go alone says how two accesses differ.
//
// Index finds the objects of a version. Each kind has a file, which lists its attributes and says
// what each means for access; kind.go lists the kinds. What admin roles and permissions allow comes
// from the catalog.
package access
