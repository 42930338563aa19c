package web

// Right is a class of operations that admin roles allow or don't.
type Right string

// Route binds a method and path to its handler and says who may call it.
type Route struct {
	// Pattern is a net/http.ServeMux pattern. Path parameters have the same
	// names everywhere: appId, clientId, groupId, userId (an id or a login),
	// roleAssignmentId, ...
	Pattern string
	// Scope is the resource part of the OAuth scope ("okta.apps"): a GET needs
	// .read or .manage, anything else .manage. Empty means that the route is
	// public or authenticates its callers itself.
	Scope string
	// Right is what the caller's admin roles must allow.
	Right Right
	// OwnLock is set for handlers that take Server.mu themselves, because they
	// also do what must not happen under it, as fetching a client's jwks_uri.
	OwnLock bool
	// Handle answers the call. A wireError it returns is sent as such, any
	// other error as 500.
	Handle func(*Call) error
}
