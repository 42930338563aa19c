// Package apply does what a plan says: every change in its order, independent
// ones side by side, each result checked against the plan.
package apply
