package kind

import "github.com/oktaform/oktaform/sandbox/internal/web"

// ErrInUse refuses to delete an object that something uses.
func ErrInUse() *web.APIError {
	return &web.APIError{Status: 403, Code: "E0000107", Summary: "The entity is not in the expected state for the requested transition."}
}

// ErrUserStatus refuses an operation that a user's status does not allow.
func ErrUserStatus() *web.APIError {
	return &web.APIError{Status: 403, Code: "E0000038", Summary: "This operation is not allowed in the user's current status."}
}
