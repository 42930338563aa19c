package web

import (
	"fmt"
	"net/http"

	"github.com/oktaform/oktaform/sandbox/internal/filter"
	"github.com/oktaform/oktaform/sandbox/internal/state"
)

// wireError is an error that knows how it looks on the wire.
type wireError interface {
	error
	Respond(c *Call)
}

// APIError is Okta's error object of the Management API.
type APIError struct {
	Status  int
	Code    string
	Summary string
	Causes  []string
	Header  http.Header // additional response headers
	Empty   bool        // answer without a body
}

func (e *APIError) Error() string { return e.Code + ": " + e.Summary }

// Respond answers the call with the error.
func (e *APIError) Respond(c *Call) {
	for name, values := range e.Header {
		c.Header[name] = values
	}
	if e.Empty {
		_ = c.NoContent(e.Status)
		return
	}
	causes := []any{}
	for _, cause := range e.Causes {
		causes = append(causes, map[string]any{"errorSummary": cause})
	}
	_ = c.JSON(e.Status, map[string]any{
		"errorCode":    e.Code,
		"errorSummary": e.Summary,
		"errorLink":    e.Code,
		"errorId":      newErrorID(),
		"errorCauses":  causes,
	})
}

// The errors below are named after their cause; codes, status and texts are
// those of Okta's catalog of error codes.

// Invalid names what is wrong with a request, and why.
func Invalid(what string, causes ...string) *APIError {
	return &APIError{Status: 400, Code: "E0000001", Summary: "Api validation failed: " + what, Causes: causes}
}

// Malformed is a body that doesn't parse.
func Malformed() *APIError {
	return &APIError{Status: 400, Code: "E0000003", Summary: "The request body was not well-formed."}
}

// NoSession is a call without credentials.
func NoSession() *APIError {
	return &APIError{Status: 403, Code: "E0000005", Summary: "Invalid session"}
}

// Forbidden is a call that the caller's roles don't allow.
func Forbidden() *APIError {
	return &APIError{Status: 403, Code: "E0000006", Summary: "You do not have permission to perform the requested action"}
}

// NotFound names the type of the missing object as Okta does: AppInstance,
// User, UserGroup, RoleAssignment, OAuth2AppInstance.
func NotFound(id, kind string) *APIError {
	return &APIError{Status: 404, Code: "E0000007", Summary: fmt.Sprintf("Not found: Resource not found: %s (%s)", id, kind)}
}

// NoPath is a path that the org doesn't have.
func NoPath() *APIError {
	return &APIError{Status: 404, Code: "E0000008", Summary: "The requested path was not found"}
}

// Internal is an error of the org itself.
func Internal() *APIError {
	return &APIError{Status: 500, Code: "E0000009", Summary: "Internal Server Error"}
}

// InvalidToken is a token that isn't good, whatever the reason.
func InvalidToken() *APIError {
	return &APIError{Status: 401, Code: "E0000011", Summary: "Invalid token provided"}
}

// MethodNotAllowed is a path with another method.
func MethodNotAllowed() *APIError {
	return &APIError{Status: 405, Code: "E0000022", Summary: "The endpoint does not support the provided HTTP method"}
}

// InvalidPaging is a cursor that the list doesn't know.
func InvalidPaging() *APIError {
	return &APIError{Status: 400, Code: "E0000029", Summary: "Invalid paging request."}
}

func invalidSearch() *APIError {
	return &APIError{Status: 400, Code: "E0000031", Summary: "Invalid search criteria."}
}

// ParseFilter parses the filter or search expression of a request.
func ParseFilter(text string, known func(attribute string) bool) (filter.Condition, error) {
	matches, err := filter.Parse(text, known)
	if err != nil {
		return nil, invalidSearch()
	}
	return matches, nil
}

func newErrorID() string { return "oae" + state.RandomBase64(16) }
