package sandbox

import (
	"net/http"
	"strings"
)

// router finds the handler of a request. Okta has paths that a single http.ServeMux can't hold:
// /groups/rules/{groupRuleId} and /groups/{groupId}/users overlap, and neither is more specific.
type router struct{ first, rest *http.ServeMux }

func newRouter() *router { return &router{http.NewServeMux(), http.NewServeMux()} }

// before is the prefix of paths that take precedence.
const before = "/api/v1/groups/rules"

func (r *router) handle(pattern string, handler http.HandlerFunc) {
	_, path, _ := strings.Cut(pattern, " ")
	mux := r.rest
	if strings.HasPrefix(path, before) {
		mux = r.first
	}
	mux.HandleFunc(pattern, handler)
}

// Handler returns the handler of a request, and its pattern; "" if there is none.
func (r *router) Handler(req *http.Request) (http.Handler, string) {
	if handler, pattern := r.first.Handler(req); pattern != "" {
		return handler, pattern
	}
	return r.rest.Handler(req)
}

func (r *router) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if _, pattern := r.first.Handler(req); pattern != "" {
		r.first.ServeHTTP(w, req)
		return
	}
	r.rest.ServeHTTP(w, req)
}
