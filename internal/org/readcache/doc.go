// Package readcache reads an org for --refresh=events: what has not changed since an earlier read
// comes from a cache, and the System Log shows what has changed. Read in read.go is the entry
// point.
package readcache
