// Package org reads and writes the objects of a live Okta org: Client.Read returns a
// [schema.Snapshot], and Create, Update and Delete change objects. It knows no kind by name;
// package kinds does. Begin with read.go and write.go.
package org
