// Package review computes what a change of a configuration means: which operations of Okta's APIs
// each principal may call before and after it, and what a reviewer must know. Assess in review.go is
// the entry point; kind.go and rules.go list the kinds and rules. It is a pure function over two
// versions of the declared objects, or over a plan.
//
// What admin roles allow comes from the catalog, whose rows have a source and a confidence. Unknown
// values are not judged, and the review says so.
package review
