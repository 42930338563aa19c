// Package review computes what a change of a configuration means: what each principal may do before
// and after it (package access), and what a reviewer must know. Assess in review.go is the entry
// point; rules.go lists the rules. It is a pure function over two versions of the declared objects,
// or over a plan (package versions).
//
// Unknown values are not judged, and the review says so.
package review
