package sandbox

import "strings"

// bucket is one of Okta's rate limits: the requests per minute that the whole org may make to all
// endpoints in the bucket.
type bucket struct {
	name       string
	free       int // Integrator Free Plan
	enterprise int
}

// limit returns the number of requests per minute under a profile; 0 means unlimited.
func (b bucket) limit(profile RateLimit) int {
	switch profile {
	case RateLimitFree:
		return b.free
	case RateLimitEnterprise:
		return b.enterprise
	}
	return 0
}

// bucketRule assigns requests to a bucket. An empty method matches all methods. In the path, *
// matches one segment, and a final ** matches any remaining segments, including none.
type bucketRule struct {
	method, path string
	bucket       bucket
}

// bucketRules are tried in order. The buckets come from the endpoint table of the Okta Terraform
// provider, which is generated from Okta's own data. The numbers come from the last rate-limit
// tables that Okta published. Buckets without a published number have the limit of "most other"
// endpoints.
func bucketRules() []bucketRule {
	most := func(name string) bucket { return bucket{name, 100, 600} }
	oauth := func(name string) bucket { return bucket{name, 300, 1200} }
	same := func(path string) bucketRule { return bucketRule{"", path, most(path)} }
	return []bucketRule{
		{"", "/api/v1/apps/*/skinny_users", most("/api/v1/apps/{id}/skinny_users")},
		{"PUT", "/api/v1/apps/rampAssignmentGrant", bucket{"/api/v1/apps", 20, 100}},
		{"", "/api/v1/apps/*", most("/api/v1/apps/{id}")},
		{"", "/api/v1/apps/**", bucket{"/api/v1/apps", 20, 100}},

		{"", "/api/v1/groups/*/skinny_users", most("/api/v1/groups/{id}/skinny_users")},
		{"", "/api/v1/groups/rules", most("/api/v1/groups")},
		{"", "/api/v1/groups/*", most("/api/v1/groups/{id}")},
		{"", "/api/v1/groups/**", most("/api/v1/groups")},

		{"GET", "/api/v1/users/me", most("/api/v1/users/me")},
		{"", "/api/v1/users/me", most("/api/v1/users")},
		{"GET", "/api/v1/users/*", bucket{"/api/v1/users/{id:.+}", 100, 1000}},
		{"", "/api/v1/users/*", most("/api/v1/users/{id}")},
		{"", "/api/v1/users/**", most("/api/v1/users")},

		{"", "/api/v1/iam/**", most("/api/v1/iam")},
		{"GET", "/api/v1/logs", bucket{"/api/v1/logs", 20, 50}},
		{"", "/api/v1/org/email/bounces/remove-list", most("/api/v1/org/email/bounces/remove-list")},
		{"POST", "/api/v1/orgs", most("/api/v1/orgs")},
		{"POST", "/api/v1/authn", most("/api/v1/authn")},
		{"", "/api/v1/**", most("/api/v1")},

		{"", "/oauth2/v1/authorize", oauth("/oauth2/v1/authorize")},
		{"", "/oauth2/v1/token", oauth("/oauth2/v1/token")},
		{"", "/oauth2/v1/keys", oauth("/oauth2/v1/keys")},
		{"", "/oauth2/v1/interact", oauth("/oauth2/v1/interact")},
		{"OPTIONS", "/oauth2/v1/par", oauth("/oauth2/v1/par")},
		{"", "/oauth2/v1/clients/**", bucket{"/oauth2/v1/clients", 25, 100}},
		{"", "/oauth2/v1/**", oauth("/oauth2/v1")},

		{"", "/.well-known/acme-challenge/*", most("/.well-known/acme-challenge/{token}")},
		same("/.well-known/apple-app-site-association"),
		same("/.well-known/fastfed"),
		same("/.well-known/logo"),
		same("/.well-known/oauth-authorization-server"),
		same("/.well-known/openid-configuration"),
		same("/.well-known/ov-configurations"),
		same("/.well-known/webfinger"),
		{"", "/**", most("/")},
	}
}

// bucketOf returns the bucket that a request counts against.
func bucketOf(rules []bucketRule, method, path string) bucket {
	for _, rule := range rules {
		if (rule.method == "" || rule.method == method) && matchesPath(rule.path, path, matchesSegment) {
			return rule.bucket
		}
	}
	return bucket{}
}

// matchesPath compares a path with a pattern, segment by segment. A final ** matches any remaining
// segments, including none.
func matchesPath(pattern, path string, matches func(pattern, segment string) bool) bool {
	for {
		if pattern == "" || path == "" {
			return pattern == path || pattern == "/**"
		}
		if pattern == "/**" {
			return true
		}
		want, restPattern := firstSegment(pattern)
		have, rest := firstSegment(path)
		if !matches(want, have) {
			return false
		}
		pattern, path = restPattern, rest
	}
}

// firstSegment splits "/a/b" into "a" and "/b".
func firstSegment(path string) (segment, rest string) {
	path = strings.TrimPrefix(path, "/")
	i := strings.IndexByte(path, '/')
	if i < 0 {
		return path, ""
	}
	return path[:i], path[i:]
}

func matchesSegment(pattern, segment string) bool { return pattern == "*" || pattern == segment }
