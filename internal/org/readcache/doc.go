// Package readcache reads an org for --refresh=events: what has not changed since an earlier
// read comes from a cache, and the System Log tells what has.
package readcache
