package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// An admin who may edit apps, but not grant scopes or assign roles, can prepare an app with this
// owner's mark and their own key or secret for the next run, replace the key of a managed app, and
// read its secrets. Therefore nothing that is stored on an app makes it trusted. Package org
// removes undeclared credentials before it gives a right. checkTrust verifies those that stay: a
// key by its file, a secret by a hash that the configuration pins, or by the System Log. If one
// cannot be verified, the app gains nothing unless a person confirms it. SECURITY.md explains the
// reasons.

// checkTrust checks an existing app that is to gain rights.
func (m *matching) checkTrust(d schema.Desired, c *Change) hcl.Diagnostics {
	if !d.Kind.IsApp() {
		return nil
	}
	before, after := c.Before, c.After
	if diags := checkPins(d, after); diags.HasErrors() {
		return diags
	}
	if secrets := d.Value.GetAttr("client_secret"); !secrets.IsNull() && before.GetAttr("client_secret").IsNull() {
		return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "Client secrets can't be read",
			Detail:  fmt.Sprintf("%s declares client_secret blocks, and the credential in use may not see the app's secrets (GET /api/v1/apps/{appId}/credentials/secrets). Use one with okta.apps.manage and a role that may manage the app's credentials, or take the blocks out.", d.Addr),
			Subject: &d.Range}}
	}
	if m.trusts(d.Addr) || !gains(before, after) {
		return nil
	}
	if strangers := d.Undeclared["public_key"]; len(strangers) > 0 {
		return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "App would gain rights with keys that aren't declared",
			Detail: fmt.Sprintf("%s would gain scopes or roles, and its key set is additive and holds keys that aren't declared here: %s. Whoever has them could use the new rights. Declare them, make public_key authoritative, or, if the keys are the right ones, run again with --trust-keys.",
				d.Addr, strings.Join(keyNames(strangers), ", ")),
			Subject: &d.Range}}
	}
	switch {
	case kinds.SecretBased(after):
		return m.checkSecrets(d, c)
	case schema.Text(after.GetAttr("token_endpoint_auth_method")) == "private_key_jwt":
		if diags := checkIgnoredKeys(d, before); diags.HasErrors() {
			return diags
		}
		return checkKnownKeys(d, before)
	}
	return nil // a public client has no credentials
}

func keyNames(keys []cty.Value) (names []string) {
	for _, key := range keys {
		names = append(names, fmt.Sprintf("%s (thumbprint %s)", schema.Text(key.GetAttr("kid")), schema.Text(key.GetAttr("thumbprint"))))
	}
	return names
}

// checkIgnoredKeys refuses keys that ignore_changes leaves to the org: the declared value is the
// org's own then, so that comparing the two shows nothing.
func checkIgnoredKeys(d schema.Desired, before schema.Value) hcl.Diagnostics {
	var kept []string
	if d.Lifecycle.Ignores("public_key") {
		kept = keyNames(listed(before, "public_key"))
	}
	if uri := schema.Text(before.GetAttr("jwks_uri")); uri != "" && d.Lifecycle.Ignores("jwks_uri") {
		kept = append(kept, "the keys at "+uri)
	}
	if len(kept) == 0 {
		return nil
	}
	return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "App would gain rights with keys that aren't declared",
		Detail: fmt.Sprintf("%s would gain scopes or roles, and ignore_changes leaves its keys to the org: %s. Whoever may edit apps decides which they are. Take public_key and jwks_uri out of ignore_changes, or, if the keys are the right ones, run again with --trust-keys.",
			d.Addr, strings.Join(kept, ", ")),
		Subject: &d.Range}}
}

// checkKnownKeys requires that the app's keys in the org, or its jwks_uri, include one that this
// machine knows independently: from a file, a JWK, or its private half.
func checkKnownKeys(d schema.Desired, before schema.Value) hcl.Diagnostics {
	if uri := schema.Text(before.GetAttr("jwks_uri")); uri != "" && uri == schema.Text(d.Value.GetAttr("jwks_uri")) {
		return nil
	}
	var there, unknown []string
	for _, key := range listed(before, "public_key") {
		kid, thumbprint := schema.Text(key.GetAttr("kid")), schema.Text(key.GetAttr("thumbprint"))
		there = append(there, fmt.Sprintf("%s (thumbprint %s)", kid, thumbprint))
		declared, ok := keyNamed(d.Value, kid)
		if block := d.Kind.Block("public_key"); block.Unnamed(key, d.Value.GetAttr("public_key")) {
			return nil
		}
		if !ok || schema.Text(declared.GetAttr("thumbprint")) != thumbprint {
			continue
		}
		if slices.ContainsFunc(d.Keys, func(pk schema.PrivateKey) bool { return pk.KID == kid && pk.Generate && pk.Absent }) {
			unknown = append(unknown, there[len(there)-1])
			continue
		}
		return nil
	}
	if len(unknown) > 0 {
		return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "App would gain rights with keys that aren't known here",
			Detail: fmt.Sprintf("%s would gain scopes or roles, and the only keys that could use them are ones that the org has and this machine doesn't: %s. Somebody else may have put them there. Put the private key in its file, declare the public key with file or jwk, or, if the thumbprint is the right one, run again with --trust-keys.",
				d.Addr, strings.Join(unknown, ", ")),
			Subject: &d.Range}}
	}
	has := "no keys"
	if len(there) > 0 {
		has = strings.Join(there, ", ")
	}
	if uri := schema.Text(before.GetAttr("jwks_uri")); uri != "" {
		has = "keys at " + uri
	}
	return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "App that isn't known by its keys would gain rights",
		Detail: fmt.Sprintf("%s exists in the org and would gain scopes or roles, but none of its keys there is declared: it has %s. Somebody who may edit apps could have put it there, or changed its keys. Look at the app and who made it (its System Log). If it is the right one, run again with --trust-keys: its undeclared keys go before it gains anything. If you are changing its keys yourself, apply that first, and the new rights after it.",
			d.Addr, has),
		Subject: &d.Range}}
}

// checkPins refuses blocks that pin a missing secret: a secret cannot be created from its hash.
func checkPins(d schema.Desired, after schema.Value) hcl.Diagnostics {
	var diags hcl.Diagnostics
	for _, block := range listed(after, "client_secret") {
		if hash := schema.Text(block.GetAttr("secret_hash")); hash != "" && !block.GetAttr("id").IsKnown() {
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Pinned client secret isn't there",
				Detail: fmt.Sprintf("client_secret %q of %s is pinned to the hash %s, and the app has no secret with that hash that is new enough. Somebody may have replaced it. Correct the hash, or take it out and let a block with the time now make a new secret.",
					schema.Text(block.GetAttr("since")), d.Addr, hash),
				Subject: &d.Range})
		}
	}
	return diags
}

// gains reports whether an app has a scope or role after that it does not have before.
func gains(before, after schema.Value) bool {
	for _, name := range []string{"okta_api_scopes", "admin_role"} {
		had, has := listed(before, name), listed(after, name)
		missing := func(v cty.Value) bool {
			return !slices.ContainsFunc(had, func(other cty.Value) bool { return schema.Equal(v, other) })
		}
		if slices.ContainsFunc(has, missing) {
			return true
		}
	}
	return false
}

// listed returns the elements of a list in a value; nil if there is no such list.
func listed(value schema.Value, name string) []cty.Value {
	if !value.Has(name) {
		return nil
	}
	list, _ := value.GetAttr(name).Unmark()
	return schema.Elements(list)
}
