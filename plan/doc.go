// Package plan computes what has to change: [Make] compares what a configuration declares with what
// the org holds. It is a pure function: nothing here reads files, speaks to the org or looks at a
// clock.
//
// Begin with match.go, which decides which object in the org is which declared one, then diff.go
// and order.go.
package plan
