package oauth

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// completeAuthorize sends the code or tokens of a signed-in user to the client.
func completeAuthorize(c *web.Call, q *authorizeRequest, in *state.Session) error {
	u := c.Org.Users.Get(in.UserID)
	c.Acting = syslog.UserEntity(u)
	if !assigned(c.Org, q.client, u) {
		return redirectError(c, q, ErrNotAssigned)
	}
	// Signing in on the page counts as consent; without a page there is only earlier consent.
	asked := q.client.needConsent(c.Org, u, q.scopes)
	if q.prompting("none") && len(asked) > 0 {
		return redirectError(c, q, errConsent.With(asked...))
	}
	recordConsent(c, u, q.client.id, asked)
	answer := url.Values{"state": {q.state}}
	var code string
	if q.wants("code") {
		code = newCode(c, q, in)
		answer.Set("code", code)
	}
	if err := frontTokens(c, q, u, in, code, answer); err != nil {
		return err
	}
	emitAuthorize(c, q, u)
	return returnToClient(c, q, answer)
}

func newCode(c *web.Call, q *authorizeRequest, in *state.Session) string {
	value := state.RandomBase64(32)
	c.Org.Ephemeral.Codes.Put(state.TokenHash(value), &state.AuthCode{
		ClientID: q.client.id, UserID: in.UserID, RedirectURI: q.redirectURI, Scopes: q.scopes,
		Nonce: q.params.Get("nonce"), CodeChallenge: q.params.Get("code_challenge"), JKT: q.params.Get("dpop_jkt"),
		AuthTime: in.AuthTime, ACR: q.acr,
	}, c.Now, c.Now.Add(codeLife))
	return value
}

// frontTokens adds the tokens that the implicit and hybrid flows return directly.
func frontTokens(c *web.Call, q *authorizeRequest, u *state.User, in *state.Session, code string, answer url.Values) error {
	said := &signIn{scopes: q.scopes, nonce: q.params.Get("nonce"), authTime: in.AuthTime, acr: q.acr}
	access := ""
	if q.wants("token") {
		var err error
		access, err = MintAccess(c, &AccessToken{Client: q.client.id, Subject: jsondoc.Text(u.Profile, "login"), UserID: u.ID, Scopes: q.scopes, AuthTime: in.AuthTime, ACR: q.acr})
		if err != nil {
			return err
		}
		answer.Set("access_token", access)
		answer.Set("token_type", "Bearer")
		answer.Set("expires_in", strconv.Itoa(int(accessTokenLife.Seconds())))
		answer.Set("scope", strings.Join(q.scopes, " "))
	}
	if q.wants("id_token") {
		token, err := mintID(c, q.client, u, said, access, code)
		if err != nil {
			return err
		}
		answer.Set("id_token", token)
	}
	return nil
}

// redirectError sends an error to the redirect URI of a verified client.
func redirectError(c *web.Call, q *authorizeRequest, wrong *Error) error {
	if q.checkResponseMode() != nil {
		q.mode = q.defaultMode()
	}
	syslog.EmitOutcome(c, eventAuthorize, state.Outcome{Result: "FAILURE", Reason: wrong.Code}, syslog.ClientEntity(q.client.app))
	answer := url.Values{"error": {wrong.Code}, "error_description": {wrong.Description}}
	if q.state != "" {
		answer.Set("state", q.state)
	}
	return returnToClient(c, q, answer)
}

// returnToClient sends the browser back to the client, with the answer in the response mode. A
// pushed request is answered once.
func returnToClient(c *web.Call, q *authorizeRequest, answer url.Values) error {
	c.Org.Ephemeral.Pushed.Take(q.requestURI, c.Now)
	noStore(c)
	c.Header.Set("Referrer-Policy", "no-referrer")
	switch q.mode {
	case "form_post":
		return htmlPage(c, http.StatusOK, formPostPage(q.redirectURI, answer))
	case "okta_post_message":
		page, err := postMessagePage(web.OriginOf(q.redirectURI), flat(answer))
		if err != nil {
			return err
		}
		err = htmlPage(c, http.StatusOK, page)
		c.Header.Del("X-Frame-Options") // the page is for frames of the client's page
		return err
	case "fragment":
		return c.Redirect(strings.SplitN(q.redirectURI, "#", 2)[0] + "#" + answer.Encode())
	}
	separator := "?"
	if strings.Contains(q.redirectURI, "?") {
		separator = "&"
	}
	return c.Redirect(q.redirectURI + separator + answer.Encode())
}

func flat(values url.Values) map[string]string {
	all := map[string]string{}
	for name := range values {
		all[name] = values.Get(name)
	}
	return all
}

// errorPage shows an error to the person, for requests whose client is not verified.
func errorPage(c *web.Call, wrong *Error) error {
	c.Reason = wrong.Error()
	return htmlPage(c, http.StatusBadRequest, errorPageNode(http.StatusBadRequest, wrong))
}

// needConsent returns the scopes that the user must still consent to: those about the user. Scopes
// of Okta's APIs were consented to by the admin who granted them.
func (client *client) needConsent(o *state.Org, u *state.User, scopes []string) []string {
	if client.ConsentMethod != "REQUIRED" {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(scopes), func(scope string) bool {
		return scope == "openid" || !isOpenIDScope(scope) || o.UserGrants().Find(func(g *state.UserGrant) bool {
			return g.UserID == u.ID && g.ClientID == client.id && g.ScopeID == scope
		}) != nil
	})
}

// recordConsent records that the user consented to the scopes.
func recordConsent(c *web.Call, u *state.User, clientID string, scopes []string) {
	for _, scope := range scopes {
		id := state.NewID("oag")
		c.Org.UserGrants().Put(id, &state.UserGrant{ID: id, UserID: u.ID, ClientID: clientID, ScopeID: scope, Created: c.Second()})
		syslog.Emit(c, eventConsent, syslog.UserEntity(u), state.LogEntity{ID: id, Type: "OAuth2Scope", Alternate: "unknown", Name: scope})
	}
}

// RevokeConsent takes a consent back, and with it the tokens that were issued for its scope.
func RevokeConsent(c *web.Call, g *state.UserGrant) {
	c.Org.UserGrants().Remove(g.ID)
	revokeRefreshTokens(c, func(token *state.RefreshToken) bool {
		return token.UserID == g.UserID && token.ClientID == g.ClientID && slices.Contains(token.Scopes, g.ScopeID)
	})
}
