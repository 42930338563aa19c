package smoke

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// maxAnswer is the number of bytes of an answer that are read. Tests only need the beginning of
// long lists.
const maxAnswer = 1 << 20

// answer is the org's answer to one request.
type answer struct {
	status int
	header http.Header
	body   []byte
	took   time.Duration
}

// shownStatus returns the status, or "" for an answer that a browser received.
func (a *answer) shownStatus() string {
	if a.status == 0 {
		return ""
	}
	return strconv.Itoa(a.status)
}

func (a *answer) requestID() string { return a.header.Get("X-Okta-Request-Id") }

// send makes one request. Its errors do not contain the URL, which may hold a session token.
func (t *test) send(ctx context.Context, method, target string, header http.Header, body string) (*answer, error) {
	request, err := http.NewRequestWithContext(ctx, method, target, strings.NewReader(body))
	if err != nil {
		return nil, withoutURL(err)
	}
	if body == "" {
		request.Body, request.ContentLength = http.NoBody, 0
	}
	request.Header = header
	start := t.org.Clock()
	response, err := t.org.Client.Do(request)
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = cause // the cause of the cancellation
	}
	if err != nil {
		return nil, withoutURL(err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(io.LimitReader(response.Body, maxAnswer))
	if err != nil {
		return nil, fmt.Errorf("the answer broke off: %w", err)
	}
	return &answer{response.StatusCode, response.Header, read, t.org.Clock().Sub(start)}, nil
}

// postForm sends a form to an OAuth endpoint.
func (t *test) postForm(ctx context.Context, path string, form url.Values, header http.Header) (*answer, error) {
	header.Set("Accept", "application/json")
	header.Set("Content-Type", "application/x-www-form-urlencoded")
	return t.send(ctx, http.MethodPost, t.org.URL+path, header, form.Encode())
}

// withoutURL removes the URL from an error of net/http, and queries from the rest: an error about a
// redirect quotes its Location with the code.
func withoutURL(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return errors.New(urlQuery().ReplaceAllString(err.Error(), ""))
}

var urlQuery = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`[?#][^\s"]*`) })

// unanswered ends a step that got no answer.
func (t *test) unanswered(step Step, err error) error {
	step.Diagnosis = "no answer"
	step.Problem = "no answer from the org: " + err.Error()
	step.Cause = "The org can't be reached from this machine, or the run was interrupted."
	step.Fix = "Check --org, the network and the proxy settings (HTTPS_PROXY, NO_PROXY), then run again."
	return t.fail(step)
}

// answered copies the status and request id of an answer into its step.
func answered(step Step, a *answer) Step {
	step.RequestID, step.Duration = a.requestID(), a.took
	return step
}

// notOkta ends a step whose answer is not the org's.
func (t *test) notOkta(step Step, problem string) error {
	step.Problem, step.Diagnosis = problem, "not the org's answer"
	step.Cause = "Something other than the org answered: a proxy, a sign-in page of the network, another server."
	step.Fix = "Check --org and the proxy settings (HTTPS_PROXY, NO_PROXY)."
	return t.fail(step)
}
