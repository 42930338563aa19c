package oauth

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// authorizeRequest is a valid authorization request (RFC 6749 section 4.1.1,
// OpenID Connect Core section 3.1.2.1).
type authorizeRequest struct {
	params        url.Values
	client        *client
	redirectURI   string
	responseTypes []string
	mode          string // response_mode
	state         string
	scopes        []string
	prompt        string
	maxAge        time.Duration // negative if not given
}

func getAuthorize(c *web.Call) error { return authorizeUser(c, c.Query()) }

func postAuthorize(c *web.Call) error {
	form, err := url.ParseQuery(string(c.Body))
	if err != nil {
		return errorPage(c, errInvalidRequest)
	}
	return authorizeUser(c, form)
}

// authorizeUser answers an authorization request. As long as the client and its redirect URI are
// not verified, an error is shown on a page; after that, it is sent to the redirect URI. Without
// errors the answer is the sign-in page or the code.
func authorizeUser(c *web.Call, params url.Values) error {
	for _, values := range params {
		if len(values) > 1 {
			return errorPage(c, ErrDuplicateParams)
		}
	}
	request, wrong := trustRequest(c, params)
	if wrong != nil {
		return errorPage(c, wrong)
	}
	if wrong := request.check(); wrong != nil {
		return redirectError(c, request, wrong)
	}
	in, wrong := currentSignIn(c, request)
	if wrong != nil {
		return redirectError(c, request, wrong)
	}
	if in == nil {
		return signInPage(c, request)
	}
	return completeAuthorize(c, request, in)
}

// trustRequest finds the client and checks that the redirect URI is registered for it.
func trustRequest(c *web.Call, params url.Values) (*authorizeRequest, *Error) {
	client := clientNamed(c.Org, params.Get("client_id"))
	switch {
	case client == nil || client.app.Status != "ACTIVE":
		return nil, ErrClientID.withStatus(400)
	case client.ApplicationType == "service" && !client.allowsGrant("implicit") && !client.allowsGrant("authorization_code"):
		return nil, ErrServiceClient.With("authorize")
	}
	redirectURI := params.Get("redirect_uri")
	if !client.redirectsTo(redirectURI) {
		return nil, ErrRedirectURI
	}
	request := &authorizeRequest{
		params: params, client: client, redirectURI: redirectURI, responseTypes: splitSpaces(params.Get("response_type")),
		state: params.Get("state"), scopes: splitSpaces(params.Get("scope")), prompt: params.Get("prompt"), maxAge: -1,
	}
	request.mode = request.responseMode()
	return request, nil
}

// redirectsTo reports whether the URI is registered: as the same string or, if the app allows it,
// with another subdomain in place of "*".
func (client *client) redirectsTo(uri string) bool {
	if uri == "" {
		return false
	}
	return slices.ContainsFunc(client.RedirectURIs, func(registered string) bool {
		return registered == uri || client.WildcardRedirect == "SUBDOMAIN" && MatchesSubdomain(registered, uri)
	})
}

// MatchesSubdomain reports whether the URI is the pattern with part of a label in place of the
// star.
func MatchesSubdomain(pattern, uri string) bool {
	before, after, isPattern := strings.Cut(pattern, "*")
	if !isPattern || !strings.HasPrefix(uri, before) || !strings.HasSuffix(uri, after) || len(uri) <= len(before)+len(after) {
		return false
	}
	// What a browser does not read as part of a label, such as %2e or a tab, does not match.
	return strings.IndexFunc(uri[len(before):len(uri)-len(after)], func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-'
	}) < 0
}

func (q *authorizeRequest) wants(responseType string) bool {
	return slices.Contains(q.responseTypes, responseType)
}

// responseMode returns the requested response_mode, or the default of the response type.
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

// check returns what is wrong with the request of a verified client.
func (q *authorizeRequest) check() *Error {
	for _, rule := range []func() *Error{q.checkState, q.checkUnsupported, q.checkResponseType, q.checkResponseMode,
		q.checkScopes, q.checkChallenge, q.checkPrompt} {
		if wrong := rule(); wrong != nil {
			return wrong
		}
	}
	return nil
}

func (q *authorizeRequest) checkState() *Error {
	if q.state == "" {
		return ErrState
	}
	return nil
}

func (q *authorizeRequest) checkUnsupported() *Error {
	switch {
	case q.params.Get("request") != "":
		return ErrRequestObject
	case q.params.Get("request_uri") != "":
		return errRequestURI
	case q.params.Get("idp") != "":
		return ErrIdP
	}
	return nil
}

// checkResponseType requires one or more of code, id_token and token, all of which the app must
// allow.
func (q *authorizeRequest) checkResponseType() *Error {
	if len(q.responseTypes) == 0 {
		return ErrResponseType.With(q.client.ResponseTypes...)
	}
	for _, kind := range q.responseTypes {
		if !slices.Contains([]string{"code", "id_token", "token"}, kind) || !slices.Contains(q.client.ResponseTypes, kind) {
			return ErrResponseType.With(q.client.ResponseTypes...)
		}
	}
	if q.wants("code") && !q.client.allowsGrant("authorization_code") ||
		(q.wants("token") || q.wants("id_token")) && !q.client.allowsGrant("implicit") {
		return ErrUnauthorized.With(q.client.GrantTypes...)
	}
	if (q.wants("token") || q.wants("id_token")) && q.params.Get("nonce") == "" {
		return ErrNonce
	}
	return nil
}

func (q *authorizeRequest) checkResponseMode() *Error {
	front := q.wants("token") || q.wants("id_token")
	switch q.mode {
	case "query":
		if front {
			return ErrResponseModeQuery
		}
	case "fragment", "form_post":
	case "okta_post_message":
		if q.wants("code") {
			return ErrResponseModeMessage
		}
	default:
		return ErrResponseMode
	}
	return nil
}

// checkScopes reduces the scopes to those that the app may have.
func (q *authorizeRequest) checkScopes() *Error {
	if wrong := checkUserScopes(q.scopes); wrong != nil {
		return wrong
	}
	if q.wants("id_token") && !slices.Contains(q.scopes, "openid") {
		return ErrOpenIDRequired
	}
	granted, wrong := q.client.grantedScopes(q.scopes)
	q.scopes = granted
	return wrong
}

// challengePattern matches a code challenge (RFC 7636 section 4.2).
var challengePattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9\-._~]{43,128}$`) })

// checkChallenge accepts only S256. An omitted method means plain (RFC 7636 section 4.3), which
// Okta does not support.
func (q *authorizeRequest) checkChallenge() *Error {
	challenge, method := q.params.Get("code_challenge"), q.params.Get("code_challenge_method")
	switch {
	case challenge == "" && method == "":
		if q.wants("code") && q.client.pkceRequired {
			return ErrChallengeMissing
		}
		return nil
	case method != "S256":
		return ErrChallengeMethod.With("S256")
	case challenge == "":
		return ErrChallengeMissing
	case !challengePattern().MatchString(challenge):
		return ErrChallenge
	}
	return nil
}

// Prompts are the values of prompt that Okta accepts.
var Prompts = []string{"none", "login", "consent", "enroll_authenticator"}

func (q *authorizeRequest) checkPrompt() *Error {
	if q.prompt != "" && !slices.Contains(Prompts, q.prompt) {
		return ErrPrompt.With(Prompts...)
	}
	text := q.params.Get("max_age")
	if text == "" {
		return nil
	}
	seconds, err := strconv.ParseInt(text, 10, 32)
	if err != nil || seconds < 0 {
		return ErrMaxAge
	}
	q.maxAge = time.Duration(seconds) * time.Second
	if q.maxAge == 0 && q.prompt == "none" {
		return ErrPromptZeroAge
	}
	return nil
}
