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

// renews reports whether an app's client secrets are replaced before it gains its first right: its
// mark says that the run that created it never finished, so nobody can depend on them. The mark may
// be forged: if the System Log shows another change of the app, a person must decide instead
// (checkSecrets).
func (m *matching) renews(d schema.Desired, prior *schema.Object, before schema.Value) bool {
	return d.Kind.IsApp() && prior.Owner.Pending && m.ours(prior) && m.imported[d.Addr.String()] == "" &&
		kinds.SecretBased(before) && kinds.SecretBased(d.Value) && !before.GetAttr("client_secret").IsNull() &&
		!schema.HasRights(before) && schema.HasRights(d.Value) && (prior.Origin == nil || prior.Origin.ChangedBy == "")
}

// renewed returns an app before and after its client secrets are replaced.
func renewed(d schema.Desired, before schema.Value) (schema.Value, schema.Value) {
	pinned := before.With(schema.Values{"client_secret": kinds.Pinned(before.GetAttr("client_secret"), d.Value)})
	_, after := d.Kind.Align(pinned, kinds.WithSecret(afterUpdate(d, before)))
	before, _ = d.Kind.Align(before, after)
	return before, after
}

// checkSecrets checks the first right of an app that keeps a client secret which somebody else may
// know.
func (m *matching) checkSecrets(d schema.Desired, c *Change) hcl.Diagnostics {
	if c.Renews || c.Action == Replace || schema.HasRights(c.Before) || !kinds.SecretBased(c.Before) {
		return nil
	}
	has := strings.Join(staying(d, c), ", ")
	switch {
	case c.Before.GetAttr("client_secret").IsNull():
		has = "one that could not be read"
	case has == "":
		return nil // all existing secrets are replaced
	}
	doubt := m.doubt(d, c)
	if doubt == "" {
		m.notes = append(m.notes, fmt.Sprintf("%s gains its first rights and keeps its client secret %s: the System Log shows that only runs of oktaform as %s made and changed it. Anybody who may edit apps can have read it; a new client_secret block replaces it (docs/keys.md).", d.Addr, has, m.snapshot.Principal))
		return nil
	}
	return hcl.Diagnostics{{Severity: hcl.DiagError, Summary: "App would gain its first rights with an unknown secret",
		Detail: fmt.Sprintf("%s exists in the org without scopes or roles, would gain some, and keeps a client secret that somebody else may know: %s. Anybody who may edit apps could have added it: %s. Nothing was changed. Check in the System Log who created the app and its secret. If both are right, run:\n  %s",
			d.Addr, has, doubt, m.trustCommand(d.Addr)),
		Subject: &d.Range}}
}

// staying returns the client secrets that an app keeps and no block pins by its hash.
func staying(d schema.Desired, c *Change) []string {
	var names []string
	var pins []cty.Value
	if !d.Lifecycle.Ignores("client_secret") { // else the value is the org's own
		pins = listed(d.Value, "client_secret")
	}
	for _, secret := range listed(c.After, "client_secret") {
		id, hash := schema.Text(secret.GetAttr("id")), schema.Text(secret.GetAttr("secret_hash"))
		pinned := hash != "" && slices.ContainsFunc(pins, func(b cty.Value) bool { return schema.Text(b.GetAttr("secret_hash")) == hash })
		if id != "" && !pinned {
			names = append(names, fmt.Sprintf("%s (created %s)", id, schema.Text(secret.GetAttr("created"))))
		}
	}
	return names
}

// doubt says why somebody else may be able to use the secret that an app keeps; "" if nobody can.
func (m *matching) doubt(d schema.Desired, c *Change) string {
	origin := c.Prior.Origin
	switch {
	case m.imported[d.Addr.String()] != "":
		return "this configuration imports the app, and did not create it"
	case origin == nil:
		return "the System Log was not read"
	case c.Prior.Owner.Pending && origin.ChangedBy != "":
		return "its mark says that its creation was interrupted, and the System Log shows a change by something else than a run: " + origin.ChangedBy
	case origin.Doubt != "":
		return origin.Doubt
	}
	return kinds.SecretSuffices(c.After)
}

// trusts reports whether a person has confirmed an app's keys and secrets.
func (m *matching) trusts(addr schema.Addr) bool {
	return m.options.TrustKeys || slices.Contains(m.options.Trusted, addr.String())
}

// trustCommand returns the command with which a person confirms those of one app.
func (m *matching) trustCommand(addr schema.Addr) string {
	command := m.options.Command
	if command == "" {
		command = "oktaform apply"
	}
	return command + " " + flagWith("--trust-keys", addr)
}

// flagWith returns a flag with an address as its value, quoted for a shell.
func flagWith(flag string, addr schema.Addr) string {
	flag += "=" + addr.String()
	if addr.Key != "" || addr.Module != "" {
		return "'" + flag + "'"
	}
	return flag
}
