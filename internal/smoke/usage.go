package smoke

import "slices"

// usage is what a test has exercised, for the coverage.
type usage struct {
	keys  []string // ids of keys whose signature the org accepted
	calls []usedCall
}

// usedCall is a call of the API that the org allowed.
type usedCall struct {
	method, path string
	scopes       []string // of the token
}

// token records what a token request has exercised. Slices are copied, because a repeated attempt
// restores the previous usage.
func (u *usage) token(t *test, _ *token) {
	if t.key != nil {
		u.keys = append(slices.Clone(u.keys), t.key.kid)
	}
}

// call records an allowed call. A refused call exercises nothing.
func (u *usage) call(method, path string, status int, scopes []string) {
	if status != 401 && status != 403 && status < 500 {
		u.calls = append(slices.Clone(u.calls), usedCall{method, path, scopes})
	}
}
