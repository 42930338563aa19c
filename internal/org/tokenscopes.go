package org

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/oktaform/oktaform/internal/okta"
)

// TokenScopes says which scopes the tokens of an app had, according to the System Log, which shows
// the granting of each token, but not most reads with it.
type TokenScopes struct {
	Since  time.Time // the beginning of what the log shows
	Tokens int
	// Last is when the last token with a scope was granted: ByOthers to the app itself, ByOktaform
	// to oktaform's smoke tests and commands, if the app did not ask.
	ByOthers, ByOktaform map[string]time.Time
	// Gap says why nothing is known; "" if something is.
	Gap string
}

// tokenEvent is the granting of a token.
type tokenEvent struct {
	Published time.Time `json:"published"`
	Client    struct {
		UserAgent struct {
			Raw string `json:"rawUserAgent"`
		} `json:"userAgent"`
	} `json:"client"`
	Debug struct {
		Data struct {
			Granted   *string `json:"grantedScopes"`
			Requested *string `json:"requestedScopes"`
		} `json:"debugData"`
	} `json:"debugContext"`
}

// TokenScopes reads which tokens an app got in the time that the System Log shows. It is no error
// if the log cannot be read.
func (c *Client) TokenScopes(ctx context.Context, clientID string) (*TokenScopes, error) {
	t := &TokenScopes{Since: c.OrgClock().Estimate().UTC().Add(-okta.LogAge), ByOthers: map[string]time.Time{}, ByOktaform: map[string]time.Time{}}
	id := okta.FilterText(clientID)
	filter := `eventType eq "app.oauth2.token.grant.access_token" and (actor.id eq ` + id + ` or target.id eq ` + id + `)`
	events, _, err := okta.PollLog[tokenEvent](ctx, c.Client, filter, "", t.Since)
	if gap := (*okta.LogGap)(nil); errors.As(err, &gap) {
		t.Gap = gap.Reason
		return t, nil
	}
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		t.Tokens++
		by := t.ByOthers
		if name, _, _ := strings.Cut(e.Client.UserAgent.Raw, "/"); name == agentName {
			by = t.ByOktaform
		}
		told := false
		for _, scopes := range []*string{e.Debug.Data.Granted, e.Debug.Data.Requested} {
			if scopes == nil {
				continue
			}
			told = true
			for _, scope := range strings.FieldsFunc(*scopes, func(r rune) bool { return r == ',' || r == ' ' }) {
				if e.Published.After(by[scope]) {
					by[scope] = e.Published
				}
			}
		}
		if !told {
			t.Gap = "the System Log doesn't tell the scopes of a token"
		}
	}
	return t, nil
}
