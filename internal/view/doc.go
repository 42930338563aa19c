// Package view renders plans, progress, reports, reviews and diagnostics as text, JSON, Markdown
// and HTML. Only it formats what is written to a stream, and it cannot unmark a secret: sensitive
// values appear as "(sensitive value)".
//
// Sentences and symbols equal Terraform's exactly, because people and tools look for them.
package view
