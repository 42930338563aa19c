package org

import (
	"net/http"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// passwordPolicy is the type of the policy that says when wrong passwords lock an account. An org
// has one here, for all users; the other settings are kept and shown, and have no effect.
const passwordPolicy = "PASSWORD"

// passwordSettings completes settings of a password policy with those of the recorded default
// policy.
func passwordSettings(sent map[string]any) map[string]any {
	return merged(map[string]any{
		"password": map[string]any{
			"complexity": map[string]any{"minLength": 8.0, "minLowerCase": 1.0, "minUpperCase": 1.0, "minNumber": 1.0, "minSymbol": 0.0,
				"excludeUsername": true, "dictionary": map[string]any{"common": map[string]any{"exclude": false}}, "excludeAttributes": []any{}},
			"age": map[string]any{"maxAgeDays": 0.0, "expireWarnDays": 0.0, "minAgeMinutes": 0.0, "historyCount": 5.0},
			"lockout": map[string]any{"maxAttempts": 10.0, "autoUnlockMinutes": 0.0, "userLockoutNotificationChannels": []any{},
				"showLockoutFailures": false},
		},
		"recovery": map[string]any{"factors": map[string]any{
			"recovery_question": map[string]any{"status": "INACTIVE", "properties": map[string]any{"complexity": map[string]any{"minLength": 4.0}}},
			"okta_email":        map[string]any{"status": "INACTIVE", "properties": map[string]any{"recoveryToken": map[string]any{"tokenLifetimeMinutes": 60.0}}},
			"okta_sms":          map[string]any{"status": "INACTIVE"},
			"okta_call":         map[string]any{"status": "INACTIVE"},
		}},
		"delegation": map[string]any{"options": map[string]any{"skipUnlock": false}},
	}, sent)
}

// merged returns an object with the members of another added, object by object.
func merged(into, from map[string]any) map[string]any {
	for name, value := range from {
		object, isObject := value.(map[string]any)
		own, hasObject := into[name].(map[string]any)
		if isObject && hasObject {
			value = merged(own, object)
		}
		if value != nil {
			into[name] = value
		}
	}
	return into
}

// checkPasswordSettings checks the settings that have an effect.
func checkPasswordSettings(settings map[string]any) *web.Violations {
	bad := &web.Violations{}
	lockout := jsondoc.Object(settings, "password", "lockout")
	for _, setting := range []struct {
		name string
		most float64
	}{{"maxAttempts", 100}, {"autoUnlockMinutes", 10_000_000}} {
		if n, isNumber := lockout[setting.name].(float64); !isNumber || n < 0 || n > setting.most || n != float64(int(n)) {
			bad.Add("settings.password.lockout."+setting.name, "The field must be a whole number that is not negative") // wording by inference
		}
	}
	return bad
}

// passwordConditions are those of the default policy: everyone whose password is Okta's.
func passwordConditions(c *web.Call) map[string]any {
	return map[string]any{
		"people":       map[string]any{"groups": map[string]any{"include": []any{c.Org.Self().Everyone}}},
		"authProvider": map[string]any{"provider": "OKTA"},
	}
}

// replacePolicy changes the settings of the password policy; the others cannot be changed here.
func replacePolicy(c *web.Call) error {
	p := c.Org.Policies.Get(c.Path("policyId"))
	if p == nil {
		return web.NotFound(c.Path("policyId"), "Policy")
	}
	if p.Type != passwordPolicy {
		return web.MethodNotAllowed()
	}
	sent, err := c.Object()
	if err != nil {
		return err
	}
	settings := passwordSettings(jsondoc.Object(sent, "settings"))
	if err := checkPasswordSettings(settings).Err(); err != nil {
		return err
	}
	p.Settings, p.LastUpdated = settings, c.Second()
	c.Org.Policies.Put(p.ID, p)
	syslog.Emit(c, eventPolicyUpdate, state.LogEntity{ID: p.ID, Type: "PolicyEntity", Alternate: "unknown", Name: p.Name})
	return c.JSON(http.StatusOK, policyView(c, p))
}
