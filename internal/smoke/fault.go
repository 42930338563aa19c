package smoke

import (
	"encoding/json"
	"fmt"
	"html"
	"regexp"
	"strings"
	"sync"

	"github.com/oktaform/oktaform/internal/catalog"
)

// fault is the error in an answer, in one of the org's three forms: an OAuth error, an error of the
// API, or a WWW-Authenticate header.
type fault struct {
	catalog.Fault
	summary string // of an API error
	scope   string // from a WWW-Authenticate header
}

// fault returns the error of an answer. An answer below 400 has none.
func (a *answer) fault() fault {
	f := fault{Fault: catalog.Fault{Status: a.status}}
	if a.status < 400 {
		return f
	}
	var body struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
		ErrorCode   string `json:"errorCode"`
		Summary     string `json:"errorSummary"`
		Causes      []struct {
			Summary string `json:"errorSummary"`
		} `json:"errorCauses"`
	}
	if json.Unmarshal(a.body, &body) == nil {
		f.Error, f.Description, f.ErrorCode, f.summary = body.Error, body.Description, body.ErrorCode, body.Summary
		for _, cause := range body.Causes {
			f.summary += "; " + cause.Summary
		}
	} else {
		f.readPage(string(a.body))
	}
	if f.Error == "" {
		f.readChallenge(a.header.Values("WWW-Authenticate"))
	}
	return f
}

var challengeParam = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(\w+)="([^"]*)"`) })

// readChallenge parses a WWW-Authenticate header (RFC 6750 section 3).
func (f *fault) readChallenge(headers []string) {
	for _, param := range challengeParam().FindAllStringSubmatch(strings.Join(headers, ", "), -1) {
		switch param[1] {
		case "error":
			f.Error = param[2]
		case "error_description":
			f.Description = param[2]
		case "scope":
			f.scope = param[2]
		}
	}
}

var (
	pageTag         = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?s)<(script|style).*?</(script|style)>|<[^>]*>`) })
	pageError       = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`Error Code:?\s+([a-z_]+)`) })
	pageDescription = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`Description:?\s+(\S[^\n]*)`) })
)

// readPage parses the page that the authorization endpoint shows to people if it does not trust the
// client or its redirect URI.
func (f *fault) readPage(page string) {
	text := html.UnescapeString(pageTag().ReplaceAllString(page, "\n"))
	if m := pageError().FindStringSubmatch(text); m != nil {
		f.Error = m[1]
	}
	if m := pageDescription().FindStringSubmatch(text); m != nil && f.Error != "" {
		f.Description = strings.TrimSpace(m[1])
	}
}

// code returns the error's name: OAuth's error, or the API's code, or "".
func (f fault) code() string {
	if f.Error != "" {
		return f.Error
	}
	return f.ErrorCode
}

// described returns the error with the org's description of it.
func (f fault) described() string {
	text := f.Description
	if f.Error == "" {
		text = f.summary
	}
	if text == "" {
		return f.code()
	}
	return fmt.Sprintf("%s (%s)", f.code(), text)
}

// String returns the answer in short: 403 insufficient_scope (...) scope=okta.logs.read.
func (f fault) String() string {
	var parts []string
	if f.Status != 0 {
		parts = append(parts, fmt.Sprint(f.Status))
	}
	if f.code() != "" {
		parts = append(parts, f.described())
	}
	if f.scope != "" && f.Error != "" {
		parts = append(parts, "scope="+f.scope)
	}
	return strings.Join(parts, " ")
}
