package catalog

import "strings"

// Fault is an endpoint's error. Fields that the answer does not have are empty.
type Fault struct {
	Status int // HTTP; 0 for an error in a redirect
	// Error and Description are OAuth's: error and error_description of a response body (RFC 6749
	// section 5.2), of a redirect (section 4.1.2.1) or of a WWW-Authenticate header (RFC 6750
	// section 3).
	Error, Description string
	// ErrorCode is the Management API's errorCode, such as E0000006.
	ErrorCode string
}

// Explanation explains a fault to an administrator.
type Explanation struct {
	Name  string `json:"name"`  // a few words, the same for the same cause
	Cause string `json:"cause"` // a sentence or two
	Fix   string `json:"fix"`   // what to change, with its name in the configuration
}

// row explains every fault that has all of its fields; empty fields match anything.
type row struct {
	status      int
	oauthError  string
	description string // of the wire, with * for any text
	errorCode   string
	Explanation
}

// Lookup returns the most specific explanation of a fault, or false if none matches.
func Lookup(f Fault) (Explanation, bool) {
	best, bestWeight := Explanation{}, 0
	for _, r := range rows() {
		if weight := r.weight(f); weight > bestWeight {
			best, bestWeight = r.Explanation, weight
		}
	}
	return best, bestWeight > 0
}

// weight is 0 if the row does not match, and higher the more specific it is: a description counts
// more than an error, an error more than a status.
func (r row) weight(f Fault) int {
	weight := 0
	for _, field := range []struct {
		want, got string
		weight    int
	}{{r.oauthError, f.Error, 10}, {r.errorCode, f.ErrorCode, 5}} {
		if field.want == "" {
			continue
		}
		if field.want != field.got {
			return 0
		}
		weight += field.weight
	}
	if r.status != 0 {
		if r.status != f.Status {
			return 0
		}
		weight++
	}
	if r.description != "" {
		if !wildcard(r.description, f.Description) {
			return 0
		}
		weight += 100 + len(r.description)
	}
	return weight
}

// wildcard reports whether text matches pattern, in which * stands for any text. A full stop at the
// end is ignored, because Okta's releases differ in it.
func wildcard(pattern, text string) bool {
	parts := strings.Split(strings.TrimSuffix(pattern, "."), "*")
	rest, ok := strings.CutPrefix(strings.TrimSuffix(text, "."), parts[0])
	if !ok {
		return false
	}
	if len(parts) == 1 {
		return rest == ""
	}
	for _, part := range parts[1 : len(parts)-1] {
		_, after, found := strings.Cut(rest, part)
		if !found {
			return false
		}
		rest = after
	}
	return strings.HasSuffix(rest, parts[len(parts)-1])
}
