// Package versions prepares what a review examines: two versions of a configuration, evaluated
// (version.go), with the same addresses for the same objects (identity.go) and what the second
// leaves unmanaged (input.go); or the two sides of a plan. It says how changes are judged in each
// version (judgement.go, testfiles.go) and judges nothing.
package versions
