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
	signed        bool   // whether the parameters come from a request object
	requestURI    string // under which the parameters were pushed, or ""
	client        *client
	redirectURI   string
	responseTypes []string
	mode          string // response_mode
	state         string
	scopes        []string
	prompts       []string
	maxAge        time.Duration // negative if not given
	acr           string        // the level of assurance that the sign-in will have, of those asked for
}

func getAuthorize(c *web.Call) error { return authorize(c, c.Query()) }

// postAuthorize takes all parameters from the body, as Okta does.
func postAuthorize(c *web.Call) error {
	form, err := url.ParseQuery(string(c.Body))
	if err != nil || c.Request.URL.RawQuery != "" {
		return errorPage(c, errInvalidRequest)
	}
	return authorize(c, form)
}

// authorize answers an authorization request. It holds Server.mu except while it fetches the keys
// of a request object.
func authorize(c *web.Call, params url.Values) error {
	var remote []ClientKey
	if uri := requestKeysURI(c, params.Get("client_id"), params.Get("request")); uri != "" {
		var refused *Error
		if remote, refused = fetchKeys(c.Request.Context(), uri); refused != nil {
			return errorPage(c, refused)
		}
	}
	c.Lock.Lock()
	defer c.Lock.Unlock()
	err := authorizeUser(c, params, remote)
	if failed := c.Commit(); failed != nil {
		return failed
	}
	return err
}

// authorizeUser answers an authorization request. As long as the client and its redirect URI are
// not verified, an error is shown on a page; after that, it is sent to the redirect URI. Without
// errors the answer is the sign-in page or the code.
func authorizeUser(c *web.Call, params url.Values, remote []ClientKey) error {
	for _, values := range params {
		if len(values) > 1 {
			return errorPage(c, ErrDuplicateParams)
		}
	}
	client, wrong := clientFor(c, params, "authorize")
	if wrong != nil {
		return errorPage(c, wrong)
	}
	client.fetched = remote
	request, wrong := client.resolve(c, params)
	if wrong != nil {
		if request, untrusted := client.request(params); untrusted == nil {
			return redirectError(c, request, wrong)
		}
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

// clientFor finds the client of a request in which a user signs in.
func clientFor(c *web.Call, params url.Values, endpoint string) (*client, *Error) {
	client := clientNamed(c.Org, params.Get("client_id"))
	switch {
	case client == nil || client.app.Status != "ACTIVE":
		return nil, ErrClientID.withStatus(400)
	case client.ApplicationType == "service" && !client.allowsGrant("implicit") && !client.allowsGrant("authorization_code"):
		return nil, ErrServiceClient.With(endpoint)
	}
	return client, nil
}

// resolve returns the request whose parameters are given as they are, in a request object, or by
// the URI of a pushed request. Its redirect URI is registered for the client.
func (client *client) resolve(c *web.Call, params url.Values) (*authorizeRequest, *Error) {
	object, uri := params.Get("request"), params.Get("request_uri")
	var wrong *Error
	switch {
	case object != "" && uri != "":
		return nil, ErrObjectAndURI
	case object != "":
		params, wrong = client.openRequestObject(c, params)
	case uri != "":
		params, wrong = client.pushedParams(c, params)
	}
	if wrong != nil {
		return nil, wrong
	}
	request, wrong := client.request(params)
	if wrong != nil {
		return nil, wrong
	}
	request.signed, request.requestURI = object != "", uri
	return request, nil
}

// request reads the parameters. It checks only that the redirect URI is registered.
func (client *client) request(params url.Values) (*authorizeRequest, *Error) {
	redirectURI := params.Get("redirect_uri")
	if !client.redirectsTo(redirectURI) {
		return nil, ErrRedirectURI
	}
	request := &authorizeRequest{
		params: params, client: client, redirectURI: redirectURI, responseTypes: splitSpaces(params.Get("response_type")),
		state: params.Get("state"), scopes: splitSpaces(params.Get("scope")), prompts: splitSpaces(params.Get("prompt")), maxAge: -1,
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
		q.checkScopes, q.checkChallenge, q.checkPrompt, q.checkMaxAge, q.checkACR} {
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

// checkUnsupported refuses what the org does not have: identity providers, and authenticators that
// a user could enroll.
func (q *authorizeRequest) checkUnsupported() *Error {
	switch {
	case q.params.Get("idp") != "":
		return ErrIdP
	case !q.prompting("enroll_authenticator"):
		return nil
	case !slices.Equal(q.responseTypes, []string{"none"}):
		return ErrEnrollType
	}
	return ErrEnrollment
}

// checkResponseType requires one or more of code, id_token and token, and that the app allows all
// of them.
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
		// Pages with PKCE get a code in this mode: Okta's okta-auth-js renews tokens so.
		if q.wants("code") && (q.client.authMethod != "none" || q.params.Get("code_challenge") == "") {
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

// prompting reports whether prompt has this value, alone or with others.
func (q *authorizeRequest) prompting(value string) bool { return slices.Contains(q.prompts, value) }

// checkPrompt accepts one of Prompts, or login together with consent.
func (q *authorizeRequest) checkPrompt() *Error {
	for _, value := range q.prompts {
		alone := value != "login" && value != "consent"
		if !slices.Contains(Prompts, value) || alone && len(q.prompts) > 1 {
			return ErrPrompt.With(Prompts...)
		}
	}
	return nil
}

func (q *authorizeRequest) checkMaxAge() *Error {
	text := q.params.Get("max_age")
	if text == "" {
		return nil
	}
	seconds, err := strconv.ParseInt(text, 10, 32)
	if err != nil || seconds < 0 {
		return ErrMaxAge
	}
	q.maxAge = time.Duration(seconds) * time.Second
	if q.maxAge == 0 && q.prompting("none") {
		return ErrPromptZeroAge
	}
	return nil
}

// acrValues are the levels of assurance that a sign-in with a password reaches. Users have no other
// factor, so the highest level that is possible is the password, too.
var acrValues = []string{"urn:okta:loa:1fa:any", "urn:okta:loa:1fa:pwd", "urn:okta:loa:2fa:any:ifpossible"}

// checkACR chooses the first of the levels asked for that a sign-in can reach.
func (q *authorizeRequest) checkACR() *Error {
	asked := splitSpaces(q.params.Get("acr_values"))
	for _, level := range asked {
		if slices.Contains(acrValues, level) {
			q.acr = level
			return nil
		}
	}
	if len(asked) > 0 {
		return ErrACR
	}
	return nil
}
