// Package okta is a client of one Okta org that knows no kinds of objects: it signs in,
// keeps within the org's limits, repeats what may be repeated, reads lists page by page,
// follows the System Log, and explains refusals.
//
// It is the only importer of the Okta SDK. The SDK builds requests (endpoints.go); the
// answers are taken as Okta sent them (call.go), because the SDK's models drop fields that
// they do not know, and some of them cannot decode Okta's answers.
package okta
