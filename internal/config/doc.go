// Package config is the language: it reads the HCL files of a folder, resolves
// variables and references, and evaluates what the configuration wants of the
// org.
//
// [Load] parses and finds every error that needs neither values nor the org.
// [Config.Evaluate] then evaluates blocks on demand, with what is known of the
// org at that moment: unknown values while planning, real ones while applying.
// It is one function for both, so that plan and apply can't disagree.
package config
