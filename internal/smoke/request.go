package smoke

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/schema"
)

// request calls the API with the token and checks the answer.
func (t *test) request(ctx context.Context, token *token, request schema.TestRequest) error {
	method := request.Method
	if method == "" {
		method = http.MethodGet
	}
	step := Step{Name: method + " " + request.Path, Sent: fmt.Sprintf("%s %s Authorization: %s (sensitive)", method, request.Path, token.Type)}
	if t.proofs != nil {
		step.Sent += " DPoP=(sensitive)"
	}
	if request.Body != "" {
		step.Sent += fmt.Sprintf(" with a body of %d bytes", len(request.Body))
	}
	target, err := resolve(t.org.URL, request.Path)
	if err != nil {
		step.Sent, step.Problem = "", fmt.Sprintf("the path %q was not sent: %v", request.Path, err)
		step.Diagnosis = "path not allowed"
		step.Cause, step.Fix = "A token is sent to the org that issued it, and nowhere else.", "Write the path as /api/v1/..., with its query."
		return t.fail(step)
	}
	a, err := t.call(ctx, method, target, token, request)
	if err != nil {
		return t.unanswered(step, err)
	}
	step = answered(step, a)
	if request.Probe && notThere(a.fault()) {
		step.Got = a.fault().String() + ": the org doesn't have this operation"
		t.pass(step)
		return nil
	}
	if err := t.judge(step, method, request, a); err != nil {
		return err
	}
	t.used.call(method, request.Path, a.status, token.scopes(t.Scopes))
	return t.assertJSON(step.Name, request, a)
}

// notThere reports whether the org has no such path, method or feature: then the answer shows
// neither permission nor refusal.
func notThere(f fault) bool {
	return f.ErrorCode == "E0000008" || f.ErrorCode == "E0000015" || f.ErrorCode == "E0000022"
}

// call sends the request, and repeats it if the org sends a nonce for its proof (RFC 9449 section
// 9).
func (t *test) call(ctx context.Context, method, target string, token *token, request schema.TestRequest) (*answer, error) {
	for attempt := 1; ; attempt++ {
		scheme := "Bearer"
		if t.proofs != nil {
			scheme = "DPoP"
		}
		header := http.Header{"Accept": {"application/json"}}
		if request.Body != "" {
			header.Set("Content-Type", "application/json")
		}
		for name, value := range request.Headers {
			header.Set(name, value)
		}
		header.Set("Authorization", scheme+" "+token.Access)
		if err := t.addProof(header, method, target, token.Access); err != nil {
			return nil, err
		}
		a, err := t.send(ctx, method, target, header, request.Body)
		if err != nil || !t.renewProof(a) || attempt == maxNonces {
			return a, err
		}
	}
}

// judge checks the status, and the error if one is expected.
func (t *test) judge(step Step, method string, request schema.TestRequest, a *answer) error {
	f := a.fault()
	step.Got = f.String()
	switch {
	case !slices.Contains(request.Status, a.status):
		return t.otherStatus(step, method, request.Status, f, a)
	case request.ExpectError != "" && f.Error != request.ExpectError && f.ErrorCode != request.ExpectError:
		step.Problem = fmt.Sprintf("expected the error %s, got %s", request.ExpectError, f)
		if step = explained(step, f.Fault); step.Diagnosis == "" {
			step.Diagnosis, step.Cause = "another error", "The call was refused for another reason, or not at all."
			step.Fix = "Correct expect_error of the request block."
		}
		return t.fail(step)
	}
	// An empty list often means that a role covers nothing, which deserves a remark.
	if a.status == http.StatusOK && string(bytes.TrimSpace(a.body)) == "[]" {
		step.Got += " (an empty list)"
		step = explained(step, catalog.Fault{Status: a.status, ErrorCode: catalog.EmptyList})
	}
	t.pass(step)
	return nil
}

// otherStatus ends a step whose status is not the expected one.
func (t *test) otherStatus(step Step, method string, expected []int, f fault, a *answer) error {
	step.Problem = fmt.Sprintf("expected status %s, got %s", shownStatuses(expected), f)
	refusal := !slices.ContainsFunc(expected, func(status int) bool { return status < 400 })
	forbidden := slices.Contains(expected, http.StatusForbidden) || slices.Contains(expected, http.StatusUnauthorized)
	switch {
	// A 404 for an object that does not exist shows that the call would be allowed.
	case refusal && a.status < 400, forbidden && !slices.Contains(expected, http.StatusNotFound) && a.status == http.StatusNotFound:
		step.Diagnosis = "wider than declared"
		step.Cause = "The call must be refused, but was allowed."
		step.Fix = fmt.Sprintf("Run plan, which shows grants and roles that aren't declared; or remove the scope in okta_api_scopes, or the admin_role, that allows it to %s; or, where the access is wanted, correct the expected status.", t.App)
		// A call that took effect is not repeated.
		step.inconclusive = method == http.MethodGet
		return t.fail(step)
	case a.status < 400:
		step.Diagnosis = "another status"
		step.Cause, step.Fix = "The call was allowed, but answered with another status.", "Correct the status of the request block."
		return t.fail(step)
	}
	if f.scope != "" && f.Error == "insufficient_scope" {
		step.Problem += "; the operation needs one of the scopes " + f.scope
	}
	step.Body = shownBody(a)
	step.inconclusive = f.ErrorCode == "E0000006" // a role that was just assigned
	return t.fail(explained(step, f.Fault))
}

// shownStatuses returns one status, or several: 200, 204 or 404.
func shownStatuses(list []int) string {
	var words []string
	for _, status := range list {
		words = append(words, fmt.Sprint(status))
	}
	if last := len(words) - 1; last > 0 {
		return strings.Join(words[:last], ", ") + " or " + words[last]
	}
	return strings.Join(words, "")
}

// maxShownBody is the number of bytes of an error's body in a report.
const maxShownBody = 500

// shownBody returns the body of an error, shortened. Bodies of other answers contain personal data
// and are never shown.
func shownBody(a *answer) string {
	if a.status < 400 {
		return ""
	}
	text := strings.Join(strings.Fields(strings.ToValidUTF8(string(a.body), "?")), " ")
	if runes := []rune(text); len(runes) > maxShownBody {
		return fmt.Sprintf("%s... (%d bytes)", string(runes[:maxShownBody]), len(a.body))
	}
	return text
}

// resolve returns the URL of a path in the org. A path that could lead to another host is an error,
// because the token would be sent there.
func resolve(org, path string) (string, error) {
	switch {
	case !strings.HasPrefix(path, "/"):
		return "", errors.New("it doesn't begin with a slash")
	case strings.HasPrefix(path, "//"):
		return "", errors.New("it begins with two slashes, which would name another host")
	case strings.ContainsRune(path, '\\'):
		return "", errors.New("it holds a backslash")
	case strings.ContainsRune(path, '#'):
		return "", errors.New("it holds a fragment (#)")
	}
	base, err := url.Parse(org)
	if err != nil {
		return "", fmt.Errorf("the org's URL can't be read: %w", err)
	}
	target, err := base.Parse(path)
	if err != nil {
		return "", errors.New("it is no valid path of a URL")
	}
	if target.Scheme != base.Scheme || target.Host != base.Host || target.User != nil {
		return "", errors.New("it leads to another host than the org's")
	}
	return target.String(), nil
}
