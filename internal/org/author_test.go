package org_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// author writes configurations from the table of the language: what is added to
// the table is written too. pick chooses one of n.
type author struct {
	t    testing.TB
	pick func(n int) int
	jwk  string // a public key as HCL
}

func newAuthor(t testing.TB, pick func(n int) int) *author {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	b64 := base64.RawURLEncoding.EncodeToString
	return &author{t: t, pick: pick, jwk: fmt.Sprintf(`{ kty = "EC", crv = "P-256", x = %q, y = %q }`, b64(point[1:33]), b64(point[33:]))}
}

// piece is an attribute or nested block as it stands in an object's block, or
// several that only go together: their names, separated by spaces.
type piece struct {
	name, text string
	base       bool // may give way to another piece
}

func (p piece) names() []string { return strings.Fields(p.name) }

// written is an object's block in the making.
type written struct {
	kind   *schema.Kind
	name   string
	pieces []piece
}

func (w *written) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %q {\n", w.kind.Name, w.name)
	for _, p := range w.pieces {
		b.WriteString(p.text)
	}
	b.WriteString("}\n")
	return b.String()
}

// base is an object of each kind with what it can't do without. Admin blocks are
// about somebody who exists, and so have tests of their own.
func (a *author) base() []*written {
	var out []*written
	for _, k := range kinds.All() {
		if k.OnExisting {
			continue
		}
		w := &written{kind: k, name: "x"}
		for i := range k.Attrs {
			if attr := &k.Attrs[i]; attr.Required {
				p := a.attr(k, attr)
				p.base = true
				w.pieces = append(w.pieces, p)
			}
		}
		switch k.Name {
		case "service_app":
			p := a.block(k.Block("public_key"))
			p.base = true
			w.pieces = append(w.pieces, p)
		case "resource_set":
			w.pieces = append(w.pieces, piece{name: "groups", text: "  groups = [group.x]\n", base: true})
		case "network_zone":
			w.pieces = append(w.pieces, piece{name: "gateways", text: "  gateways = [\"192.0.2.0/24\"]\n", base: true})
		}
		out = append(out, w)
	}
	return out
}

// options are all pieces that an object may have beyond the base.
func (a *author) options(w *written) []piece {
	var out []piece
	for i := range w.kind.Attrs {
		attr := &w.kind.Attrs[i]
		if attr.Required || attr.Computed && !attr.Settable {
			continue
		}
		out = append(out, a.attr(w.kind, attr))
	}
	for i := range w.kind.Blocks {
		out = append(out, a.block(&w.kind.Blocks[i]))
	}
	return slices.DeleteFunc(append(out, together(w.kind)...), func(p piece) bool { return p.text == "" })
}

// together lists attributes that need each other.
func together(k *schema.Kind) []piece {
	var out []piece
	for _, text := range []string{
		"password = \"Correct-horse-9\"\npassword_version = \"2020-01-01\"",
		"jwks_uri = \"https://keys.example.com/jwks\"",
		"token_endpoint_auth_method = \"client_secret_post\"\nclient_secret \"2020-01-01\" {}",
		"grant_types = [\"authorization_code\", \"refresh_token\"]\nrefresh_token_rotation_type = \"ROTATE\"\nrefresh_token_leeway = 5",
		"grant_types = [\"authorization_code\", \"implicit\"]\nresponse_types = [\"code\", \"id_token\"]",
		"grant_types = [\"client_credentials\"]\nresponse_types = [\"token\"]",
		"network_connection = \"ZONE\"\nnetwork_include = [\"ALL_ZONES\"]",
		"network_connection = \"ZONE\"\nnetwork_exclude = [\"ALL_ZONES\"]",
		"user_name_template_type = \"CUSTOM\"\nuser_name_template_push_status = \"PUSH\"",
		"jwks_uri = \"https://keys.example.com/jwks\"\nid_token_encrypted_response_alg = \"RSA-OAEP-256\"",
		"subject_type = \"pairwise\"\nsector_identifier_uri = \"https://a.example.com/sector\"",
		"grant_types = [\"authorization_code\", \"urn:openid:params:grant-type:ciba\"]\nbackchannel_token_delivery_mode = \"poll\"\nbackchannel_custom_authenticator_id = \"aut1abcdefghijklmnop\"\nbackchannel_authentication_request_signing_alg = \"RS256\"",
		"type = \"DYNAMIC\"\nlocations = [\"DE\"]\nasns = [\"64496\"]\nproxy_type = \"Any\"",
		"type = \"DYNAMIC_V2\"\nlocations = [\"US\"]\nlocations_exclude = [\"US-CA\"]\nasns = [\"64496\"]\nasns_exclude = [\"64497\"]\nip_service_categories = [\"ALL_ANONYMIZERS\"]\nip_service_categories_exclude = [\"GOOGLE_VPN\"]",
		"scopes = [\"CORS\", \"IFRAME_EMBED\"]\nallowed_okta_apps = [\"OKTA_ENDUSER\"]",
	} {
		p := piece{}
		for line := range strings.SplitSeq(text, "\n") {
			name, _, _ := strings.Cut(line, " ")
			p.name += name + " "
			p.text += "  " + line + "\n"
		}
		if !slices.ContainsFunc(p.names(), func(name string) bool { return k.Attr(name) == nil && k.Block(name) == nil }) {
			if k.Name == "service_app" && strings.Contains(text, "jwks_uri") { // which signs with a key of one kind or the other
				p.name += "public_key "
			}
			if k.Name == "network_zone" { // of another type than the base, which has addresses
				p.name += "gateways "
			}
			out = append(out, p)
		}
	}
	return out
}

func (a *author) attr(k *schema.Kind, attr *schema.Attr) piece {
	text := a.value(attr)
	if attr.Name == k.Label && k.Name != "user" {
		text = fmt.Sprintf("%q", "The "+k.Title+[]string{"", " (2)", " (3)"}[a.pick(3)])
	}
	if attr.Name == "client_id" { // unique in an org
		text = fmt.Sprintf("%q", k.Name+[]string{"-1", "-2"}[a.pick(2)])
	}
	if text == "" {
		return piece{name: attr.Name}
	}
	return piece{name: attr.Name, text: fmt.Sprintf("  %s = %s\n", attr.Name, text)}
}

// special holds values that the type alone doesn't tell.
func (a *author) special(name string) (string, bool) {
	switch name {
	case "login":
		return `"ada@example.com"`, true
	case "email":
		return a.of(`"ada@example.com"`, `"ada.l@example.com"`), true
	case "okta_api_scopes":
		return a.some("okta.users.read", "okta.groups.read", "okta.apps.read", "okta.logs.read"), true
	case "permissions":
		return a.of(`["okta.users.read"]`, `["okta.groups.read", "okta.users.read"]`), true
	case "idp_initiated_login_default_scope":
		return a.some("openid", "profile", "email"), true
	case "network_include", "network_exclude":
		return `["ALL_ZONES"]`, true
	case "user_name_template":
		return a.of(`"$${source.email}"`, `"$${source.login}"`), true
	case "profile":
		return a.of(`{ team = "a" }`, `{ team = "b", n = 1 }`), true
	case "gateways":
		return a.of(`["192.0.2.0/24"]`, `["192.0.2.0/24", "198.51.100.4-198.51.100.9"]`), true
	case "proxies":
		return `["203.0.113.1/32"]`, true
	case "origin":
		return a.of(`"https://a.example.com"`, `"https://b.example.com"`), true
	case "access_policy":
		return a.of(`"Any two factors"`, `"Password only"`), true
	case "password":
		return `"Correct-horse-9"`, true
	case "password_version":
		return `"2020-01-01"`, true
	case "all_apps_of":
		return a.some("oidc_client", "bookmark"), true
	case "resources":
		return a.some("/api/v1/authorizationServers/aus1", "orn:okta:idp::policies:rst1", "orn:okta:directory:00o1:users"), true
	case "include", "exclude":
		return `{ "okta:ResourceAttribute/User/Profile" = ["city"] }`, true
	}
	return "", false
}

func (a *author) value(attr *schema.Attr) string {
	if text, ok := a.special(attr.Name); ok {
		return text
	}
	uri := strings.Contains(attr.Name, "uri") || strings.Contains(attr.Name, "url")
	switch t := attr.Type; {
	case len(attr.OneOf) > 0 && t == cty.String:
		return fmt.Sprintf("%q", attr.OneOf[a.pick(len(attr.OneOf))])
	case len(attr.OneOf) > 0:
		return a.some(attr.OneOf...)
	case t == cty.Bool:
		return a.of("true", "false")
	case t == cty.Number:
		return a.of("0", "5", "30")
	case schema.IsRef(t):
		ref := attr.Refs[a.pick(len(attr.Refs))] + ".x"
		if t.IsListType() {
			return a.of("["+ref+"]", "[]")
		}
		return ref
	case t == cty.String && uri:
		return a.of(`"https://a.example.com/x"`, `"https://b.example.com/y"`)
	case t.Equals(cty.List(cty.String)) && uri:
		return a.of(`["https://a.example.com/x"]`, `["https://b.example.com/y", "https://a.example.com/x"]`)
	case t == cty.String:
		return a.of(`"One"`, `"Two [in brackets]"`)
	}
	return ""
}

func (a *author) of(texts ...string) string { return texts[a.pick(len(texts))] }

// some is a list of one or two of the values.
func (a *author) some(values ...string) string {
	i, j := a.pick(len(values)), a.pick(len(values))
	if i == j {
		return fmt.Sprintf("[%q]", values[i])
	}
	return fmt.Sprintf("[%q, %q]", values[i], values[j])
}

func (a *author) block(b *schema.Block) piece {
	label, inner := "", ""
	switch b.Type {
	case "public_key":
		label, inner = "key-1", "    jwk = "+a.jwk+"\n"
	case "condition":
		label, inner = "okta.users.read", "    include = { \"okta:ResourceAttribute/User/Profile\" = [\"city\"] }\n"
	case "admin_role":
		label = []string{"READ_ONLY_ADMIN", "REPORT_ADMIN", "CUSTOM", "HELP_DESK_ADMIN", "APP_ADMIN"}[a.pick(5)]
		inner = map[string]string{"CUSTOM": "    role = custom_role.x\n    resource_set = resource_set.x\n",
			"HELP_DESK_ADMIN": "    target_groups = [group.x]\n", "APP_ADMIN": "    target_apps = [web_app.x]\n"}[label]
	case "groups_claim":
		return piece{name: b.Type, text: "  groups_claim {\n    filter_type = \"EQUALS\"\n    name = \"groups\"\n    value = " + a.of(`"a"`, `"b"`) + "\n  }\n"}
	case "assigned_group":
		return piece{name: b.Type, text: "  assigned_group {\n    group = group.x\n    priority = 0\n  }\n"}
	case "assigned_user":
		return piece{name: b.Type, text: "  assigned_user {\n    user = user.x\n    user_name = \"ada\"\n  }\n"}
	default:
		return piece{name: b.Type}
	}
	return piece{name: b.Type, text: fmt.Sprintf("  %s %q {\n%s  }\n", b.Type, label, inner)}
}

// grow adds pieces to the objects as far as the configuration stays valid. A
// piece may take the place of what the base has.
func (a *author) grow(dir string, objects []*written, wanted func(*written, piece) bool) {
	for _, w := range objects {
		for _, p := range a.options(w) {
			clash := func(have piece) bool {
				return slices.ContainsFunc(have.names(), func(name string) bool { return slices.Contains(p.names(), name) })
			}
			if !wanted(w, p) || slices.ContainsFunc(w.pieces, func(have piece) bool { return !have.base && clash(have) }) {
				continue
			}
			before := w.pieces
			w.pieces = append(slices.DeleteFunc(slices.Clone(before), clash), p)
			if w.assignsInactive() {
				w.pieces = before
			} else if c, diags := a.load(dir, objects); diags.HasErrors() {
				w.pieces = before
			} else {
				_ = c.Close()
			}
		}
	}
}

// assignsInactive reports whether the object is an inactive app with assignments, which
// Okta refuses to make.
func (w *written) assignsInactive() bool {
	text := w.text()
	return w.kind.IsApp() && strings.Contains(text, "status = \"INACTIVE\"") && strings.Contains(text, "  assigned_")
}

func (a *author) text(objects []*written) string {
	var b strings.Builder
	b.WriteString("org {\n  owner = \"team/iam\"\n}\n")
	for _, w := range objects {
		b.WriteString(w.text())
	}
	return b.String()
}

func (a *author) load(dir string, objects []*written) (*config.Config, hcl.Diagnostics) {
	return loadText(a.t, dir, a.text(objects))
}

func loadText(t testing.TB, dir, text string) (*config.Config, hcl.Diagnostics) {
	if err := os.WriteFile(filepath.Join(dir, "main.hcl"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, diags := config.Load(dir, config.Options{})
	if diags.HasErrors() {
		_ = c.Close()
		return nil, diags
	}
	diags = append(diags, c.Validate()...)
	if diags.HasErrors() {
		_ = c.Close()
	}
	return c, diags
}

// everything names each attribute and nested block of the table that the author
// is to write.
func everything() map[string]bool {
	all := map[string]bool{}
	for _, k := range kinds.All() {
		for _, attr := range k.Attrs {
			if !k.OnExisting && !attr.Required && !(attr.Computed && !attr.Settable) {
				all[k.Name+" "+attr.Name] = true
			}
		}
		for _, b := range k.Blocks {
			if !k.OnExisting {
				all[k.Name+" "+b.Type] = true
			}
		}
	}
	return all
}

func sortedKeys(m map[string]bool) []string { return slices.Sorted(maps.Keys(m)) }
