// Package terraform reads what Terraform holds of an org, so that oktaform can take over from
// it: state files, the JSON of terraform show, and folders of .tf files. It takes addresses,
// types and ids from them and reports where secrets stand; no value of an attribute leaves the
// package but ids.
//
// What is read was written by others: texts are measured by package budget before they are
// parsed.
package terraform
