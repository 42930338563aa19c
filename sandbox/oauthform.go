package sandbox

import (
	"mime"
	"net/url"
	"slices"
	"strings"
)

func errContentType() *apiError {
	return &apiError{status: 400, code: "E0000021",
		summary: "Bad request.  Accept and/or Content-Type headers likely do not match supported values."}
}

// secretParams are refused in a query, which ends up in logs.
var secretParams = []string{"client_secret", "client_assertion"}

// form reads the parameters of an OAuth endpoint called by POST: the body as
// application/x-www-form-urlencoded, with the query for what the body lacks.
// A parameter may appear only once (RFC 6749 section 3.2).
func (c *call) form() (url.Values, error) {
	media, _, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if len(c.body) > 0 && (err != nil || media != "application/x-www-form-urlencoded") {
		return nil, errContentType()
	}
	values, err := url.ParseQuery(string(c.body))
	if err != nil {
		return nil, errInvalidRequest
	}
	query := c.query()
	for _, name := range secretParams {
		if query.Has(name) {
			return nil, errCredentialsInQuery
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
			return nil, errDuplicateParams
		case len(given) == 0:
			delete(values, name)
		default:
			values[name] = given
		}
	}
	return values, nil
}
