// Package accessview renders who can do what, and what changes it: reviews, rules, effective
// access, paths to super admin, suggested roles and scopes, drift, and the page of a plan with its
// review.
package accessview
