package web

// Right is a group of operations that admin roles allow or refuse together.
type Right string

// Route binds a method and path to a handler and says what a caller needs.
type Route struct {
	// Pattern is a net/http.ServeMux pattern. Path parameters have the same names everywhere:
	// appId, clientId, groupId, userId (an id or a login), roleAssignmentId, and so on.
	Pattern string
	// Scope is the resource part of the OAuth scope, such as "okta.apps": a GET needs .read or
	// .manage, other methods .manage. An empty Scope means that the route is public or
	// authenticates its callers itself.
	Scope string
	// Verb is the last part of the OAuth scope if it is neither read nor manage.
	Verb string
	// Right must be allowed by the caller's admin roles.
	Right Right
	// APITokenOnly is set for private paths of Okta, which refuse access tokens.
	APITokenOnly bool
	// OwnLock is set for handlers that lock Server.mu themselves because they must release it in
	// between, for example to fetch a client's jwks_uri.
	OwnLock bool
	// CORS says which pages of other origins may call the route.
	CORS CORS
	// Handle answers the call. If it returns a wireError, that is sent; any other error becomes
	// 500.
	Handle func(*Call) error
}
