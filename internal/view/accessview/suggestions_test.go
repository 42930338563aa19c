package accessview

import (
	"strings"
	"testing"
	"time"

	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/review"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/schema"
)

// TestSuggestionsFromTheLog: what the System Log doesn't show is not observable, never unused.
func TestSuggestionsFromTheLog(t *testing.T) {
	at := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	addr := schema.Addr{Kind: "service_app", Name: "bot"}
	list := []review.Suggestion{{Addr: addr, Kind: "service app", Name: "Bot", Scopes: []review.RightUse{{Right: "okta.users.read", Use: review.UseUnknown}}, Roles: []review.RightUse{{Right: "ORG_ADMIN", Use: review.UseUnknown}}}}
	none := map[string]time.Time{}
	read := map[string]time.Time{"okta.users.read": at}
	for name, row := range map[string]struct {
		log  *org.TokenScopes
		want string
	}{
		"by the app":          {&org.TokenScopes{ByOthers: read, ByOktaform: none}, "; requested, last in a token of 2026-11-20"},
		"by both":             {&org.TokenScopes{ByOthers: read, ByOktaform: read}, "; requested, last"},
		"by oktaform":         {&org.TokenScopes{ByOthers: none, ByOktaform: read}, "; requested only by oktaform, last"},
		"by nobody":           {&org.TokenScopes{ByOthers: none, ByOktaform: none}, "; never requested in a token"},
		"the log is refused":  {&org.TokenScopes{Gap: "may not", ByOthers: none, ByOktaform: none}, "; tokens not observable"},
		"some tokens without": {&org.TokenScopes{Gap: "doesn't tell", ByOthers: read, ByOktaform: none}, "; requested, last"},
		"an app without any":  {nil, "; tokens not observable"},
	} {
		d := NewSuggestions(list, map[string]*org.TokenScopes{addr.String(): row.log}, nil)
		text := SuggestText(d, view.Style{}, 0)
		if !strings.Contains(text, row.want) || strings.Contains(text, "role ORG_ADMIN: no smoke test tells whether it is used;") {
			t.Errorf("%s: want %q in\n%s", name, row.want, text)
		}
		if d.Principals[0].Roles[0].Log != logUnseen {
			t.Errorf("%s: of a role, the log shows %q", name, d.Principals[0].Roles[0].Log)
		}
	}
	if text := SuggestText(NewSuggestions(list, nil, nil), view.Style{}, 0); strings.Contains(text, "token") {
		t.Errorf("the log was not read:\n%s", text)
	}
}
