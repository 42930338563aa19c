package catalog

import (
	_ "embed"
	"strings"
)

//go:embed buckets.tsv
var bucketTable string

// Buckets maps requests to rate-limit buckets.
type Buckets struct {
	root  bucketNode
	names map[string]bool
}

// bucketNode is one segment of the paths in the table. ID matches any segment if no other one does.
type bucketNode struct {
	next     map[string]*bucketNode
	byMethod map[string]string
}

// NewBuckets reads the table of buckets.
func NewBuckets() *Buckets {
	b := &Buckets{names: map[string]bool{}}
	for line := range strings.Lines(bucketTable) {
		path, rest, _ := strings.Cut(strings.TrimSpace(line), "\t")
		method, bucket, ok := strings.Cut(rest, "\t")
		if !ok || strings.HasPrefix(path, "#") {
			continue
		}
		b.names[bucket] = true
		at := &b.root
		for segment := range strings.SplitSeq(path[1:], "/") {
			if at.next == nil {
				at.next = map[string]*bucketNode{}
			}
			if at.next[segment] == nil {
				at.next[segment] = &bucketNode{}
			}
			at = at.next[segment]
		}
		if at.byMethod == nil {
			at.byMethod = map[string]string{}
		}
		at.byMethod[method] = bucket
	}
	return b
}

// Of returns the bucket of a request, spelled as in Okta's documentation: /api/v1/apps/{id}. A path
// that is not in the table belongs to the bucket with the longest matching prefix.
func (b *Buckets) Of(method, path string) string {
	path = strings.Trim(path, "/")
	if bucket := b.root.find(method, path); bucket != "" {
		return bucket
	}
	for path = "/" + path; ; {
		if b.names[path] {
			return path
		}
		i := strings.LastIndexByte(path, '/')
		if i <= 0 {
			return "/"
		}
		path = path[:i]
	}
}

func (n *bucketNode) find(method, path string) string {
	first, rest, more := strings.Cut(path, "/")
	for _, segment := range [...]string{first, "ID"} {
		next := n.next[segment]
		if next == nil {
			continue
		}
		bucket := next.byMethod[method]
		if more {
			bucket = next.find(method, rest)
		}
		if bucket != "" {
			return bucket
		}
	}
	return ""
}

// The plans of Okta orgs with published limits, from the smallest on.
const (
	PlanFree = iota // Integrator Free Plan
	PlanOneApp
	PlanEnterprise
	PlanWorkforce
	plans
)

// PublishedLimits returns the requests per minute that an org may make in a bucket, by plan.
// Source: the last tables of limits that Okta published (2025); now each org's Admin Console shows
// its own.
func PublishedLimits(bucket string) [plans]int {
	switch bucket {
	case "/api/v1/apps":
		return [plans]int{20, 25, 100, 100}
	case "/api/v1/groups/{id}":
		return [plans]int{100, 300, 600, 1000}
	case "/api/v1/apps/{id}", "/api/v1/groups":
		return [plans]int{100, 300, 600, 500}
	case "/api/v1/users", "/api/v1/users/{id}":
		return [plans]int{100, 300, 600, 600}
	case "/api/v1/users/{id:.+}":
		return [plans]int{100, 300, 1000, 2000}
	case "/api/v1/logs":
		return [plans]int{20, 25, 50, 120}
	case "/oauth2/v1/clients":
		return [plans]int{25, 50, 100, 100}
	}
	if strings.HasPrefix(bucket, "/oauth2/") {
		return [plans]int{300, 600, 1200, 2000}
	}
	return [plans]int{100, 300, 600, 1200}
}

// ConcurrentRequests returns the number of concurrent requests in an org of the plan.
func ConcurrentRequests(plan int) int {
	if plan == PlanFree {
		return 35
	}
	return 75
}
