package mgmt

import (
	"regexp"
	"sync"
)

// browserOperations are the operations of the Management API that pages of trusted origins may
// call: those that Okta's OpenAPI document marks with isCorsEnabled, with {} for each parameter.
// Some of them are not served.
var browserOperations = map[string]bool{
	"GET /.well-known/okta-organization":                                  true,
	"GET /api/v1/apps/{}/connections/default/jwks":                        true,
	"GET /api/v1/idps/{}/credentials/keys/active":                         true,
	"GET /api/v1/logs":                                                    true,
	"GET /api/v1/users":                                                   true,
	"POST /api/v1/users":                                                  true,
	"GET /api/v1/users/{}":                                                true,
	"POST /api/v1/users/{}":                                               true,
	"PUT /api/v1/users/{}":                                                true,
	"DELETE /api/v1/users/{}":                                             true,
	"GET /api/v1/users/{}/appLinks":                                       true,
	"GET /api/v1/users/{}/blocks":                                         true,
	"GET /api/v1/users/{}/groups":                                         true,
	"POST /api/v1/users/{}/lifecycle/activate":                            true,
	"POST /api/v1/users/{}/lifecycle/deactivate":                          true,
	"POST /api/v1/users/{}/lifecycle/expire_password":                     true,
	"POST /api/v1/users/{}/lifecycle/expire_password_with_temp_password":  true,
	"POST /api/v1/users/{}/lifecycle/reactivate":                          true,
	"POST /api/v1/users/{}/lifecycle/reset_factors":                       true,
	"POST /api/v1/users/{}/lifecycle/reset_password":                      true,
	"POST /api/v1/users/{}/lifecycle/suspend":                             true,
	"POST /api/v1/users/{}/lifecycle/unlock":                              true,
	"POST /api/v1/users/{}/lifecycle/unsuspend":                           true,
	"PUT /api/v1/users/{}/linkedObjects/{}/{}":                            true,
	"GET /api/v1/users/{}/linkedObjects/{}":                               true,
	"DELETE /api/v1/users/{}/linkedObjects/{}":                            true,
	"GET /api/v1/users/{}/classification":                                 true,
	"PUT /api/v1/users/{}/classification":                                 true,
	"GET /api/v1/users/{}/clients":                                        true,
	"GET /api/v1/users/{}/clients/{}/grants":                              true,
	"DELETE /api/v1/users/{}/clients/{}/grants":                           true,
	"GET /api/v1/users/{}/clients/{}/tokens":                              true,
	"DELETE /api/v1/users/{}/clients/{}/tokens":                           true,
	"GET /api/v1/users/{}/clients/{}/tokens/{}":                           true,
	"DELETE /api/v1/users/{}/clients/{}/tokens/{}":                        true,
	"POST /api/v1/users/{}/credentials/change_password":                   true,
	"POST /api/v1/users/{}/credentials/change_recovery_question":          true,
	"POST /api/v1/users/{}/credentials/forgot_password":                   true,
	"POST /api/v1/users/{}/credentials/forgot_password_recovery_question": true,
	"GET /api/v1/users/{}/factors/questions":                              true,
	"GET /api/v1/users/{}/grants":                                         true,
	"DELETE /api/v1/users/{}/grants":                                      true,
	"GET /api/v1/users/{}/grants/{}":                                      true,
	"DELETE /api/v1/users/{}/grants/{}":                                   true,
	"DELETE /api/v1/users/{}/sessions":                                    true,
}

var parameter = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\{[^}]*\}`) })

// anyParameter replaces the parameters of a pattern by {}.
func anyParameter(pattern string) string { return parameter().ReplaceAllString(pattern, "{}") }
