package access

import (
	"regexp"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
)

// Attributes and blocks of apps.
const (
	AttrClientID           = "client_id"
	AttrOktaAPIScopes      = "okta_api_scopes"
	AttrStatus             = "status"
	AttrRedirectURIs       = "redirect_uris"
	AttrWildcardRedirect   = "wildcard_redirect"
	AttrJWKSURI            = "jwks_uri"
	AttrGrantTypes         = "grant_types"
	AttrResponseTypes      = "response_types"
	AttrAuthMethod         = "token_endpoint_auth_method"
	AttrPKCERequired       = "pkce_required"
	AttrDPoP               = "dpop_bound_access_tokens"
	AttrConsentMethod      = "consent_method"
	AttrRefreshRotation    = "refresh_token_rotation_type"
	AttrRefreshLeeway      = "refresh_token_leeway"
	AttrNetworkConnection  = "network_connection"
	AttrImplicitAssignment = "implicit_assignment"
	AttrAssignedGroups     = "assigned_groups"
	AttrAssignedUsers      = "assigned_users"
	BlockPublicKey         = "public_key"
	BlockClientSecret      = "client_secret"
	blockAssignedGroup     = "assigned_group"
	blockAssignedUser      = "assigned_user"
	blockGroupsClaim       = "groups_claim"
)

// The kinds of OAuth apps. A service app acts as itself, the others act for users.
var (
	webAppKind     = serverSide(app("web_app", SignedIn, signInAttributes, logoutAttributes, backchannelAttributes, keyAttributes, secretAttributes, assignmentAttributes))
	browserAppKind = app("browser_app", SignedIn, signInAttributes, logoutAttributes, secretAttributes, assignmentAttributes)
	NativeAppKind  = app("native_app", SignedIn, signInAttributes, keyAttributes, secretAttributes, assignmentAttributes)
	serviceAppKind = app("service_app", Itself, keyAttributes, secretAttributes, []Attribute{adminRoles})
)

func app(name string, acts Actor, more ...[]Attribute) *Kind {
	return &Kind{name: name, Source: "app", acts: acts, names: byLabel, Attributes: slices.Concat(appAttributes, slices.Concat(more...))}
}

func serverSide(k *Kind) *Kind {
	k.ServerSide = true
	return k
}

// appAttributes are the attributes of all apps.
var appAttributes = []Attribute{
	harmless("label", "a name that people see; the app is known by its client id"),
	guardIf(AttrClientID, func(_, is *Object, name string) bool { return is.Text(name) != "" }),
	right(AttrStatus),
	{Name: AttrOktaAPIScopes, Meaning: MeansRights, Held: true},
	{Name: AttrProfile, Meaning: MeansClaims},

	guardIf(AttrDPoP, turnedOff),
	guardIf(AttrConsentMethod, otherThan("REQUIRED")),
	guard("issuer_mode"),
	guardIf("auto_key_rotation", turnedOff),
	guard("request_object_signing_alg"),
	guard("id_token_encrypted_response_alg"),
	guard("subject_type"),
	guard("sector_identifier_uri"),
	guardIf(AttrGrantTypes, longer),
	guardIf(AttrResponseTypes, longer),
	guard(AttrAuthMethod),
	guardIf(AttrPKCERequired, turnedOff),

	controls(AttrRedirectURIs),
	guardIf("post_logout_redirect_uris", longer),
	controls(AttrWildcardRedirect),
	controls(AttrJWKSURI),
	harmless("client_uri", "a link that people see"),
	harmless("logo_uri", "a picture that people see"),
	harmless("tos_uri", "a link that people see"),
	harmless("policy_uri", "a link that people see"),
	guardIf("initiate_login_uri", given),
	guardIf("idp_initiated_login_mode", otherThan("DISABLED")),
	guard("idp_initiated_login_default_scope"),

	guardIf(AttrNetworkConnection, otherThan("ZONE")),
	guardIf("network_include", zoned),
	guardIf("network_exclude", zoned),

	guardIf(AttrImplicitAssignment, turnedOn),
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
var signInAttributes = []Attribute{
	guardIf(AttrRefreshRotation, staticNow),
	guardIf(AttrRefreshLeeway, grown),
	{Name: AttrAssignedGroups, Meaning: MeansRights, Released: true},
	{Name: AttrAssignedUsers, Meaning: MeansRights, Released: true},
	guard("access_policy"),
	guardIf(blockGroupsClaim, tellsMore),
}

var logoutAttributes = []Attribute{
	guardIf("participate_slo", turnedOn),
	guardIf("frontchannel_logout_uri", given),
	guard("frontchannel_logout_session_required"),
}

var backchannelAttributes = []Attribute{
	guard("backchannel_custom_authenticator_id"),
	guard("backchannel_authentication_request_signing_alg"),
	guard("backchannel_token_delivery_mode"),
}

var keyAttributes = []Attribute{
	{Name: BlockPublicKey, Weakens: keyRepurposed, words: func(v cty.Value) string { return keyOf(v).KID }},
	harmless("public_key.private_key_file", "where this machine keeps the private half; what the org gets is the public key"),
	harmless("public_key.generate", "whether this machine makes a file; what the org gets is the public key"),
}

var secretAttributes = []Attribute{guardIf(BlockClientSecret, secretLoosened)}

var assignmentAttributes = []Attribute{
	controls(blockAssignedGroup), // its groups are also in assigned_groups
	guardIf(blockAssignedUser, otherName),
}

// Key is a public_key block.
type Key struct{ KID, Use, alg, status, Thumbprint, JWK string }

func keyOf(v cty.Value) Key {
	return Key{KID: Text(v.GetAttr("kid")), Use: Text(v.GetAttr("use")), alg: Text(v.GetAttr("alg")), status: Text(v.GetAttr("status")),
		Thumbprint: Text(v.GetAttr("thumbprint")), JWK: Text(v.GetAttr("public_jwk"))}
}

// KeysOf returns the keys of an app.
func KeysOf(o *Object) (list []Key) {
	blocks, _ := o.Blocks(BlockPublicKey)
	for _, b := range blocks {
		list = append(list, keyOf(b))
	}
	return list
}

// Active reports whether Okta accepts signatures of the key.
func (k Key) Active() bool { return k.status != "INACTIVE" }

// AttrOfKey returns the attribute name of a key for people.
func AttrOfKey(kid string) string { return BlockPublicKey + "." + kid }

// Secret is a client_secret block.
type Secret struct {
	ID, Since, status, hash string
	Given                   bool // by a variable
}

// SecretsOf returns the client secrets of an app and whether all are known.
func SecretsOf(o *Object) (list []Secret, known bool) {
	blocks, known := o.Blocks(BlockClientSecret)
	for _, b := range blocks {
		list = append(list, Secret{ID: Text(b.GetAttr("id")), Since: Text(b.GetAttr("since")), status: Text(b.GetAttr("status")), hash: Text(b.GetAttr("secret_hash")), Given: IsTrue(b.GetAttr("given"))})
	}
	return list, known
}

// keyRepurposed reports whether a remaining key has another use or algorithm than before. Added and
// removed keys have rules of their own.
func keyRepurposed(was, is *Object, _ string) bool {
	before := KeysOf(was)
	return slices.ContainsFunc(KeysOf(is), func(k Key) bool {
		return slices.ContainsFunc(before, func(old Key) bool { return old.KID == k.KID && (old.Use != k.Use || old.alg != k.alg) })
	})
}

// secretLoosened reports whether a client secret is added, accepted again, or no longer pinned.
func secretLoosened(was, is *Object, _ string) bool {
	active := func(o *Object) (list []string) {
		secrets, _ := SecretsOf(o)
		for _, s := range secrets {
			if s.status != "INACTIVE" {
				list = append(list, s.Since)
			}
		}
		return list
	}
	return unpinned(was, is) || len(Without(active(is), active(was))) > 0
}

// unpinned reports whether a client secret is no longer pinned by its hash, or secrets are no
// longer managed.
func unpinned(was, is *Object) bool {
	before, _ := SecretsOf(was)
	after, known := SecretsOf(is)
	pins := func(secrets []Secret) (list []string) {
		for _, s := range secrets {
			if s.hash != "" {
				list = append(list, s.hash)
			}
		}
		return list
	}
	return !known || len(before) > 0 && len(after) == 0 || len(Without(pins(before), pins(after))) > 0 || len(Without(pins(after), pins(before))) > 0
}

// staticNow reports whether refresh tokens were rotated at each use and no longer are. Without the
// refresh_token grant there is no rotation.
func staticNow(was, is *Object, name string) bool {
	return !is.Get(name).IsKnown() || was.Text(name) == "ROTATE" && is.Text(name) == "STATIC"
}

// zoned reports whether both versions limit the app to network zones.
func zoned(was, is *Object, _ string) bool {
	return was.Text(AttrNetworkConnection) == "ZONE" && is.Text(AttrNetworkConnection) != "ANYWHERE"
}

// Assignment is an assigned_group or assigned_user block.
type Assignment struct {
	Block             string
	To                Ref
	Profile, Priority cty.Value
}

// Assignments returns the assignments of an app that have settings.
func (o *Object) Assignments() (list []Assignment) {
	groups, _ := o.Blocks(blockAssignedGroup)
	for _, b := range groups {
		list = append(list, Assignment{blockAssignedGroup, RefOf(b.GetAttr("group")), b.GetAttr(AttrProfile), b.GetAttr("priority")})
	}
	users, _ := o.Blocks(blockAssignedUser)
	for _, b := range users {
		list = append(list, Assignment{blockAssignedUser, RefOf(b.GetAttr("user")), b.GetAttr(AttrProfile), cty.NullVal(cty.Number)})
	}
	return list
}

// otherName reports whether somebody has another name in the app than before.
func otherName(was, is *Object, _ string) bool {
	names := func(o *Object) (list []string) {
		blocks, _ := o.Blocks(blockAssignedUser)
		for _, b := range blocks {
			if name := Text(b.GetAttr("user_name")); name != "" {
				list = append(list, RefOf(b.GetAttr("user")).String()+" "+name)
			}
		}
		return list
	}
	return len(Without(names(is), names(was))) > 0
}

// tellsMore reports whether the app may receive groups of a person that it didn't receive before:
// a claim that is new or different may contain others; without a claim there are none.
func tellsMore(was, is *Object, _ string) bool {
	claim := func(o *Object) (told string, known bool) {
		blocks, known := o.Blocks(blockGroupsClaim)
		for _, b := range blocks {
			if Text(b.GetAttr("type")) != "NONE" {
				return b.GoString(), known
			}
		}
		return "", known
	}
	after, known := claim(is)
	before, _ := claim(was)
	return !known || after != "" && after != before
}

// ClaimContains reports whether the groups claim of an app contains, by its filter, a group of that
// name. What an expression returns isn't known.
func (o *Object) ClaimContains(group string) bool {
	blocks, _ := o.Blocks(blockGroupsClaim)
	for _, b := range blocks {
		value := Text(b.GetAttr("value"))
		switch Text(b.GetAttr("filter_type")) {
		case "EQUALS":
			return group == value
		case "STARTS_WITH":
			return strings.HasPrefix(group, value)
		case "CONTAINS":
			return strings.Contains(group, value)
		case "REGEX":
			matches, err := regexp.MatchString("^(?:"+value+")$", group)
			return matches || err != nil
		}
	}
	return false
}

// IsApp reports whether the object is an OAuth app.
func (o *Object) IsApp() bool { return o.Facts.acts == Itself || o.Facts.acts == SignedIn }

// IsService reports whether the object is an app that acts as itself.
func (o *Object) IsService() bool { return o.Facts.acts == Itself }

// IsPublic reports whether the client is public: it cannot keep a secret (RFC 6749, section 2.1).
func (o *Object) IsPublic() bool {
	return o.Facts.acts == SignedIn && o.Text(AttrAuthMethod) == "none"
}

// KeyFile returns the file of a key's private half, as the configuration names it; "" if it names
// none.
func (o *Object) KeyFile(kid string) string {
	for _, f := range o.KeyFiles {
		if f.KID == kid {
			return f.Name
		}
	}
	return ""
}
