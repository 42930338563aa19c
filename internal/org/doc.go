// Package org reads and writes the objects of a live Okta org: it reads a
// [schema.Snapshot], and creates, updates and deletes objects.
package org
