// Package terraform reads what Terraform knows about an org, so that oktaform can import it: state
// files, the JSON of terraform show, and folders of .tf files. It reads addresses, types and ids,
// and reports where secrets are; no attribute value except ids leaves the package. ParseState and
// Translate are the entry points.
//
// The input was written by others: texts are measured by package budget before they are parsed.
package terraform
