// Package view renders plans, progress, reports and diagnostics. Only it writes
// to a stream, and it can't unmark a secret: sensitive values appear as
// "(sensitive value)".
//
// Its sentences and symbols are Terraform's, letter for letter, since tools
// and people's eyes look for them.
package view
