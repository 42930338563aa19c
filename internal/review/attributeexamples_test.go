package review_test

// body is what stands in a block: expressions by the names of attributes. "" takes
// an attribute away.
type body map[string]string

// bodies are what the object of each kind that changes has besides the attribute,
// and what a nested block has.
var bodies = map[string]body{
	"web_app": {"label": `"X"`, "redirect_uris": `["https://a.example.com/x"]`, "okta_api_scopes": `["okta.users.manage"]`,
		"assigned_groups": `[group.x]`},
	"browser_app": {"label": `"X"`, "redirect_uris": `["https://a.example.com/x"]`, "okta_api_scopes": `["okta.users.manage"]`,
		"assigned_groups": `[group.x]`},
	"native_app": {"label": `"X"`, "redirect_uris": `["https://a.example.com/x"]`, "okta_api_scopes": `["okta.users.manage"]`,
		"assigned_groups": `[group.x]`},
	"service_app":    {"label": `"X"`, "okta_api_scopes": `["okta.users.manage", "okta.apps.manage"]`},
	"group":          {"name": `"X"`},
	"user":           {"login": `"x@example.com"`, "first_name": `"X"`, "last_name": `"X"`},
	"admin":          {"user": `"ada@example.com"`},
	"custom_role":    {"label": `"X"`, "permissions": `["okta.users.manage", "okta.groups.manage", "okta.apps.manage", "okta.authzServers.manage"]`},
	"resource_set":   {"label": `"X"`, "groups": `[group.z]`},
	"network_zone":   {"name": `"X"`, "gateways": `["192.0.2.0/24"]`},
	"trusted_origin": {"name": `"X"`, "origin": `"https://a.example.com"`, "scopes": `["CORS"]`},

	"public_key":     {"kid": `"key-1"`, "jwk": "JWK1"},
	"client_secret":  {"since": `"2020-01-01"`},
	"admin_role":     {"type": `"HELP_DESK_ADMIN"`},
	"condition":      {"permission": `"okta.users.manage"`, "include": `{ "okta:ResourceAttribute/User/Profile" = ["city"] }`},
	"groups_claim":   {"filter_type": `"EQUALS"`, "name": `"groups"`, "value": `"Staff"`},
	"assigned_group": {"group": "group.y"},
	"assigned_user":  {"user": "user.y"},
}

// nested are the blocks without which an object isn't valid, or has no rights.
var nested = map[string][]string{
	"service_app": {"public_key", "admin_role"},
	"group":       {"admin_role"},
	"user":        {"admin_role"},
	"admin":       {"admin_role"},
}

// around are objects that refer to the one that changes, or to which it refers.
const around = `
variable "given" {
  type      = string
  sensitive = true
}
group "y" {
  name = "Y"
}
group "z" {
  name = "Z"
}
user "y" {
  login      = "y@example.com"
  first_name = "Y"
  last_name  = "Y"
  admin_role "USER_ADMIN" {}
}
web_app "y" {
  label         = "Y"
  redirect_uris = ["https://a.example.com/y"]
}
custom_role "y" {
  label       = "Role Y"
  permissions = ["okta.users.read"]
}
resource_set "y" {
  label = "Set Y"
  all   = ["users"]
}
service_app "y" {
  label           = "Bot Y"
  okta_api_scopes = ["okta.users.manage", "okta.groups.manage", "okta.apps.manage", "okta.authorizationServers.manage"]
  public_key "y" {
    jwk = JWK3
  }
  admin_role "CUSTOM" {
    role         = custom_role.x
    resource_set = resource_set.x
  }
}
`

// example is how an attribute is tried, where its type doesn't tell: its values
// ("" is left out), what else stands beside it, and what else in the object.
type example struct {
	values []string
	beside body // in the same block
	object body // of the object around a nested block
}

var (
	refresh   = body{"grant_types": `["authorization_code", "refresh_token"]`, "refresh_token_rotation_type": `"ROTATE"`}
	secret    = body{"token_endpoint_auth_method": `"client_secret_post"`}
	ciba      = body{"grant_types": `["authorization_code", "urn:openid:params:grant-type:ciba"]`, "backchannel_token_delivery_mode": `"poll"`, "backchannel_custom_authenticator_id": `"aut1abcdefghijklmnop"`}
	scopeList = []string{`["okta.users.read"]`, `["okta.users.read", "okta.groups.manage"]`, ""}
	attrMaps  = []string{`{ "okta:ResourceAttribute/User/Profile" = ["city"] }`, `{ "okta:ResourceAttribute/User/Profile" = ["city", "email"] }`}
)

var examples = map[string]example{
	"service_app idp_initiated_login_mode":           {beside: body{"grant_types": `["client_credentials", "implicit"]`, "response_types": `["token", "id_token"]`, "redirect_uris": `["https://a.example.com/x"]`, "initiate_login_uri": `"https://a.example.com/start"`}},
	"service_app idp_initiated_login_default_scope":  {values: []string{`["openid"]`, `["openid", "email"]`}, beside: body{"grant_types": `["client_credentials", "implicit"]`, "response_types": `["token", "id_token"]`, "redirect_uris": `["https://a.example.com/x"]`, "initiate_login_uri": `"https://a.example.com/start"`, "idp_initiated_login_mode": `"OKTA"`}},
	"service_app response_types":                     {values: []string{`["token"]`, `["token", "id_token"]`}, beside: body{"grant_types": `["client_credentials", "implicit"]`, "redirect_uris": `["https://a.example.com/x"]`}},
	"frontchannel_logout_session_required":           {beside: body{"frontchannel_logout_uri": `"https://a.example.com/out"`, "participate_slo": "true"}},
	"service_app pkce_required":                      {},
	"pkce_required":                                  {beside: body{"token_endpoint_auth_method": `"client_secret_basic"`}},
	"browser_app jwks_uri":                           {},
	"implicit_assignment":                            {beside: body{"assigned_groups": ""}},
	"label":                                          {values: []string{`"X"`, `"Other"`}},
	"name":                                           {values: []string{`"X"`, `"Other"`}},
	"client_id":                                      {values: []string{"", `"client-1"`, `"client-2"`}},
	"okta_api_scopes":                                {values: scopeList},
	"redirect_uris":                                  {values: []string{`["https://a.example.com/x"]`, `["https://a.example.com/other"]`}},
	"grant_types":                                    {values: []string{`["authorization_code"]`, `["authorization_code", "refresh_token"]`, `["client_credentials"]`, `["client_credentials", "urn:ietf:params:oauth:grant-type:token-exchange"]`}},
	"response_types":                                 {values: []string{`["code", "id_token"]`, `["code", "token"]`}, beside: body{"grant_types": `["authorization_code", "implicit"]`, "redirect_uris": `["https://a.example.com/x"]`}},
	"refresh_token_rotation_type":                    {beside: refresh},
	"refresh_token_leeway":                           {values: []string{"0", "60"}, beside: refresh},
	"network_include":                                {values: []string{`["ALL_ZONES"]`, `["nzo1abcdefghijklmnop"]`}, beside: body{"network_connection": `"ZONE"`}},
	"network_exclude":                                {values: []string{`["ALL_ZONES"]`, `["nzo1abcdefghijklmnop"]`}, beside: body{"network_connection": `"ZONE"`}},
	"network_connection":                             {values: []string{"", "\"ZONE\"\n  network_include = [\"ALL_ZONES\"]"}},
	"idp_initiated_login_mode":                       {beside: body{"grant_types": `["authorization_code"]`, "response_types": `["code"]`, "redirect_uris": `["https://a.example.com/x"]`, "initiate_login_uri": `"https://a.example.com/start"`}},
	"idp_initiated_login_default_scope":              {values: []string{`["openid"]`, `["openid", "email"]`}, beside: body{"grant_types": `["authorization_code"]`, "response_types": `["code"]`, "redirect_uris": `["https://a.example.com/x"]`, "initiate_login_uri": `"https://a.example.com/start"`, "idp_initiated_login_mode": `"OKTA"`}},
	"jwks_uri":                                       {values: []string{`"https://a.example.com/keys"`, `"https://b.example.com/keys"`}, beside: body{"token_endpoint_auth_method": `"private_key_jwt"`, "no public_key": "x"}},
	"wildcard_redirect":                              {beside: body{"redirect_uris": `["https://x.example.com/x"]`}},
	"subject_type":                                   {},
	"sector_identifier_uri":                          {beside: body{"subject_type": `"pairwise"`}},
	"participate_slo":                                {beside: body{"frontchannel_logout_uri": `"https://a.example.com/out"`}},
	"id_token_encrypted_response_alg":                {beside: body{"jwks_uri": `"https://a.example.com/keys"`, "no public_key": "x"}},
	"user_name_template":                             {values: []string{`"$${source.email}"`, `"$${source.login}"`}},
	"user_name_template_push_status":                 {beside: body{"user_name_template_type": `"CUSTOM"`}},
	"backchannel_custom_authenticator_id":            {values: []string{`"aut1abcdefghijklmnop"`, `"aut2abcdefghijklmnop"`}, beside: ciba},
	"backchannel_authentication_request_signing_alg": {beside: ciba},
	"backchannel_token_delivery_mode":                {beside: ciba},
	"profile":                                        {values: []string{`{ team = "a" }`, `{ team = "b" }`, ""}},
	"access_policy":                                  {values: []string{`"Any two factors"`, `"Password only"`, ""}},
	"assigned_groups":                                {values: []string{"[group.y]", "[group.x]", "[]", "[group.x, group.y]"}},
	"assigned_users":                                 {values: []string{"[user.y]", "[]", ""}},
	"members":                                        {values: []string{"[user.y]", "[]", ""}},
	"login":                                          {values: []string{`"x@example.com"`, `"other@example.com"`}},
	"email":                                          {values: []string{`"x@example.com"`, `"other@example.com"`}},
	"password":                                       {values: []string{`"Correct-horse-9"`, `"Correct-horse-10"`, ""}},
	"password_version":                               {values: []string{`"2020-01-01"`, `"2026-01-01"`, ""}, beside: body{"password": `"Correct-horse-9"`}},
	"admin user":                                     {values: []string{`"ada@example.com"`, `"bob@example.com"`}},
	"admin group":                                    {values: []string{`"Help desk"`, `"Everyone"`}, beside: body{"user": ""}},
	"permissions":                                    {values: []string{`["okta.users.read"]`, `["okta.users.read", "okta.users.manage"]`}},
	"groups":                                         {values: []string{"[group.y]", "[group.y, group.z]"}},
	"users_of":                                       {values: []string{"[group.y]", "[group.y, group.z]"}},
	"users":                                          {values: []string{"[user.y]", "[]"}},
	"apps":                                           {values: []string{"[web_app.y]", "[]"}},
	"all_apps_of":                                    {values: []string{`["oidc_client"]`, `["salesforce"]`, `[]`}},
	"resources":                                      {values: []string{`["/api/v1/authorizationServers/aus1abcdefghijklmnop"]`, "[]"}},

	"public_key.kid":                             {values: []string{`"key-1"`, `"key-2"`}},
	"public_key.status":                          {object: body{"jwks_uri": "", "public_key spare": "x"}},
	"public_key.use":                             {beside: body{"jwk": "", "file": `"rsa.pem"`}, object: body{"public_key spare": "x"}},
	"public_key.alg":                             {values: []string{"", `"ES256"`}},
	"public_key.jwk":                             {values: []string{"JWK1", "JWK2"}},
	"public_key.file":                            {values: []string{`"1.pem"`, `"2.pem"`}, beside: body{"jwk": ""}},
	"public_key.private_key_file":                {values: []string{"", `"1.key"`, `"copy-of-1.key"`}},
	"public_key.generate":                        {values: []string{"true", "false"}, beside: body{"jwk": "", "private_key_file": `"1.key"`}},
	"client_secret.since":                        {values: []string{`"2020-01-01"`, `"2021-01-01"`}, object: secret},
	"client_secret.status":                       {object: body{"token_endpoint_auth_method": `"client_secret_post"`, "client_secret spare": "x"}},
	"client_secret.secret":                       {values: []string{"", "var.given"}, object: secret},
	"client_secret.secret_hash":                  {values: []string{"", `"hash-1"`, `"hash-2"`}, object: secret},
	"admin_role.role":                            {values: []string{"custom_role.x", "custom_role.y"}, beside: body{"type": `"CUSTOM"`, "resource_set": "resource_set.y"}},
	"admin_role.resource_set":                    {values: []string{"resource_set.x", "resource_set.y"}, beside: body{"type": `"CUSTOM"`, "role": "custom_role.x"}},
	"admin_role.target_groups":                   {values: []string{"", "[group.y]", "[group.z]"}},
	"admin_role.target_apps":                     {values: []string{"", "[web_app.y]"}, beside: body{"type": `"APP_ADMIN"`}},
	"admin_role.target_catalog_apps":             {values: []string{"", `["oidc_client"]`}, beside: body{"type": `"APP_ADMIN"`}},
	"condition.permission":                       {values: []string{`"okta.users.manage"`, `"okta.users.read"`}, object: body{"permissions": `["okta.users.manage", "okta.users.read"]`}},
	"condition.include":                          {values: attrMaps},
	"condition.exclude":                          {values: attrMaps, beside: body{"include": ""}},
	"groups_claim.type":                          {values: []string{"\"FILTER\"\n    filter_type = \"EQUALS\"", `"EXPRESSION"`}, beside: body{"filter_type": ""}},
	"groups_claim.filter_type":                   {values: []string{`"EQUALS"`, `"REGEX"`}},
	"groups_claim.name":                          {values: []string{`"groups"`, `"teams"`}},
	"groups_claim.value":                         {values: []string{`"Staff"`, `"Staff of Berlin"`}},
	"assigned_group.group":                       {values: []string{"group.x", "group.y"}, object: body{"assigned_groups": ""}},
	"assigned_group.priority":                    {values: []string{"0", "1"}},
	"assigned_group.profile":                     {values: []string{`{ role = "a" }`, `{ role = "b" }`}},
	"assigned_user.user":                         {values: []string{"user.x", "user.y"}},
	"assigned_user.user_name":                    {values: []string{`"ada"`, `"bob"`}},
	"assigned_user.profile":                      {values: []string{`{ role = "a" }`, `{ role = "b" }`}},
	"network_zone type":                          {values: []string{"\"IP\"\n  gateways = [\"192.0.2.0/24\"]", "\"DYNAMIC\"\n  locations = [\"DE\"]"}, beside: body{"gateways": ""}},
	"network_zone usage":                         {values: []string{`"POLICY"`, `"BLOCKLIST"`}},
	"network_zone status":                        {values: []string{`"ACTIVE"`, `"INACTIVE"`}},
	"network_zone gateways":                      {values: []string{`["192.0.2.0/24"]`, `["198.51.100.1-198.51.100.9"]`}},
	"network_zone proxies":                       {values: []string{"", `["203.0.113.1/32"]`}},
	"network_zone proxy_type":                    {values: []string{`"Any"`, `"Tor"`}, beside: body{"type": `"DYNAMIC"`, "gateways": ""}},
	"network_zone asns":                          {values: []string{`["64496"]`, `["64497"]`}, beside: body{"type": `"DYNAMIC_V2"`, "gateways": ""}},
	"network_zone asns_exclude":                  {values: []string{`["64496"]`, ""}, beside: zoneV2},
	"network_zone locations":                     {values: []string{`["DE"]`, `["US-CA"]`}, beside: body{"type": `"DYNAMIC_V2"`, "gateways": ""}},
	"network_zone locations_exclude":             {values: []string{`["US-CA"]`, ""}, beside: zoneV2},
	"network_zone ip_service_categories":         {values: []string{`["ALL_ANONYMIZERS"]`, ""}, beside: zoneV2},
	"network_zone ip_service_categories_exclude": {values: []string{`["GOOGLE_VPN"]`, ""}, beside: zoneV2},
	"trusted_origin origin":                      {values: []string{`"https://a.example.com"`, `"https://b.example.com"`}},
	"trusted_origin status":                      {values: []string{`"ACTIVE"`, `"INACTIVE"`}},
	"trusted_origin allowed_okta_apps":           {values: []string{"", `["OKTA_ENDUSER"]`}, beside: body{"scopes": `["IFRAME_EMBED"]`}},
}

// zoneV2 is a zone that can have every list of its type.
var zoneV2 = body{"type": `"DYNAMIC_V2"`, "gateways": "", "locations": `["US"]`}
