// Package config is the language: it reads the HCL files of a folder, resolves variables and
// references, and evaluates what the configuration declares.
//
// [Load] parses and finds every error that needs neither values nor the org (load.go).
// [Config.Evaluate] then evaluates blocks on demand (evaluate.go), with what is known of the org at
// that moment: unknown values while planning, real ones while applying. Both use the same function,
// so that plan and apply cannot disagree.
package config
