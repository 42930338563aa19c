// Package review says what a change of a configuration means: which operations
// of Okta's APIs each principal really may do before and after, and what a
// reviewer has to be told about it. It is a pure function over two versions of
// the declared objects, or over a plan; it asks nobody anything.
//
// What an admin role allows comes from the catalog, whose rows say where they
// come from and how sure they are. Where values aren't known, the review says
// so and judges nothing.
package review
