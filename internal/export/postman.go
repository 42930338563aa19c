package export

import (
	"cmp"
	_ "embed" // the script that signs
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/oktaform/oktaform/internal/catalog"
	"github.com/oktaform/oktaform/schema"
)

//go:embed sign.js
var signScript string

// Secrets are the secrets of an app; zero if they were not requested.
type Secrets struct {
	ClientSecret schema.Secret
	PrivateJWK   schema.Secret // the private key as a JWK with its kid
}

// Postman returns an environment and a collection (format 2.1) with a folder for each app: service
// apps with a script that signs the assertion and gets a token, others with authorization code and
// PKCE configured as in Okta's guide. Secrets, by address, are only in the environment, in
// variables of type secret.
func Postman(org, name string, apps []schema.TestApp, secrets map[string]Secrets) (environment, collection []byte, err error) {
	env := postmanEnvironment{Name: name, Scope: "environment", Values: []postmanValue{{"org", org, "default", true}}}
	all := postmanCollection{Info: postmanInfo{name, "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"}, Items: []postmanItem{}}
	for _, app := range apps {
		env.add(app, secrets[app.Addr.String()])
		all.Items = append(all.Items, appFolder(app))
	}
	if environment, err = json.MarshalIndent(env, "", "  "); err != nil {
		return nil, nil, err
	}
	collection, err = json.MarshalIndent(all, "", "  ")
	return append(environment, '\n'), append(collection, '\n'), err
}

type postmanEnvironment struct {
	Name   string         `json:"name"`
	Values []postmanValue `json:"values"`
	Scope  string         `json:"_postman_variable_scope"`
}

type postmanValue struct {
	Key     string `json:"key"`
	Value   string `json:"value"`
	Type    string `json:"type"` // default or secret
	Enabled bool   `json:"enabled"`
}

type postmanCollection struct {
	Info  postmanInfo   `json:"info"`
	Items []postmanItem `json:"item"`
}

type postmanInfo struct {
	Name   string `json:"name"`
	Schema string `json:"schema"`
}

// postmanItem is a folder or a request.
type postmanItem struct {
	Name        string          `json:"name"`
	Description string          `json:"description,omitempty"`
	Items       []postmanItem   `json:"item,omitempty"`
	Auth        map[string]any  `json:"auth,omitempty"`
	Events      []postmanEvent  `json:"event,omitempty"`
	Request     *postmanRequest `json:"request,omitempty"`
}

type postmanEvent struct {
	Listen string `json:"listen"`
	Script struct {
		Type string   `json:"type"`
		Exec []string `json:"exec"`
	} `json:"script"`
}

type postmanRequest struct {
	Method string         `json:"method"`
	Header []postmanValue `json:"header"`
	URL    string         `json:"url"`
}

// add adds the variables of an app.
func (env *postmanEnvironment) add(app schema.TestApp, secrets Secrets) {
	prefix := variablePrefix(app)
	env.Values = append(env.Values, postmanValue{prefix + "client_id", app.Shown(app.ClientID), "default", true})
	switch {
	case app.AuthMethod == "private_key_jwt":
		env.Values = append(env.Values, postmanValue{prefix + "private_jwk", secrets.PrivateJWK.Reveal(), "secret", true})
	case strings.HasPrefix(app.AuthMethod, "client_secret_"):
		env.Values = append(env.Values, postmanValue{prefix + "client_secret", secrets.ClientSecret.Reveal(), "secret", true})
	}
}

var notWord = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\W+`) })

// variablePrefix returns the prefix of the names of an app's variables.
func variablePrefix(app schema.TestApp) string {
	return strings.Trim(notWord().ReplaceAllString(app.Addr.String(), "_"), "_") + "_"
}

func appFolder(app schema.TestApp) postmanItem {
	folder := postmanItem{Name: app.Addr.String(), Items: []postmanItem{}}
	if app.AuthMethod == "private_key_jwt" {
		folder.Auth = auth("bearer", [2]any{"token", "{{access_token}}"})
		folder.Description = "The pre-request script gets a token for each request. The key is the variable " + variablePrefix(app) + "private_jwk."
		event := postmanEvent{Listen: "prerequest"}
		event.Script.Type = "text/javascript"
		script := strings.NewReplacer("@PREFIX@", variablePrefix(app), "@SCOPES@", scriptText(strings.Join(app.Granted, " "))).Replace(signScript)
		event.Script.Exec = strings.Split(strings.TrimSpace(script), "\n")
		folder.Events = []postmanEvent{event}
	} else {
		folder.Auth = codeFlow(app)
		folder.Description = "Open Authorization, and choose Get New Access Token: a browser signs you in. The redirect URI " + cmp.Or(app.Shown(app.RedirectURI), "(sensitive)") + " is the app's; declare Postman's own, https://oauth.pstmn.io/v1/callback, in redirect_uris to have Postman's browser come back by itself."
	}
	if app.DPoP {
		folder.Description += " The app requires DPoP, which Postman doesn't support: use `oktaform request " + app.Addr.ShellWord() + " GET PATH` for it."
	}
	for _, path := range readable(app) {
		folder.Items = append(folder.Items, postmanItem{Name: "GET " + path, Request: &postmanRequest{
			Method: "GET", Header: []postmanValue{{Key: "Accept", Value: "application/json", Type: "text", Enabled: true}}, URL: "{{org}}" + path}})
	}
	return folder
}

// scriptText returns a text for use between single quotes in the script.
func scriptText(text string) string {
	quoted, _ := json.Marshal(text) // cannot fail for strings
	return strings.ReplaceAll(string(quoted[1:len(quoted)-1]), "'", `\u0027`)
}

// postmanCallback is the redirect URI where Postman receives the authorization code.
const postmanCallback = "https://oauth.pstmn.io/v1/callback"

// codeFlow returns the settings for authorization code with PKCE, as in Okta's guide.
func codeFlow(app schema.TestApp) map[string]any {
	redirect := app.Shown(app.RedirectURI)
	if slices.Contains(app.RedirectURIs, postmanCallback) {
		redirect = postmanCallback
	}
	place := "header"
	if app.AuthMethod != "client_secret_basic" {
		place = "body"
	}
	prefix := variablePrefix(app)
	settings := [][2]any{
		{"tokenName", app.Addr.String()}, {"grant_type", "authorization_code_with_pkce"},
		{"authUrl", "{{org}}/oauth2/v1/authorize"}, {"accessTokenUrl", "{{org}}/oauth2/v1/token"},
		{"redirect_uri", redirect}, {"useBrowser", redirect == postmanCallback}, {"clientId", "{{" + prefix + "client_id}}"},
		{"scope", strings.Join(append([]string{"openid"}, app.Granted...), " ")}, {"state", "{{$guid}}"},
		{"challengeAlgorithm", "S256"}, {"client_authentication", place}, {"addTokenTo", "header"}, {"headerPrefix", "Bearer"},
	}
	if strings.HasPrefix(app.AuthMethod, "client_secret_") {
		settings = append(settings, [2]any{"clientSecret", "{{" + prefix + "client_secret}}"})
	}
	return auth("oauth2", settings...)
}

// auth returns an authorization in Postman's form: a list of keys and values.
func auth(kind string, settings ...[2]any) map[string]any {
	var list []map[string]any
	for _, s := range settings {
		typ := "string"
		if _, ok := s[1].(bool); ok {
			typ = "boolean"
		}
		list = append(list, map[string]any{"key": s[0], "value": s[1], "type": typ})
	}
	return map[string]any{"type": kind, kind: list}
}

// readable returns paths that the app's scopes allow to read: the shortest one without parameters
// for each scope.
func readable(app schema.TestApp) []string {
	var paths []string
	for _, scope := range app.Granted {
		best := ""
		for _, o := range catalog.Operations(scope) {
			if o.Method == "GET" && !strings.Contains(o.Path, "{") && (best == "" || len(o.Path) < len(best)) {
				best = o.Path
			}
		}
		if best != "" && !slices.Contains(paths, best) {
			paths = append(paths, best)
		}
	}
	return paths
}
