// Package plan finds out what has to change: [Make] compares what a
// configuration wants with what the org holds. It is a pure function: nothing
// here reads files, speaks to the org or looks at a clock.
//
// Read match.go first: it decides which remote object is which declared one.
package plan
