package doctor

import (
	"fmt"
	"path/filepath"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// orgKey is a key of an app as the org has it, and as the configuration declares it.
type orgKey struct{ thumbprint, status, declared string }

// keys checks the private key files of the configuration: their modes, and whether the org has
// their public halves. p is nil if the org was not read.
func (r *Run) keys(p *plan.Plan) {
	const name = "key files"
	if !r.Configured || r.ConfigErr != nil {
		r.report.skip(name, "There is no valid configuration that names any.")
		return
	}
	known := map[string]map[string]orgKey{}
	eval := r.Session.Config.Evaluate(nil)
	if p != nil {
		eval = r.Session.Config.Evaluate(p.Known())
		for i := range p.Changes {
			known[p.Changes[i].Addr.String()] = keysIn(&p.Changes[i])
		}
	}
	declared, _ := eval.All()
	before := len(r.report.Checks)
	fine := 0
	for i := range declared {
		d := &declared[i]
		for _, key := range d.Keys {
			if key.File == "" {
				continue
			}
			if !r.key(name, d.Addr, key, known[d.Addr.String()], p != nil) {
				fine++
			}
		}
	}
	text := fmt.Sprintf("%s readable for nobody else, and the org has the public half.", count(fine, "private key is", "private keys are"))
	switch {
	case fine == 0 && len(r.report.Checks) == before:
		r.report.ok(name, "The configuration names no private key file.")
		return
	case fine == 0:
		return
	case p == nil:
		text = fmt.Sprintf("%s readable for nobody else. Whether the org has the public half was not checked.", count(fine, "private key is", "private keys are"))
	}
	r.report.ok(name, text)
}

// key checks one private key, and reports whether it wrote a line about it.
func (r *Run) key(name string, addr schema.Addr, key schema.PrivateKey, known map[string]orgKey, read bool) bool {
	shown := key.File
	if dir := r.Session.Config.Dir; dir != "" {
		if abs, err := filepath.Abs(dir); err == nil {
			if rel, err := filepath.Rel(abs, key.File); err == nil {
				shown = filepath.Join(dir, rel)
			}
		}
	}
	in, inOrg := known[key.KID]
	what := fmt.Sprintf("%s, key %s (%s): ", addr, key.KID, shown)
	switch {
	case key.Absent && inOrg:
		r.report.warn(name, what+"the org has the key, and the private half is not on this machine. Smoke tests that sign with it are skipped.", "Copy the file from the machine that has it.")
	case key.Absent && key.Generate:
		r.report.ok(name, what+"apply generates it.")
	case key.Absent:
		r.report.warn(name, what+"the private half is not on this machine. Smoke tests that sign with it are skipped.", "Copy the file from the machine that has it.")
	case r.mode(name, key.File, shown):
	case !read:
		return false
	case !inOrg:
		r.report.warn(name, what+"the org does not have the public half.", r.command("apply"))
	case in.declared != "" && in.thumbprint != in.declared:
		r.report.fail(name, what+"the org has another key under this key id (thumbprint "+in.thumbprint+").", r.command("plan"), nil)
	case in.status != "" && in.status != "ACTIVE":
		r.report.warn(name, what+"the key is "+in.status+" in the org.", r.command("key list"))
	default:
		return false
	}
	return true
}

// keysIn returns the keys that an app has in the org, by key id.
func keysIn(c *plan.Change) map[string]orgKey {
	found := map[string]orgKey{}
	if !c.Kind.IsApp() || c.Before.IsNull() {
		return found
	}
	for _, key := range schema.Elements(c.Before.GetAttr("public_key")) {
		found[text(key, "kid")] = orgKey{thumbprint: text(key, "thumbprint"), status: text(key, "status")}
	}
	if c.After.IsNull() {
		return found
	}
	for _, key := range schema.Elements(c.After.GetAttr("public_key")) {
		if in, ok := found[text(key, "kid")]; ok {
			in.declared = text(key, "thumbprint")
			found[text(key, "kid")] = in
		}
	}
	return found
}

// text returns a string attribute; "" if it is unknown.
func text(v cty.Value, name string) string {
	if v.IsNull() || !v.IsKnown() || !v.Type().HasAttribute(name) {
		return ""
	}
	return schema.Text(v.GetAttr(name))
}
