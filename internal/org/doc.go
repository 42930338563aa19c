// Package org is everything that is said to a live Okta org: signing in, the
// transport with its limits and retries, reading a [schema.Snapshot], and
// creating, updating and deleting objects.
//
// It is the only importer of the Okta SDK. The SDK builds the requests; the
// answers are taken as Okta sent them (see ask), because the SDK's models know
// less of an answer than the answer holds, and some of them can't hold it.
package org
