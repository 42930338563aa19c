package oauth

import (
	"mime"
	"net/url"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/web"
)

func errContentType() *web.APIError {
	return &web.APIError{Status: 400, Code: "E0000021",
		Summary: "Bad request.  Accept and/or Content-Type headers likely do not match supported values."}
}

// secretParams are refused in a query, because queries end up in logs. Only an assertion in a
// request without a body is taken: Okta's SDK for Go sends it so up to version 2.
var secretParams = []string{"client_secret", "client_assertion"}

// parseForm parses the parameters of an OAuth endpoint called by POST: the body as
// application/x-www-form-urlencoded, and the query for parameters that the body lacks. A parameter
// must not appear twice (RFC 6749 section 3.2).
func parseForm(c *web.Call) (url.Values, error) {
	media, _, err := mime.ParseMediaType(c.Request.Header.Get("Content-Type"))
	if len(c.Body) > 0 && (err != nil || media != "application/x-www-form-urlencoded") {
		return nil, errContentType()
	}
	values, err := url.ParseQuery(string(c.Body))
	if err != nil {
		return nil, errInvalidRequest
	}
	query := c.Query()
	for _, name := range secretParams {
		if query.Has(name) && (name != "client_assertion" || len(c.Body) > 0) {
			return nil, ErrCredentialsInQuery
		}
	}
	for name, given := range query {
		values[name] = append(values[name], given...)
	}
	for name, given := range values {
		// An empty parameter counts as omitted (RFC 6749 section 3.2).
		given = slices.DeleteFunc(given, func(value string) bool { return strings.TrimSpace(value) == "" })
		switch {
		case len(given) > 1:
			return nil, ErrDuplicateParams
		case len(given) == 0:
			delete(values, name)
		default:
			values[name] = given
		}
	}
	return values, nil
}
