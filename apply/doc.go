// Package apply carries out a plan: it makes every change in its order, independent ones
// concurrently, and checks each result against the plan. Begin with Run in apply.go; schedule.go
// decides what runs when.
package apply
