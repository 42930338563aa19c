package review

import (
	"slices"

	"github.com/zclconf/go-cty/cty"
)

// Attributes and blocks of apps.
const (
	attrClientID           = "client_id"
	attrOktaAPIScopes      = "okta_api_scopes"
	attrStatus             = "status"
	attrRedirectURIs       = "redirect_uris"
	attrWildcardRedirect   = "wildcard_redirect"
	attrJWKSURI            = "jwks_uri"
	attrGrantTypes         = "grant_types"
	attrResponseTypes      = "response_types"
	attrAuthMethod         = "token_endpoint_auth_method"
	attrPKCERequired       = "pkce_required"
	attrDPoP               = "dpop_bound_access_tokens"
	attrConsentMethod      = "consent_method"
	attrRefreshRotation    = "refresh_token_rotation_type"
	attrRefreshLeeway      = "refresh_token_leeway"
	attrNetworkConnection  = "network_connection"
	attrImplicitAssignment = "implicit_assignment"
	attrAssignedGroups     = "assigned_groups"
	attrAssignedUsers      = "assigned_users"
	blockPublicKey         = "public_key"
	blockClientSecret      = "client_secret"
	blockAssignedGroup     = "assigned_group"
	blockAssignedUser      = "assigned_user"
	blockGroupsClaim       = "groups_claim"
)

// The kinds of OAuth apps. A service app acts as itself, the others act for users.
var (
	webAppKind     = serverSide(app("web_app", SignedIn, signInAttributes, logoutAttributes, backchannelAttributes, keyAttributes, secretAttributes, assignmentAttributes))
	browserAppKind = app("browser_app", SignedIn, signInAttributes, logoutAttributes, secretAttributes, assignmentAttributes)
	nativeAppKind  = app("native_app", SignedIn, signInAttributes, keyAttributes, secretAttributes, assignmentAttributes)
	serviceAppKind = app("service_app", Itself, keyAttributes, secretAttributes, []attribute{adminRoles})
)

func app(name string, acts Actor, more ...[]attribute) *kind {
	return &kind{name: name, source: "app", acts: acts, names: byLabel, attributes: slices.Concat(appAttributes, slices.Concat(more...))}
}

func serverSide(k *kind) *kind {
	k.serverSide = true
	return k
}

// appAttributes are the attributes of all apps.
var appAttributes = []attribute{
	harmless("label", "a name that people see; the app is known by its client id"),
	guardIf(attrClientID, func(_, is *Object, name string) bool { return is.text(name) != "" }),
	right(attrStatus),
	{name: attrOktaAPIScopes, meaning: meansRights, held: true},
	harmless("profile", "the owner's own properties, which nothing in the org uses"),

	guardIf(attrDPoP, turnedOff),
	guardIf(attrConsentMethod, otherThan("REQUIRED")),
	guard("issuer_mode"),
	guardIf("auto_key_rotation", turnedOff),
	guard("request_object_signing_alg"),
	guard("id_token_encrypted_response_alg"),
	guard("subject_type"),
	guard("sector_identifier_uri"),
	guardIf(attrGrantTypes, longer),
	guardIf(attrResponseTypes, longer),
	guard(attrAuthMethod),
	guardIf(attrPKCERequired, turnedOff),

	controls(attrRedirectURIs),
	guardIf("post_logout_redirect_uris", longer),
	controls(attrWildcardRedirect),
	controls(attrJWKSURI),
	harmless("client_uri", "a link that people see"),
	harmless("logo_uri", "a picture that people see"),
	harmless("tos_uri", "a link that people see"),
	harmless("policy_uri", "a link that people see"),
	guardIf("initiate_login_uri", given),
	guardIf("idp_initiated_login_mode", otherThan("DISABLED")),
	guard("idp_initiated_login_default_scope"),

	guardIf(attrNetworkConnection, otherThan("ZONE")),
	guardIf("network_include", zoned),
	guardIf("network_exclude", zoned),

	guardIf(attrImplicitAssignment, turnedOn),
	guard("user_name_template"),
	guard("user_name_template_type"),
	guard("user_name_template_suffix"),
	guard("user_name_template_push_status"),
	guardIf("accessibility_self_service", turnedOn),
	guardIf("accessibility_error_redirect_url", given),
	guardIf("accessibility_login_redirect_url", given),
	harmless("notes_admin", "a note for people"),
	harmless("notes_enduser", "a note for people"),
	harmless("hide_ios", "hides a tile; who is assigned stays the same"),
	harmless("hide_web", "hides a tile; who is assigned stays the same"),
	harmless("auto_launch", "opens the app for people who may use it already"),
	harmless("auto_submit_toolbar", "fills in a form for people who may use the app already"),
}

// signInAttributes are the attributes of apps that people sign in to.
var signInAttributes = []attribute{
	guardIf(attrRefreshRotation, staticNow),
	guardIf(attrRefreshLeeway, grown),
	{name: attrAssignedGroups, meaning: meansRights, released: true},
	{name: attrAssignedUsers, meaning: meansRights, released: true},
	guard("access_policy"),
	guardIf(blockGroupsClaim, tellsMore),
}

var logoutAttributes = []attribute{
	guardIf("participate_slo", turnedOn),
	guardIf("frontchannel_logout_uri", given),
	guard("frontchannel_logout_session_required"),
}

var backchannelAttributes = []attribute{
	guard("backchannel_custom_authenticator_id"),
	guard("backchannel_authentication_request_signing_alg"),
	guard("backchannel_token_delivery_mode"),
}

var keyAttributes = []attribute{
	{name: blockPublicKey, weakens: keyRepurposed, words: func(v cty.Value) string { return keyOf(v).kid }},
	harmless("public_key.private_key_file", "where this machine keeps the private half; what the org gets is the public key"),
	harmless("public_key.generate", "whether this machine makes a file; what the org gets is the public key"),
}

var secretAttributes = []attribute{guardIf(blockClientSecret, secretLoosened)}

var assignmentAttributes = []attribute{
	controls(blockAssignedGroup), // its groups are also in assigned_groups
	harmless("assigned_group.priority", "which group's profile the app receives; who may use it stays the same"),
	harmless("assigned_group.profile", "what the app receives about people who may use it already"),
	guardIf(blockAssignedUser, otherName),
	harmless("assigned_user.profile", "what the app receives about a user who may use it already"),
}

// key is a public_key block.
type key struct{ kid, use, alg, status, thumbprint, jwk string }

func keyOf(v cty.Value) key {
	return key{kid: text(v.GetAttr("kid")), use: text(v.GetAttr("use")), alg: text(v.GetAttr("alg")), status: text(v.GetAttr("status")),
		thumbprint: text(v.GetAttr("thumbprint")), jwk: text(v.GetAttr("public_jwk"))}
}

// keysOf returns the keys of an app.
func keysOf(o *Object) (list []key) {
	blocks, _ := o.blocks(blockPublicKey)
	for _, b := range blocks {
		list = append(list, keyOf(b))
	}
	return list
}

func (k key) active() bool { return k.status != "INACTIVE" }

// attrOfKey returns the attribute name of a key for people.
func attrOfKey(kid string) string { return blockPublicKey + "." + kid }

// secret is a client_secret block.
type secret struct {
	id, since, status, hash string
	given                   bool // by a variable
}

// secretsOf returns the client secrets of an app and whether all are known.
func secretsOf(o *Object) (list []secret, known bool) {
	blocks, known := o.blocks(blockClientSecret)
	for _, b := range blocks {
		list = append(list, secret{id: text(b.GetAttr("id")), since: text(b.GetAttr("since")), status: text(b.GetAttr("status")), hash: text(b.GetAttr("secret_hash")), given: isTrue(b.GetAttr("given"))})
	}
	return list, known
}

// keyRepurposed reports whether a remaining key has another use or algorithm than before. Added and
// removed keys have rules of their own.
func keyRepurposed(was, is *Object, _ string) bool {
	before := keysOf(was)
	return slices.ContainsFunc(keysOf(is), func(k key) bool {
		return slices.ContainsFunc(before, func(old key) bool { return old.kid == k.kid && (old.use != k.use || old.alg != k.alg) })
	})
}

// secretLoosened reports whether a client secret is added, accepted again, or no longer pinned.
func secretLoosened(was, is *Object, _ string) bool {
	active := func(o *Object) (list []string) {
		secrets, _ := secretsOf(o)
		for _, s := range secrets {
			if s.status != "INACTIVE" {
				list = append(list, s.since)
			}
		}
		return list
	}
	return unpinned(was, is) || len(without(active(is), active(was))) > 0
}

// unpinned reports whether a client secret is no longer pinned by its hash, or secrets are no
// longer managed.
func unpinned(was, is *Object) bool {
	before, _ := secretsOf(was)
	after, known := secretsOf(is)
	pins := func(secrets []secret) (list []string) {
		for _, s := range secrets {
			if s.hash != "" {
				list = append(list, s.hash)
			}
		}
		return list
	}
	return !known || len(before) > 0 && len(after) == 0 || len(without(pins(before), pins(after))) > 0 || len(without(pins(after), pins(before))) > 0
}

// staticNow reports whether refresh tokens were rotated at each use and no longer are. Without the
// refresh_token grant there is no rotation.
func staticNow(was, is *Object, name string) bool {
	return !is.get(name).IsKnown() || was.text(name) == "ROTATE" && is.text(name) == "STATIC"
}

// zoned reports whether both versions limit the app to network zones.
func zoned(was, is *Object, _ string) bool {
	return was.text(attrNetworkConnection) == "ZONE" && is.text(attrNetworkConnection) != "ANYWHERE"
}

// otherName reports whether somebody has another name in the app than before.
func otherName(was, is *Object, _ string) bool {
	names := func(o *Object) (list []string) {
		blocks, _ := o.blocks(blockAssignedUser)
		for _, b := range blocks {
			if name := text(b.GetAttr("user_name")); name != "" {
				list = append(list, refOf(b.GetAttr("user")).String()+" "+name)
			}
		}
		return list
	}
	return len(without(names(is), names(was))) > 0
}

// tellsMore reports whether the app may receive groups of a person that it didn't receive before:
// a claim that is new or different may contain others; without a claim there are none.
func tellsMore(was, is *Object, _ string) bool {
	claim := func(o *Object) (told string, known bool) {
		blocks, known := o.blocks(blockGroupsClaim)
		for _, b := range blocks {
			if text(b.GetAttr("type")) != "NONE" {
				return b.GoString(), known
			}
		}
		return "", known
	}
	after, known := claim(is)
	before, _ := claim(was)
	return !known || after != "" && after != before
}

func (o *Object) isApp() bool     { return o.facts.acts == Itself || o.facts.acts == SignedIn }
func (o *Object) isService() bool { return o.facts.acts == Itself }

// isPublic reports whether the client is public: it cannot keep a secret (RFC 6749, section 2.1).
func (o *Object) isPublic() bool {
	return o.facts.acts == SignedIn && o.text(attrAuthMethod) == "none"
}

// keyFile returns the file of a key's private half, as the configuration names it; "" if it names
// none.
func (o *Object) keyFile(kid string) string {
	for _, f := range o.keyFiles {
		if f.KID == kid {
			return f.Name
		}
	}
	return ""
}
