// Package browser lets a person sign in to an org: it opens their browser and receives the redirect
// on this machine (RFC 8252, section 7.3).
package browser
