package sandbox

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// requestsKept is the number of requests that the control API lists.
const requestsKept = 500

// requestLog holds the last requests, without those to the control API.
type requestLog struct {
	mu   sync.Mutex
	ring [requestsKept]loggedRequest
	next int64 // number of the next request
}

// loggedRequest is a request with its answer, for people. It holds no secret: no header, no body,
// and of the query only the parameters in shownParameters.
type loggedRequest struct {
	Number    int64     `json:"number"`
	ID        string    `json:"id"` // X-Okta-Request-Id
	Time      time.Time `json:"time"`
	Method    string    `json:"method"`
	Path      string    `json:"path"`
	Status    int       `json:"status"`
	ErrorCode string    `json:"errorCode,omitempty"`
	Reason    string    `json:"reason,omitempty"`
	Caller    string    `json:"caller,omitempty"`
	Fault     string    `json:"fault,omitempty"`
}

// shownParameters are the parameters of queries that are no secrets.
var shownParameters = map[string]bool{
	"after": true, "limit": true, "q": true, "filter": true, "search": true, "expand": true, "sortBy": true, "sortOrder": true,
	"since": true, "until": true, "type": true, "activate": true, "provider": true, "oauthTokens": true, "sendEmail": true,
	"client_id": true, "scope": true, "redirect_uri": true, "response_type": true, "response_mode": true, "prompt": true,
	"code_challenge_method": true, "grant_type": true,
}

// add appends a request and drops the oldest one.
func (l *requestLog) add(r loggedRequest) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r.Number = l.next
	l.ring[l.next%requestsKept] = r
	l.next++
}

// after returns the requests from a number on, the newest first.
func (l *requestLog) after(number int64) []loggedRequest {
	l.mu.Lock()
	defer l.mu.Unlock()
	list := []loggedRequest{}
	for n := l.next - 1; n >= max(number, 0) && n >= l.next-requestsKept; n-- {
		list = append(list, l.ring[n%requestsKept])
	}
	return list
}

func (l *requestLog) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ring, l.next = [requestsKept]loggedRequest{}, 0
}

// logRequest records the call and its answer.
func (s *Server) logRequest(c *web.Call, hit activeFaults) {
	r := loggedRequest{ID: c.ID, Time: c.Now, Method: c.Request.Method, Path: shownTarget(c.Request.URL), Status: c.Status()}
	if p := c.Principal; p != nil {
		r.Caller = p.ClientID
		if r.Caller == "" {
			r.Caller = p.UserID
		}
	}
	for _, kind := range hit.kinds() {
		r.Fault = strings.TrimPrefix(r.Fault+", "+kind, ", ")
	}
	if r.ErrorCode, r.Reason = outcome(c); c.Reason != "" && r.Status >= http.StatusBadRequest {
		r.Reason = c.Reason
	}
	s.requests.add(r)
}

// kinds returns the kinds of the faults in alphabetical order.
func (hit activeFaults) kinds() []string {
	var kinds []string
	for kind := range hit {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	return kinds
}

// shownTarget returns the path and query of a request without the values of parameters that may be
// secrets.
func shownTarget(u *url.URL) string {
	var shown []string
	for pair := range strings.SplitSeq(u.RawQuery, "&") {
		name, _, _ := strings.Cut(pair, "=")
		switch {
		case pair == "":
		case shownParameters[name]:
			shown = append(shown, pair)
		default:
			shown = append(shown, name+"=…")
		}
	}
	target := u.EscapedPath()
	if len(shown) > 0 {
		target += "?" + strings.Join(shown, "&")
	}
	const longest = 500
	if len(target) > longest {
		target = strings.ToValidUTF8(target[:longest], "") + "…"
	}
	return target
}

// outcome returns the error code and the reason in an answer that refuses a request.
func outcome(c *web.Call) (code, reason string) {
	if target, err := url.Parse(c.Header.Get("Location")); err == nil && c.Status() == http.StatusFound {
		for _, part := range []string{target.RawQuery, target.Fragment} {
			if values, err := url.ParseQuery(part); err == nil && values.Get("error") != "" {
				return values.Get("error"), values.Get("error_description")
			}
		}
	}
	if c.Status() < http.StatusBadRequest {
		return "", ""
	}
	var body struct {
		ErrorCode        string `json:"errorCode"`
		ErrorSummary     string `json:"errorSummary"`
		ErrorCauses      []struct{ ErrorSummary string }
		Error            string `json:"error"`
		ErrorDescription string `json:"error_description"`
	}
	_ = json.Unmarshal(c.Answer, &body)
	code, reason = body.ErrorCode+body.Error, body.ErrorSummary+body.ErrorDescription
	for _, cause := range body.ErrorCauses {
		reason += "; " + cause.ErrorSummary
	}
	if reason == "" {
		reason = http.StatusText(c.Status())
	}
	return code, reason
}

// getRequests lists the last requests, the newest first; ?after=NUMBER leaves out those up to it.
func (s *Server) getRequests(c *web.Call) error {
	number := int64(-1)
	if text := c.Query().Get("after"); text != "" {
		if json.Unmarshal([]byte(text), &number) != nil {
			return web.Invalid("after", "after: Send the number of a request.")
		}
	}
	list := s.requests.after(number + 1)
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range list {
		if u := s.org.Users.Get(list[i].Caller); u != nil {
			list[i].Caller = u.Login()
		} else if a := s.org.AppByClientID(list[i].Caller); list[i].Caller != "" && a != nil {
			list[i].Caller = a.Label()
		}
	}
	return c.JSON(http.StatusOK, map[string]any{"requests": list})
}
