package config

import (
	"bytes"
	"encoding/json"
	"math/big"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// longestRetry is the maximum of retry_for: a longer delay is not eventual consistency.
const longestRetry = 5 * time.Minute

// request decodes one request block.
func (dec *smokeDecoder) request(b *schema.Block, values map[string]cty.Value, raw cty.Value, content *hcl.BodyContent, block *hcl.Block) schema.TestRequest {
	r := schema.TestRequest{Method: "GET", Path: schema.Text(values["path"]), ExpectError: schema.Text(values["expect_error"]), Range: block.DefRange}
	if m := schema.Text(values["method"]); m != "" {
		r.Method = m
	}
	r.Status = dec.statuses(values["status"], content.Attributes["status"])
	r.Headers = dec.headers(values["headers"], content.Attributes["headers"])
	r.Body = dec.body(values["body"], content.Attributes["body"], &r)
	r.RetryFor = dec.duration(values, "retry_for", content, longestRetry)
	if r.RetryFor > 0 && r.Method != "GET" {
		dec.error(content.Attributes["retry_for"], "Repeated write", "retry_for repeats a request until the answer is as expected, which is safe only for GET; a %s may take effect each time.", r.Method)
	}
	r.Unknown, r.Pattern = dec.unknown(values, content), dec.pattern(values["path"], content.Attributes["path"])
	if values["path"].IsMarked() {
		dec.error(content.Attributes["path"], "Sensitive value in a path", "Reports and the org's log show the path of a request, so it can't contain a sensitive value.")
		r.Path = ""
	}
	if path := r.Path; path != "" && (!strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsAny(path, "\\ \t\r\n")) {
		dec.error(content.Attributes["path"], "Invalid path",
			"%q is not a path on the org: a path begins with one slash, for example /api/v1/users?limit=1. The token of a smoke test is never sent to another host.", path)
	}
	nested := &b.Blocks[0] // json
	if tuple, _ := raw.GetAttr(nested.Type).Unmark(); !tuple.IsKnown() {
		r.Unknown = dec.hidden(r.Unknown, nested.Type)
		return r // a dynamic block over an unknown value
	}
	for j, declared := range content.Blocks.OfType(nested.Type) {
		inner, _ := declared.Body.Content(nested.BodySchema())
		values := dec.all(nested.Attrs, raw.GetAttr(nested.Type).Index(cty.NumberIntVal(int64(j))).AsValueMap(), inner, declared.DefRange)
		r.JSON = append(r.JSON, dec.json(nested, values, inner, declared))
	}
	return r
}

// statuses reads one status or a list of statuses.
func (dec *smokeDecoder) statuses(v cty.Value, given *hcl.Attribute) []int {
	v, _ = v.UnmarkDeep()
	if v.IsNull() {
		return []int{http.StatusOK}
	}
	if !v.IsWhollyKnown() {
		return nil
	}
	list := []cty.Value{v}
	if t := v.Type(); t.IsTupleType() || t.IsListType() || t.IsSetType() {
		list = v.AsValueSlice()
	}
	var out []int
	for _, one := range list {
		n, ok := wholeNumber(one)
		if !ok || n < 100 || n > 599 {
			dec.error(given, "Invalid HTTP status", "status must be a number from 100 to 599, or a list of such numbers.")
			return nil
		}
		out = append(out, n)
	}
	if len(out) == 0 {
		dec.error(given, "Invalid HTTP status", "status must name at least one status.")
	}
	return out
}

func wholeNumber(v cty.Value) (int, bool) {
	v, _ = v.Unmark()
	if v.IsNull() || !v.IsKnown() || v.Type() != cty.Number {
		return 0, false
	}
	n, accuracy := v.AsBigFloat().Int64()
	return int(n), accuracy == big.Exact
}

// ownHeaders are the headers that the test itself sets.
var ownHeaders = map[string]bool{"Authorization": true, "Dpop": true, "Host": true, "Cookie": true, "Content-Length": true}

func (dec *smokeDecoder) headers(v cty.Value, given *hcl.Attribute) map[string]string {
	dec.keepSecret(v)
	v, _ = v.UnmarkDeep()
	if v.IsNull() || !v.IsWhollyKnown() {
		return nil
	}
	out := map[string]string{}
	for it := v.ElementIterator(); it.Next(); {
		name, value := it.Element()
		header := http.CanonicalHeaderKey(name.AsString())
		if ownHeaders[header] {
			dec.error(given, "Header of the test itself", "%s can't be set: the test sets it itself.", header)
		}
		if value.IsNull() || strings.ContainsAny(header+value.AsString(), "\r\n") {
			dec.error(given, "Invalid header", "The header %s must have a value without line breaks.", header)
			continue
		}
		out[header] = value.AsString()
	}
	return out
}

// body returns a string unchanged and anything else as JSON.
func (dec *smokeDecoder) body(v cty.Value, given *hcl.Attribute, r *schema.TestRequest) string {
	dec.keepSecret(v)
	v, _ = v.UnmarkDeep()
	switch {
	case v.IsNull() || !v.IsWhollyKnown():
		return ""
	case r.Method == http.MethodGet:
		dec.error(given, "Body of a GET", "A GET has no body.")
		return ""
	case v.Type() == cty.String:
		return v.AsString()
	}
	text, err := ctyjson.Marshal(v, v.Type())
	if err != nil {
		dec.error(given, "Not JSON", "body can't be written as JSON: %s.", err)
	}
	return string(text)
}

// keepSecret records the sensitive strings in a value, which reports must not show.
func (dec *smokeDecoder) keepSecret(v cty.Value) {
	_ = cty.Walk(v, func(_ cty.Path, v cty.Value) (bool, error) {
		if !v.IsMarked() {
			return true, nil
		}
		bare, _ := v.UnmarkDeep()
		return false, cty.Walk(bare, func(_ cty.Path, v cty.Value) (bool, error) {
			if s := schema.Text(v); s != "" {
				dec.test.Secrets = append(dec.test.Secrets, schema.NewSecret(s))
			}
			return true, nil
		})
	})
}

// duration reads an attribute such as "10s". Null is zero.
func (dec *smokeDecoder) duration(values map[string]cty.Value, name string, content *hcl.BodyContent, longest time.Duration) time.Duration {
	text := schema.Text(values[name])
	if text == "" {
		return 0
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 || d > longest {
		dec.error(content.Attributes[name], "Invalid duration", "%s must be a duration such as 10s or 2m, at most %s, not %q.", name, longest, text)
		return 0
	}
	return d
}

// json decodes one json block: each attribute except path is a check.
func (dec *smokeDecoder) json(b *schema.Block, values map[string]cty.Value, content *hcl.BodyContent, block *hcl.Block) schema.TestJSON {
	out := schema.TestJSON{}
	text := schema.Text(values["path"])
	if text == "" {
		text = "$"
	}
	path, err := schema.ParseJSONPath(text)
	if err != nil {
		dec.error(content.Attributes["path"], "Invalid place", "%s.", err)
	}
	out.Path, out.Unknown = path, dec.unknown(values, content)
	given := false
	for i := range b.Attrs {
		name := b.Attrs[i].Name
		check, ok := content.Attributes[name]
		v := values[name]
		if name == "path" || !ok {
			continue
		}
		given = true
		dec.keepSecret(v)
		v, _ = v.UnmarkDeep()
		if !v.IsWhollyKnown() || v.IsNull() && b.Attrs[i].Type != cty.DynamicPseudoType {
			continue
		}
		out.Checks = append(out.Checks, dec.jsonCheck(name, v, check))
	}
	if !given {
		dec.error(&hcl.Attribute{Range: block.DefRange}, "Nothing to check", "A json block needs at least one of equals, not_equals, contains, matches, exists, type, length, min_length and max_length.")
	}
	return out
}

func (dec *smokeDecoder) jsonCheck(name string, v cty.Value, given *hcl.Attribute) schema.TestCheck {
	if name == "matches" {
		if _, err := regexp.Compile(v.AsString()); err != nil {
			dec.error(given, "Invalid regular expression", "%s.", err)
		}
	}
	if strings.HasSuffix(name, "length") {
		if n, ok := wholeNumber(v); !ok || n < 0 {
			dec.error(given, "Invalid length", "%s must be a whole number, 0 or more.", name)
		}
	}
	want, err := plainJSON(v)
	if err != nil {
		dec.error(given, "Not JSON", "%s can't be written as JSON: %s.", name, err)
	}
	return schema.TestCheck{Op: name, Want: want}
}

// plainJSON returns a value in the form of encoding/json, with exact numbers.
func plainJSON(v cty.Value) (any, error) {
	text, err := ctyjson.Marshal(v, v.Type())
	if err != nil {
		return nil, err
	}
	var out any
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	return out, decoder.Decode(&out)
}

// token decodes the token block.
func (dec *smokeDecoder) token(values map[string]cty.Value, content *hcl.BodyContent, block *hcl.Block) *schema.TestToken {
	t := &schema.TestToken{Type: schema.Text(values["type"]), Range: block.DefRange}
	if v := values["scp"]; !v.IsNull() {
		t.Scopes = append([]string{}, strs(v)...)
	}
	if v := values["lifetime"]; !v.IsNull() {
		n, ok := wholeNumber(v)
		if !ok || n <= 0 {
			dec.error(content.Attributes["lifetime"], "Invalid lifetime", "lifetime must be a whole number of seconds.")
		}
		t.Lifetime = &n
	}
	t.Claims = dec.claims("claims", values, content)
	t.IDClaims = dec.claims("id_token_claims", values, content)
	return t
}

// claims decodes an attribute that says which claims a token has.
func (dec *smokeDecoder) claims(attr string, values map[string]cty.Value, content *hcl.BodyContent) map[string]any {
	v := values[attr]
	dec.keepSecret(v)
	v, _ = v.UnmarkDeep()
	switch {
	case v.IsNull() || !v.IsWhollyKnown():
		return nil
	case !v.Type().IsObjectType() && !v.Type().IsMapType():
		dec.error(content.Attributes[attr], "Not an object", "%s is an object, for example { cid = service_app.NAME.client_id }.", attr)
		return nil
	}
	claims := map[string]any{}
	for it := v.ElementIterator(); it.Next(); {
		name, value := it.Element()
		plain, err := plainJSON(value)
		if err != nil {
			dec.error(content.Attributes[attr], "Not JSON", "%s.", err)
		}
		claims[name.AsString()] = plain
	}
	return claims
}

// validate finds tests that cannot pass, whatever the org answers.
func (dec *smokeDecoder) validate(attrs map[string]cty.Value, content *hcl.BodyContent) {
	test := &dec.test
	header := &hcl.Attribute{Range: dec.n.rng}
	at := func(name string) *hcl.Attribute {
		if a, ok := content.Attributes[name]; ok {
			return a
		}
		return header
	}
	kind := kinds.Named(test.App.Addr.Kind)
	in := test.SignIn
	begins := in != nil || !attrs["refresh_token"].IsNull()
	switch {
	case kind != nil && kind.Machine && in != nil:
		dec.error(header, "Nobody signs in to a "+kind.Title, "%s is a "+kind.Title+" and gets tokens in its own name: remove sign_in.", test.App.Addr)
	case kinds.GrantType(test) == "authorization_code" && !begins && test.ExpectError == "":
		dec.error(header, "Nobody signs in", "%s gets tokens on behalf of a user: add\n\n  sign_in {\n    user     = user.NAME\n    password = var.NAME\n  }", test.App)
	case test.Grant == "refresh_token" && attrs["refresh_token"].IsNull():
		dec.error(at("grant_type"), "Nothing to refresh", "grant_type = \"refresh_token\" needs refresh_token. refresh = true uses the refresh token of a sign-in.")
	case in != nil && !attrs["refresh_token"].IsNull():
		dec.error(at("refresh_token"), "Two ways to sign in", "refresh_token replaces a sign_in block: keep one of them.")
	case in != nil && !in.Browser && in.Login == "":
		dec.error(header, "Nobody signs in", "sign_in needs user and password, or browser = true.")
	case test.Refresh && !begins:
		dec.error(at("refresh"), "Nothing to refresh", "Only a user's sign-in gives a refresh token: add a sign_in block.")
	case test.ExpectError != "" && (len(test.Requests) > 0 || test.Token != nil):
		dec.error(header, "Request without a token", "If the token is expected to be refused (expect_error), no request can follow.")
	case test.ExpectMessage != "" && test.ExpectError == "":
		dec.error(at("expect_message"), "No error expected", "expect_message needs expect_error.")
	case test.Generate != "" && (len(test.Scopes) > 0 || test.ExpectError != "" || len(test.Requests) > 0):
		dec.error(at("generate"), "Two kinds of test", "generate derives scopes and requests from the declarations: put explicit ones into a smoke_test of their own.")
	case test.Generate != "" && kind == nil:
		dec.error(at("generate"), "Nothing to derive from", "generate needs an app that is declared here.")
	case test.Generate == "" && len(test.Scopes)+len(test.Refused) == 0 && attrs["scopes"].IsNull():
		dec.error(header, "Nothing to test", "A smoke test needs scopes, refused_scopes or generate.")
	case len(test.Requests) > 0 && len(test.Scopes) == 0 && attrs["scopes"].IsNull():
		dec.error(header, "Request without a token", "The requests need a token: set scopes.")
	}
}
