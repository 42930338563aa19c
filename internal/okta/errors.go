package okta

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Error is the org's refusal of a call.
type Error struct {
	Status  int    // HTTP status
	Code    string // Okta's errorCode, for example E0000006; at the token endpoint OAuth's error (RFC 6749, section 5.2)
	Summary string // errorSummary, or error_description
	Causes  []string
	// RequestID is X-Okta-Request-Id, with which Okta's support finds the call.
	RequestID string
	Method    string
	Path      string
	// Scope is the OAuth scope that the access token lacks, from WWW-Authenticate.
	Scope string
	// scopeRequested reports whether OKTA_CLIENT_SCOPES already names that scope.
	scopeRequested bool
	// profile is the profile that the client signs in with; "" for another credential.
	profile string
}

// Error names the call, the refusal, its causes, and what to do.
func (e *Error) Error() string { return e.refusal() + ". " + e.hint() }

// refusal names the call, the refusal and its causes.
func (e *Error) refusal() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s: %d", e.Method, e.Path, e.Status)
	if e.Code != "" {
		b.WriteString(" " + e.Code)
	}
	if e.Summary != "" {
		b.WriteString(": " + strings.TrimSuffix(e.Summary, "."))
	}
	if len(e.Causes) > 0 {
		b.WriteString(" (" + strings.Join(e.Causes, "; ") + ")")
	}
	if e.RequestID != "" {
		b.WriteString(", request id " + e.RequestID)
	}
	return b.String()
}

// Denied reports whether the org refused the client's credentials or their rights.
func Denied(err error) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	if e.Path == tokenPath {
		return e.Status == http.StatusBadRequest || e.Status == http.StatusUnauthorized || e.Status == http.StatusForbidden
	}
	switch e.Status {
	case http.StatusUnauthorized:
		return e.Code != lacksFeature
	case http.StatusForbidden:
		// Other codes with this status concern the state of an object.
		return e.Code == "" || e.Code == "E0000005" || e.Code == "E0000006"
	}
	return false
}

// lacksFeature is the error code for a feature that the org does not have. Okta sends it with 401
// even if the credentials are valid.
const lacksFeature = "E0000015"

// LacksFeature reports whether the org refused a call because it does not have the feature, or no
// such path.
func LacksFeature(err error) bool {
	var e *Error
	return errors.As(err, &e) && slices.Contains([]string{lacksFeature, "E0000008", "E0000022", "E0000060"}, e.Code)
}

// LacksPolicies reports whether the org refused to list policies because it does not have their
// type: access policies and profile enrollment policies do not exist on the Classic Engine.
func LacksPolicies(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == "E0000002" && strings.HasPrefix(e.Path, "/api/v1/policies")
}

// Refusal returns the org's refusal to show something: the credential lacks a right, or the org a
// feature. It returns nil for other failures.
func Refusal(err error) *Error {
	var e *Error
	switch {
	case !errors.As(err, &e), e.Status >= http.StatusInternalServerError, e.Status == http.StatusTooManyRequests,
		e.Status == http.StatusUnauthorized && e.Code != lacksFeature:
		return nil
	}
	return e
}

// Unreachable reports whether the org could not be reached: unknown host, connection refused or
// broken, TLS failure, timeout, or an answer that is not Okta's.
func Unreachable(err error) bool {
	var e *networkError
	return errors.As(err, &e)
}

// NotFound reports whether the org has no object with the id in a call.
func NotFound(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Status == http.StatusNotFound
}

var challenge = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(scope|error|error_description)="([^"]*)"`) })

// refusal converts an answer to an Error. It understands Okta's error object and OAuth's.
func (s *sentSecrets) refusal(req *http.Request, status int, h http.Header, body []byte) error {
	e := &Error{Status: status, Method: req.Method, Path: req.URL.Path, RequestID: s.clip(h.Get("X-Okta-Request-Id"))}
	var okta struct {
		Code    string `json:"errorCode"`
		Summary string `json:"errorSummary"`
		Causes  []struct {
			Summary string `json:"errorSummary"`
		} `json:"errorCauses"`
		OAuth       string `json:"error"`
		Description string `json:"error_description"`
	}
	parsed := json.Unmarshal(body, &okta) == nil
	e.Code, e.Summary = s.clip(okta.Code), s.clip(okta.Summary)
	if okta.Code == "" {
		e.Code, e.Summary = s.clip(okta.OAuth), s.clip(okta.Description)
	}
	for _, cause := range okta.Causes {
		e.Causes = append(e.Causes, s.clip(cause.Summary))
	}
	if !parsed && len(body) > 0 && status != http.StatusTooManyRequests && status < http.StatusInternalServerError {
		return s.notOkta(req, status, h, "the answer is not Okta's")
	}
	var insufficient bool
	var scope string
	for _, m := range challenge().FindAllStringSubmatch(h.Get("WWW-Authenticate"), -1) {
		switch m[1] {
		case "scope":
			scope = s.clip(m[2])
		case "error":
			insufficient = m[2] == "insufficient_scope"
		case "error_description":
			if e.Summary == "" {
				e.Summary = s.clip(m[2])
			}
		}
	}
	if insufficient {
		e.Scope = scope
	}
	return e
}

// networkError is a call without an answer from Okta.
type networkError struct {
	call  string
	cause error
	hint  string
}

func (e *networkError) Error() string { return e.call + ": " + e.cause.Error() + ". " + e.hint }

func (e *networkError) Unwrap() error { return e.cause }

// networkFailure wraps the error of a request without an answer. It returns a canceled request, and
// a refusal of the token endpoint, unchanged.
func (s *sentSecrets) networkFailure(req *http.Request, err error) error {
	var refused *Error
	if errors.As(err, &refused) {
		return refused
	}
	var network *networkError
	if errors.As(err, &network) {
		return network
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err // the outer error repeats the call
	}
	err = s.error(err)
	call := req.Method + " " + req.URL.Scheme + "://" + req.URL.Host + req.URL.Path
	if ended := context.Cause(req.Context()); ended != nil {
		return fmt.Errorf("%s: %w", call, ended)
	}
	return &networkError{call: call, cause: err, hint: networkHint(req, err)}
}

// notOkta returns the error for an answer that is not Okta's.
func (s *sentSecrets) notOkta(req *http.Request, status int, h http.Header, what string) error {
	kind := h.Get("Content-Type")
	if kind == "" {
		kind = "no content type"
	}
	return &networkError{
		call:  req.Method + " " + req.URL.Scheme + "://" + req.URL.Host + req.URL.Path,
		cause: fmt.Errorf("status %d, %s: %s", status, s.clip(kind), what),
		hint:  "Check that this URL is an Okta org (--org or OKTA_CLIENT_ORGURL), and that no proxy or login page answers in its place.",
	}
}

// OutcomeUnknown reports whether the org may have carried out the request that ended with this
// error.
func OutcomeUnknown(err error) bool {
	var e *Error
	if errors.As(err, &e) {
		return isTransient(e.Status)
	}
	return Unreachable(err) && !errors.Is(err, context.Canceled)
}

// NameTaken reports whether the org refused a name because another object has it.
func NameTaken(err error) bool {
	var e *Error
	if !errors.As(err, &e) || e.Status != http.StatusBadRequest && e.Status != http.StatusConflict {
		return false
	}
	for _, cause := range append([]string{e.Summary}, e.Causes...) {
		if strings.Contains(cause, "already exists") || strings.Contains(cause, "must be unique") || strings.Contains(cause, "already in use") {
			return true
		}
	}
	return false
}
