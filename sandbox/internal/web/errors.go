package web

import (
	"fmt"
	"net/http"

	"github.com/oktaform/oktaform/sandbox/internal/filter"
	"github.com/oktaform/oktaform/sandbox/internal/state"
)

// wireError is an error that writes its own answer.
type wireError interface {
	error
	Respond(c *Call)
}

// APIError is the Management API's error object.
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

// The functions below are named after the cause of the error. Codes, statuses and texts are those
// of Okta's catalog of error codes.

// Invalid says what is wrong with a request (E0000001), with the causes.
func Invalid(what string, causes ...string) *APIError {
	return &APIError{Status: 400, Code: "E0000001", Summary: "Api validation failed: " + what, Causes: causes}
}

// IllegalArgument says what is wrong with an argument of a request (E0000002).
func IllegalArgument(what string) *APIError {
	return &APIError{Status: 400, Code: "E0000002", Summary: "The request was not valid: " + what}
}

// Malformed is the error for a body that cannot be parsed.
func Malformed() *APIError {
	return &APIError{Status: 400, Code: "E0000003", Summary: "The request body was not well-formed."}
}

// NoSession is the error for a call without credentials.
func NoSession() *APIError {
	return &APIError{Status: 403, Code: "E0000005", Summary: "Invalid session"}
}

// Forbidden is the error for a call that the caller's roles do not allow.
func Forbidden() *APIError {
	return &APIError{Status: 403, Code: "E0000006", Summary: "You do not have permission to perform the requested action"}
}

// NotFound is the error for a missing object. kind is Okta's name of its type: AppInstance, User,
// UserGroup, RoleAssignment, OAuth2AppInstance.
func NotFound(id, kind string) *APIError {
	return &APIError{Status: 404, Code: "E0000007", Summary: fmt.Sprintf("Not found: Resource not found: %s (%s)", id, kind)}
}

// NoPath is the error for an unknown path.
func NoPath() *APIError {
	return &APIError{Status: 404, Code: "E0000008", Summary: "The requested path was not found"}
}

// Internal is the error for a failure of the org itself.
func Internal() *APIError {
	return &APIError{Status: 500, Code: "E0000009", Summary: "Internal Server Error"}
}

// InvalidToken is the error for a token that is invalid for any reason.
func InvalidToken() *APIError {
	return &APIError{Status: 401, Code: "E0000011", Summary: "Invalid token provided"}
}

// UnsupportedContent is the error for a body of another media type than JSON.
func UnsupportedContent() *APIError {
	return &APIError{Status: 400, Code: "E0000021", Summary: "Bad request.  Accept and/or Content-Type headers likely do not match supported values."}
}

// MethodNotAllowed is the error for a known path with another method.
func MethodNotAllowed() *APIError {
	return &APIError{Status: 405, Code: "E0000022", Summary: "The endpoint does not support the provided HTTP method"}
}

// InvalidPaging is the error for an unknown cursor.
func InvalidPaging() *APIError {
	return &APIError{Status: 400, Code: "E0000029", Summary: "Invalid paging request."}
}

func invalidSearch() *APIError {
	return &APIError{Status: 400, Code: "E0000031", Summary: "Invalid search criteria."}
}

// ParseFilter parses the filter or search expression of a request, and returns Okta's error for
// invalid ones.
func ParseFilter(text string, known func(attribute string) bool) (filter.Condition, error) {
	matches, err := filter.Parse(text, known)
	if err != nil {
		return nil, invalidSearch()
	}
	return matches, nil
}

func newErrorID() string { return "oae" + state.RandomBase64(16) }
