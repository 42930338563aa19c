// Package okta is a client of one Okta org that knows no kinds of objects: it signs in, stays
// within the org's rate limits, retries what may be retried, reads lists page by page, reads the
// System Log, and explains refusals. Connect returns a Client; call.go shows how a request is made.
//
// It is the only importer of the Okta SDK. The SDK builds requests (endpoints.go); the answers are
// decoded here (call.go), because the SDK's models drop unknown fields, and some of them cannot
// decode Okta's answers.
package okta
