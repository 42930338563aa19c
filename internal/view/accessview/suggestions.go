package accessview

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/view"
)

// SuggestDocument compares the rights of principals with what is used. Its JSON form is published.
type SuggestDocument struct {
	FormatVersion string            `json:"format_version"`
	Principals    []SuggestedAccess `json:"principals"`
	// LogSince is the beginning of what the System Log shows, if it was read.
	LogSince string   `json:"log_since,omitempty"`
	NotRead  []string `json:"not_read"`
}

// SuggestedAccess is a principal with its rights and with fewer that would do.
type SuggestedAccess struct {
	Address string          `json:"address"`
	Kind    string          `json:"kind"`
	Name    string          `json:"name"`
	Tests   int             `json:"smoke_tests"`
	Scopes  []SuggestedUse  `json:"scopes"`
	Roles   []SuggestedUse  `json:"roles"`
	Smaller bool            `json:"smaller"` // whether fewer rights would do
	Fewer   *SuggestedFewer `json:"suggestion,omitempty"`
	// LogGap says why the System Log tells nothing of the principal.
	LogGap string `json:"log_gap,omitempty"`
}

// SuggestedUse is one scope or role, and what is known of its use.
type SuggestedUse struct {
	Right string   `json:"right"`
	Use   string   `json:"by_smoke_tests"` // "used", "asked for", "only reads", "not used" or "not known"
	Tests []string `json:"tests,omitempty"`
	// Log is what the System Log shows: "requested", "requested only by oktaform", "never
	// requested", or "not observable"; "" if it was not read.
	Log  string `json:"in_log,omitempty"`
	Last string `json:"last_requested,omitempty"`
}

// SuggestedFewer are rights that would do, according to the smoke tests.
type SuggestedFewer struct {
	Scopes      []string `json:"okta_api_scopes"`
	Role        string   `json:"standard_role,omitempty"`
	Permissions []string `json:"custom_role_permissions,omitempty"`
}

// Values of SuggestedUse.Log.
const (
	logRequested = "requested"
	logOktaform  = "requested only by oktaform"
	logNever     = "never requested"
	logUnseen    = "not observable"
)

// NewSuggestions returns the document of suggestions. logs are what the System Log shows, by
// address; nil if it was not read.
func NewSuggestions(list []review.Suggestion, logs map[string]*org.TokenScopes, unread []string) *SuggestDocument {
	d := &SuggestDocument{FormatVersion: ReviewVersion, Principals: []SuggestedAccess{}, NotRead: view.OrEmpty(unread)}
	for i := range list {
		s := &list[i]
		log := logs[s.Addr.String()]
		one := SuggestedAccess{Address: s.Addr.String(), Kind: s.Kind, Name: s.Name, Tests: s.Tests, Smaller: s.Smaller(), Scopes: []SuggestedUse{}, Roles: []SuggestedUse{}}
		for _, u := range s.Scopes {
			use := SuggestedUse{Right: u.Right, Use: u.Use, Tests: u.Tests}
			if logs != nil {
				use.Log, use.Last = logUse(u.Right, log)
			}
			one.Scopes = append(one.Scopes, use)
		}
		for _, u := range s.Roles {
			use := SuggestedUse{Right: u.Right, Use: u.Use, Tests: u.Tests}
			if logs != nil {
				use.Log = logUnseen
			}
			one.Roles = append(one.Roles, use)
		}
		if s.Tests > 0 && (s.Fewer != nil || s.Role != "" || s.Permissions != nil) {
			one.Fewer = &SuggestedFewer{Scopes: view.OrEmpty(s.Fewer), Role: s.Role, Permissions: s.Permissions}
		}
		if log != nil {
			one.LogGap, d.LogSince = log.Gap, log.Since.Format(time.DateOnly)
		}
		d.Principals = append(d.Principals, one)
	}
	return d
}

// logUse returns what the log shows of a scope.
func logUse(scope string, log *org.TokenScopes) (use, last string) {
	if log == nil {
		return logUnseen, ""
	}
	if at, found := log.ByOthers[scope]; found {
		return logRequested, at.Format(time.DateOnly)
	}
	if log.Gap != "" {
		return logUnseen, ""
	}
	if at, found := log.ByOktaform[scope]; found {
		return logOktaform, at.Format(time.DateOnly)
	}
	return logNever, ""
}

// JSON returns the document in its published form.
func (d *SuggestDocument) JSON() (string, error) {
	text, err := json.MarshalIndent(d, "", "  ")
	return string(text) + "\n", err
}

// SuggestText returns the suggestions for a terminal.
func SuggestText(d *SuggestDocument, style view.Style, width int) string {
	t := &reviewText{style: style, width: width}
	for i := range d.Principals {
		p := &d.Principals[i]
		if i > 0 {
			t.line(0, "")
		}
		t.line(0, style.Bold(view.Plain(p.Address))+" "+view.Plain(strconv.Quote(p.Name))+" ("+p.Kind+")")
		for _, u := range p.Scopes {
			t.line(2, "scope "+view.Plain(u.Right)+": "+u.sentence(true))
		}
		for _, u := range p.Roles {
			t.line(2, "role "+view.Plain(u.Right)+": "+u.sentence(false))
		}
		if p.LogGap != "" {
			t.line(2, "System Log: "+view.Plain(p.LogGap))
		}
		t.line(2, p.suggestion(style))
	}
	if len(d.Principals) == 0 {
		t.line(0, "Nobody here has a scope or an admin role.")
	}
	if d.LogSince != "" {
		t.line(0, "")
		t.line(0, "The System Log shows tokens since "+d.LogSince+"; it shows neither which role allowed a call, nor most calls that read.")
	}
	for i, unread := range d.NotRead {
		if i == 0 {
			t.line(0, "")
		}
		t.line(0, view.Plain(unread))
	}
	return t.b.String()
}

// sentence says what is known of the use of a right.
func (u *SuggestedUse) sentence(scope bool) string {
	var by []string
	for _, name := range u.Tests {
		by = append(by, strconv.Quote(view.Plain(name)))
	}
	if more := len(by) - 3; more > 1 {
		by = append(by[:3], fmt.Sprintf("%d other tests", more))
	}
	tests := strings.Join(by, ", ")
	var s string
	switch u.Use {
	case review.UseCalled:
		s = "used by " + tests
	case review.UseAsked:
		s = "asked for by " + tests + ", used by no request in a test"
	case review.UseReads:
		s = "only read with by " + tests
	case review.UseNever:
		s = "used by no smoke test"
	default:
		s = "no smoke test tells whether it is used"
	}
	switch {
	case u.Log == "" || !scope:
		return s
	case u.Last != "":
		return s + "; " + u.Log + ", last in a token of " + u.Last
	case u.Log == logNever:
		return s + "; never requested in a token"
	}
	return s + "; tokens " + u.Log
}

// suggestion says which rights would do.
func (p *SuggestedAccess) suggestion(style view.Style) string {
	switch {
	case p.Tests == 0:
		return style.Dim("no smoke test acts as it: nothing to suggest from tests")
	case p.Fewer == nil:
		return style.Dim("what its smoke tests call isn't known here: nothing to suggest from tests")
	case !p.Smaller && len(p.Fewer.Permissions) > 0 && p.Fewer.Role != "":
		return "its smoke tests use all that it has; a custom role with " + strings.Join(p.Fewer.Permissions, ", ") + " would do as well"
	case !p.Smaller:
		return "its smoke tests use all that it has"
	}
	var parts []string
	if len(p.Scopes) > 0 {
		parts = append(parts, "okta_api_scopes = ["+quotedList(p.Fewer.Scopes)+"]")
	}
	switch {
	case p.Fewer.Role != "" && len(p.Fewer.Permissions) > 0:
		parts = append(parts, "the role "+p.Fewer.Role+" or a custom role with "+strings.Join(p.Fewer.Permissions, ", "))
	case p.Fewer.Role != "":
		parts = append(parts, "the role "+p.Fewer.Role)
	case len(p.Fewer.Permissions) > 0:
		parts = append(parts, "a custom role with "+strings.Join(p.Fewer.Permissions, ", "))
	}
	return style.Bold("would do: ") + strings.Join(parts, "; ")
}

func quotedList(list []string) string {
	list = slices.Clone(list)
	for i := range list {
		list[i] = strconv.Quote(list[i])
	}
	return strings.Join(list, ", ")
}
