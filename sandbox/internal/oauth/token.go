package oauth

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

const (
	accessTokenLife = time.Hour // fixed at the org authorization server
	idTokenLife     = time.Hour
)

// tokenGrant is one grant type of the token endpoint.
type tokenGrant struct {
	name   string
	redeem func(*tokenCall) error
}

func tokenGrants() []tokenGrant {
	return []tokenGrant{
		{"authorization_code", redeemCode},
		{"refresh_token", redeemRefreshToken},
		{"password", redeemPassword},
		{"client_credentials", redeemClientCredentials},
		{deviceGrantType, redeemDeviceCode},
	}
}

func tokenGrantNames() []string {
	var names []string
	for _, g := range tokenGrants() {
		names = append(names, g.name)
	}
	return names
}

// tokenCall is a token request of an authenticated client.
type tokenCall struct {
	*web.Call
	form   url.Values
	client *client
	jkt    string // thumbprint of the DPoP key; empty for a bearer token
}

// postToken serves POST /oauth2/v1/token (RFC 6749 section 3.2).
func postToken(c *web.Call, client *client, form url.Values) error {
	name := form.Get("grant_type")
	grants := tokenGrants()
	i := slices.IndexFunc(grants, func(g tokenGrant) bool { return g.name == name })
	switch {
	case name == "urn:ietf:params:oauth:grant-type:token-exchange":
		return ErrTokenExchange // only custom authorization servers exchange tokens
	case i < 0:
		return ErrGrantType.With(client.GrantTypes...)
	}
	if !client.allowsGrant(name) {
		return ErrUnauthorized.With(client.GrantTypes...)
	}
	if err := client.checkBrowser(c, form); err != nil {
		return err
	}
	jkt, err := tokenProof(c, client)
	if err != nil {
		return err
	}
	err = grants[i].redeem(&tokenCall{Call: c, form: form, client: client, jkt: jkt})
	if err != nil {
		syslog.EmitOutcome(c, eventToken, state.Outcome{Result: "FAILURE", Reason: reasonOf(err)}, syslog.ClientEntity(client.app))
	}
	return err
}

// tokenAnswer is the answer of the token endpoint (RFC 6749 section 5.1).
type tokenAnswer struct {
	TokenType    string `json:"token_type"`
	ExpiresIn    int    `json:"expires_in"`
	AccessToken  string `json:"access_token"`
	Scope        string `json:"scope"`
	RefreshToken string `json:"refresh_token,omitempty"`
	IDToken      string `json:"id_token,omitempty"`
}

func (t *tokenCall) reply(a *tokenAnswer) error {
	a.TokenType, a.ExpiresIn = "Bearer", int(accessTokenLife.Seconds())
	if t.jkt != "" {
		a.TokenType = "DPoP"
	}
	noStore(t.Call)
	t.emitTokens(a)
	return t.JSON(http.StatusOK, a)
}

// redeemClientCredentials handles the grant type of service apps (RFC 6749 section 4.4).
func redeemClientCredentials(t *tokenCall) error {
	if t.client.authMethod != "private_key_jwt" {
		return ErrClientCredsMethod
	}
	if t.client.ApplicationType != "service" {
		return ErrClientCredsAppType
	}
	scopes := splitSpaces(t.form.Get("scope"))
	if err := checkServiceScopes(scopes); err != nil {
		return err
	}
	granted := slices.DeleteFunc(scopes, func(scope string) bool { return !t.client.grants(scope) })
	if len(granted) == 0 {
		return ErrNoGrantedScope
	}
	token, err := MintAccess(t.Call, &AccessToken{Client: t.client.id, Subject: t.client.id, Scopes: granted, JKT: t.jkt})
	if err != nil {
		return err
	}
	return t.reply(&tokenAnswer{AccessToken: token, Scope: strings.Join(granted, " ")})
}
