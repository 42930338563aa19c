// Package view renders plans, progress, reports and diagnostics as text, JSON and Markdown, and has
// what all output shares: styles, escaping, diffs. Package accessview renders who can do what, and
// schemaview the language. Only they format what is written to a stream, and they cannot unmark a
// secret: sensitive values appear as "(sensitive value)".
//
// Sentences and symbols equal Terraform's exactly, because people and tools look for them.
package view
