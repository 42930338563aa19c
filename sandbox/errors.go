package sandbox

import (
	"fmt"
	"net/http"
)

// wireError is an error that knows how it looks on the wire.
type wireError interface {
	error
	respond(c *call)
}

// apiError is Okta's error object of the Management API.
type apiError struct {
	status  int
	code    string
	summary string
	causes  []string
	header  http.Header // additional response headers
	empty   bool        // answer without a body
}

func (e *apiError) Error() string { return e.code + ": " + e.summary }

func (e *apiError) respond(c *call) {
	for name, values := range e.header {
		c.header[name] = values
	}
	if e.empty {
		_ = c.noContent(e.status)
		return
	}
	causes := []any{}
	for _, cause := range e.causes {
		causes = append(causes, map[string]any{"errorSummary": cause})
	}
	_ = c.json(e.status, map[string]any{
		"errorCode":    e.code,
		"errorSummary": e.summary,
		"errorLink":    e.code,
		"errorId":      newErrorID(),
		"errorCauses":  causes,
	})
}

// The errors below are named after what happened; codes, status and texts are
// those of Okta's catalog of error codes.

func errInvalid(what string, causes ...string) *apiError {
	return &apiError{status: 400, code: "E0000001", summary: "Api validation failed: " + what, causes: causes}
}

func errMalformed() *apiError {
	return &apiError{status: 400, code: "E0000003", summary: "The request body was not well-formed."}
}

func errAuthentication() *apiError {
	return &apiError{status: 401, code: "E0000004", summary: "Authentication failed"}
}

func errNoSession() *apiError {
	return &apiError{status: 403, code: "E0000005", summary: "Invalid session"}
}

func errForbidden() *apiError {
	return &apiError{status: 403, code: "E0000006", summary: "You do not have permission to perform the requested action"}
}

// errNotFound names the type of the missing object as Okta does: AppInstance,
// User, UserGroup, RoleAssignment, OAuth2AppInstance.
func errNotFound(id, kind string) *apiError {
	return &apiError{status: 404, code: "E0000007", summary: fmt.Sprintf("Not found: Resource not found: %s (%s)", id, kind)}
}

func errNoPath() *apiError {
	return &apiError{status: 404, code: "E0000008", summary: "The requested path was not found"}
}

func errInternal() *apiError {
	return &apiError{status: 500, code: "E0000009", summary: "Internal Server Error"}
}

func errInvalidToken() *apiError {
	return &apiError{status: 401, code: "E0000011", summary: "Invalid token provided"}
}

func errAlreadyActive() *apiError {
	return &apiError{status: 403, code: "E0000016", summary: "Activation failed because the user is already active"}
}

func errMethod() *apiError {
	return &apiError{status: 405, code: "E0000022", summary: "The endpoint does not support the provided HTTP method"}
}

func errPaging() *apiError {
	return &apiError{status: 400, code: "E0000029", summary: "Invalid paging request."}
}

func errSearch() *apiError {
	return &apiError{status: 400, code: "E0000031", summary: "Invalid search criteria."}
}

func errUserStatus() *apiError {
	return &apiError{status: 403, code: "E0000038", summary: "This operation is not allowed in the user's current status."}
}
