package sandbox

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// authorizeRequest is a valid authorization request (RFC 6749 section 4.1.1,
// OpenID Connect Core section 3.1.2.1).
type authorizeRequest struct {
	params        url.Values
	client        *oauthClient
	redirectURI   string
	responseTypes []string
	mode          string // response_mode
	state         string
	scopes        []string
	prompt        string
	maxAge        time.Duration // negative: not given
}

func getAuthorize(c *call) error { return c.authorizeUser(c.query()) }

func postAuthorize(c *call) error {
	form, err := url.ParseQuery(string(c.body))
	if err != nil {
		return c.errorPage(errInvalidRequest)
	}
	return c.authorizeUser(form)
}

// authorizeUser answers an authorization request: an error page while the
// client and its redirect URI aren't trusted, a redirect with an error after
// that, then the sign-in page or the code.
func (c *call) authorizeUser(params url.Values) error {
	for _, values := range params {
		if len(values) > 1 {
			return c.errorPage(errDuplicateParams)
		}
	}
	request, wrong := c.trustRequest(params)
	if wrong != nil {
		return c.errorPage(wrong)
	}
	if wrong := request.check(); wrong != nil {
		return c.redirectError(request, wrong)
	}
	in, wrong := c.currentSignIn(request)
	if wrong != nil {
		return c.redirectError(request, wrong)
	}
	if in == nil {
		return c.signInPage(request)
	}
	return c.completeAuthorize(request, in)
}

// trustRequest finds the client and makes sure that the redirect URI is its.
func (c *call) trustRequest(params url.Values) (*authorizeRequest, *oauthError) {
	client := c.org.client(params.Get("client_id"))
	switch {
	case client == nil || client.app.Status != "ACTIVE":
		return nil, errClientID.withStatus(400)
	case client.ApplicationType == "service" && !client.allowsGrant("implicit") && !client.allowsGrant("authorization_code"):
		return nil, errServiceClient.with("authorize")
	}
	redirectURI := params.Get("redirect_uri")
	if !client.redirectsTo(redirectURI) {
		return nil, errRedirectURI
	}
	request := &authorizeRequest{
		params: params, client: client, redirectURI: redirectURI, responseTypes: words(params.Get("response_type")),
		state: params.Get("state"), scopes: words(params.Get("scope")), prompt: params.Get("prompt"), maxAge: -1,
	}
	request.mode = request.responseMode()
	return request, nil
}

// redirectsTo reports whether the URI is registered: the very same text, or,
// when the app allows it, another subdomain in the place of "*".
func (client *oauthClient) redirectsTo(uri string) bool {
	if uri == "" {
		return false
	}
	return slices.ContainsFunc(client.RedirectURIs, func(registered string) bool {
		return registered == uri || client.WildcardRedirect == "SUBDOMAIN" && matchesSubdomain(registered, uri)
	})
}

func matchesSubdomain(pattern, uri string) bool {
	before, after, isPattern := strings.Cut(pattern, "*")
	if !isPattern || !strings.HasPrefix(uri, before) || !strings.HasSuffix(uri, after) || len(uri) <= len(before)+len(after) {
		return false
	}
	// What a browser reads as something else than a label, such as %2e or a tab, is none.
	return strings.IndexFunc(uri[len(before):len(uri)-len(after)], func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-'
	}) < 0
}

func (q *authorizeRequest) wants(responseType string) bool {
	return slices.Contains(q.responseTypes, responseType)
}

// responseMode is the mode asked for, or the default of the response type.
func (q *authorizeRequest) responseMode() string {
	if mode := q.params.Get("response_mode"); mode != "" {
		return mode
	}
	return q.defaultMode()
}

func (q *authorizeRequest) defaultMode() string {
	if q.wants("token") || q.wants("id_token") {
		return "fragment"
	}
	return "query"
}

// check finds what is wrong with the request of a trusted client.
func (q *authorizeRequest) check() *oauthError {
	for _, rule := range []func() *oauthError{q.checkState, q.checkUnsupported, q.checkResponseType, q.checkResponseMode,
		q.checkScopes, q.checkChallenge, q.checkPrompt} {
		if wrong := rule(); wrong != nil {
			return wrong
		}
	}
	return nil
}

func (q *authorizeRequest) checkState() *oauthError {
	if q.state == "" {
		return errState
	}
	return nil
}

func (q *authorizeRequest) checkUnsupported() *oauthError {
	switch {
	case q.params.Get("request") != "":
		return errRequestObject
	case q.params.Get("request_uri") != "":
		return errRequestURI
	case q.params.Get("idp") != "":
		return errIdP
	}
	return nil
}

// checkResponseType wants one or more of code, id_token and token, each of
// which the app allows.
func (q *authorizeRequest) checkResponseType() *oauthError {
	if len(q.responseTypes) == 0 {
		return errResponseType.with(q.client.ResponseTypes...)
	}
	for _, kind := range q.responseTypes {
		if !slices.Contains([]string{"code", "id_token", "token"}, kind) || !slices.Contains(q.client.ResponseTypes, kind) {
			return errResponseType.with(q.client.ResponseTypes...)
		}
	}
	if q.wants("code") && !q.client.allowsGrant("authorization_code") ||
		(q.wants("token") || q.wants("id_token")) && !q.client.allowsGrant("implicit") {
		return errUnauthorized.with(q.client.GrantTypes...)
	}
	if (q.wants("token") || q.wants("id_token")) && q.params.Get("nonce") == "" {
		return errNonce
	}
	return nil
}

func (q *authorizeRequest) checkResponseMode() *oauthError {
	front := q.wants("token") || q.wants("id_token")
	switch q.mode {
	case "query":
		if front {
			return errResponseModeQuery
		}
	case "fragment", "form_post":
	case "okta_post_message":
		if q.wants("code") {
			return errResponseModeMessage
		}
	default:
		return errResponseMode
	}
	return nil
}

// checkScopes narrows the scopes to those that the app may have.
func (q *authorizeRequest) checkScopes() *oauthError {
	if wrong := checkUserScopes(q.scopes); wrong != nil {
		return wrong
	}
	if q.wants("id_token") && !slices.Contains(q.scopes, "openid") {
		return errOpenIDRequired
	}
	granted, wrong := q.client.grantedScopes(q.scopes)
	q.scopes = granted
	return wrong
}

// challengePattern is a code challenge (RFC 7636 section 4.2).
var challengePattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9\-._~]{43,128}$`) })

// checkChallenge takes S256 only; the method left out means plain (RFC 7636
// section 4.3), which Okta doesn't support.
func (q *authorizeRequest) checkChallenge() *oauthError {
	challenge, method := q.params.Get("code_challenge"), q.params.Get("code_challenge_method")
	switch {
	case challenge == "" && method == "":
		if q.wants("code") && q.client.pkceRequired {
			return errChallengeMissing
		}
		return nil
	case method != "S256":
		return errChallengeMethod.with("S256")
	case challenge == "":
		return errChallengeMissing
	case !challengePattern().MatchString(challenge):
		return errChallenge
	}
	return nil
}

// prompts are the values of prompt that Okta has.
var prompts = []string{"none", "login", "consent", "enroll_authenticator"}

func (q *authorizeRequest) checkPrompt() *oauthError {
	if q.prompt != "" && !slices.Contains(prompts, q.prompt) {
		return errPrompt.with(prompts...)
	}
	text := q.params.Get("max_age")
	if text == "" {
		return nil
	}
	seconds, err := strconv.ParseInt(text, 10, 32)
	if err != nil || seconds < 0 {
		return errMaxAge
	}
	q.maxAge = time.Duration(seconds) * time.Second
	if q.maxAge == 0 && q.prompt == "none" {
		return errPromptZeroAge
	}
	return nil
}
