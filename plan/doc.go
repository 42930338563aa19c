// Package plan computes what has to change: [Make] compares what a configuration declares with what
// the org holds. It reads no file, speaks to no org and looks at no clock: what it needs of these
// comes in its arguments, some of it as functions in [Options].
//
// Begin with match.go, which decides which object in the org is which declared one, then diff.go
// and order.go.
package plan
