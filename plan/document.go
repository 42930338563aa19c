package plan

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	tfjson "github.com/hashicorp/terraform-json"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/schema"
)

// FormatVersion is the version of Terraform's plan JSON that a Document follows:
// https://developer.hashicorp.com/terraform/internals/json-format
const FormatVersion = "1.2"

// TerraformVersion is the first version of Terraform whose plans have the form of a Document.
// Programs such as Trivy and terraform-compliance recognize a plan by this key.
const TerraformVersion = "1.8.0"

// provider is the provider name that resources have in the document.
const provider = "okta"

// Document is a plan in the form of Terraform's plan JSON, built from the types that readers of
// such plans use. What Terraform has no place for is under "oktaform". It contains no sensitive
// values, only null and a flag in their place.
//
// Where a type of terraform-json cannot express a plan, a type of this package wraps it:
// tfjson.Plan has neither applyable nor errored, and omits an empty list of changes. tfjson.State
// and tfjson.Config round numbers and lose null when they are decoded, so both are kept undecoded
// when a saved plan is read.
type Document struct {
	FormatVersion   string                          `json:"format_version"`
	Terraform       string                          `json:"terraform_version"`
	Timestamp       string                          `json:"timestamp"` // RFC 3339
	Applyable       bool                            `json:"applyable"`
	Complete        bool                            `json:"complete"`
	Errored         bool                            `json:"errored"`
	Variables       map[string]*tfjson.PlanVariable `json:"variables,omitempty"`
	PlannedValues   tfjson.StateValues              `json:"planned_values"`
	ResourceChanges []ResourceChange                `json:"resource_changes"`
	OutputChanges   map[string]ChangeDocument       `json:"output_changes"`
	PriorState      any                             `json:"prior_state,omitempty"`   // a *tfjson.State
	Configuration   any                             `json:"configuration,omitempty"` // a *tfjson.Config
	Origin          Origin                          `json:"oktaform"`
}

// Describe adds what the plan was made of.
func (d *Document) Describe(c *config.Config) {
	d.Configuration, d.Variables = c.Outline(), c.Variables()
}

// Origin says where a plan comes from.
type Origin struct {
	Version int    `json:"version"` // of the format under the keys "oktaform"
	OrgID   string `json:"org_id"`
	URL     string `json:"org_url"`
	Owner   string `json:"owner"`
	// As describes the principal that the org was read as.
	As string `json:"as,omitempty"`
	// Credential is the mode of the credential that the org was read with: SSWS, PrivateKey or
	// Bearer.
	Credential string   `json:"credential,omitempty"`
	Destroy    bool     `json:"destroy"`
	Flags      []string `json:"flags"` // that allow what planning refuses otherwise: as Options.Flags returns them
	Notes      []string `json:"notes"`
}

// ResourceChange is one change of a Document.
type ResourceChange struct {
	tfjson.ResourceChange
	Change ChangeDocument `json:"change"`
	Own    Own            `json:"oktaform"`
}

// ChangeDocument is the change of one value. After is written even if it is null; Terraform's type
// omits it.
type ChangeDocument struct {
	tfjson.Change
	After any `json:"after"`
}

// Own holds what Terraform has no place for in a change.
type Own struct {
	Action     string         `json:"action"`
	ID         string         `json:"id,omitempty"`
	Owner      *schema.Owner  `json:"owner,omitempty"`
	PriorOwner *schema.Owner  `json:"prior_owner,omitempty"`
	Changed    []string       `json:"changed,omitempty"` // attributes and types of nested blocks
	OnDestroy  string         `json:"on_destroy,omitempty"`
	Stays      []string       `json:"stays,omitempty"` // what of the old stays until its replacement is tested
	Reason     string         `json:"reason,omitempty"`
	Generates  []GeneratedKey `json:"generates,omitempty"`
	// UndeclaredElements are elements of additive sets that are not declared.
	UndeclaredElements map[string][]string `json:"left_alone,omitempty"`
	Content            map[string]string   `json:"content,omitempty"` // fingerprints of what the org had
	File               string              `json:"file,omitempty"`
	Line               int                 `json:"line,omitempty"`
}

// GeneratedKey is a key pair that apply generates.
type GeneratedKey struct {
	KID  string `json:"kid"`
	File string `json:"file"`
}

var actionNames = map[Action]string{NoOp: "no-op", Create: "create", Update: "update", Delete: "delete",
	Replace: "replace", Import: "import", Forget: "forget"}

// shownActions are Terraform's actions for each action.
var shownActions = map[Action]tfjson.Actions{NoOp: {tfjson.ActionNoop}, Create: {tfjson.ActionCreate}, Update: {tfjson.ActionUpdate},
	Delete: {tfjson.ActionDelete}, Replace: {tfjson.ActionCreate, tfjson.ActionDelete}, Import: {tfjson.ActionUpdate}, Forget: {tfjson.ActionForget}}

// Document returns the plan as a document. o are the options that it was made with.
func (p *Plan) Document(o Options, now time.Time) *Document {
	d := &Document{FormatVersion: FormatVersion, Terraform: TerraformVersion, Timestamp: now.UTC().Format(time.RFC3339), Applyable: !p.Empty(), Complete: p.Targets == nil,
		ResourceChanges: []ResourceChange{}, OutputChanges: map[string]ChangeDocument{},
		Origin: Origin{Version: fileVersion, OrgID: p.OrgID, URL: p.URL, Owner: p.Owner, As: p.As, Credential: p.Credential, Destroy: p.Destroy, Flags: o.Flags(), Notes: append([]string{}, p.Notes...)}}
	for i := range p.Changes {
		d.ResourceChanges = append(d.ResourceChanges, p.Changes[i].resource(p))
	}
	for _, out := range p.Outputs {
		d.OutputChanges[out.Name] = out.document()
	}
	d.PlannedValues, d.PriorState = plannedValues(p, d.ResourceChanges), priorState(d.ResourceChanges)
	return d
}

// Flags returns the options that allow what planning refuses otherwise, or limit the plan to
// targets, as command-line flags.
func (o Options) Flags() []string {
	flags := []string{}
	for name, on := range map[string]bool{"import": o.Import, "take-over": o.TakeOver, "trust-keys": o.TrustKeys, "trust-rights": o.TrustRights} {
		if on {
			flags = append(flags, name)
		}
	}
	for _, addr := range o.Trusted {
		flags = append(flags, "trust-keys="+addr)
	}
	for _, addr := range o.TrustedRights {
		flags = append(flags, "trust-rights="+addr)
	}
	for _, target := range o.Targets {
		flags = append(flags, "target="+target)
	}
	slices.Sort(flags)
	return flags
}

func (c *Change) resource(p *Plan) ResourceChange {
	r := ResourceChange{Change: c.Document(), ResourceChange: tfjson.ResourceChange{Address: c.Addr.String(), ModuleAddress: c.Addr.Module,
		Mode: tfjson.ManagedResourceMode, Type: c.Kind.Name, Name: c.Addr.Name, Index: instanceKey(c.Addr), ProviderName: provider, ActionReason: actionReason(c, p)}}
	if c.Prior != nil && c.Prior.Owner.Deposed {
		r.DeposedKey = c.ID
	}
	if c.PrevAddr != (schema.Addr{}) {
		r.PreviousAddress = c.PrevAddr.String()
	}
	r.Own = Own{Action: actionNames[c.Action], ID: c.ID, OnDestroy: c.OnDestroy, Stays: c.Stays(), Reason: c.Reason, UndeclaredElements: c.UndeclaredElements, Content: c.fingerprint(),
		File: c.Range.Filename, Line: c.Range.Start.Line}
	if !c.Owner.IsZero() {
		r.Own.Owner = &c.Owner
	}
	if c.Prior != nil && !c.Prior.Owner.IsZero() {
		r.Own.PriorOwner = &c.Prior.Owner
	}
	if !c.Before.IsNull() && !c.After.IsNull() {
		r.Own.Changed = c.Kind.Changed(c.Before, c.After)
	}
	for _, key := range c.Generates {
		r.Own.Generates = append(r.Own.Generates, GeneratedKey{key.KID, key.File})
	}
	return r
}

// instanceKey returns the instance key of an address as a JSON value, or nil.
func instanceKey(addr schema.Addr) (key any) {
	if addr.Key != "" {
		_ = json.Unmarshal([]byte(addr.Key), &key)
	}
	return key
}

// ActionReason is actionReason for the stream of events, for which Terraform has shorter words; ""
// if it has none.
func (c *Change) ActionReason(p *Plan) string {
	return strings.TrimPrefix(string(actionReason(c, p)), "replace_because_")
}

// actionReason returns Terraform's word for the reason, if it has one.
func actionReason(c *Change, p *Plan) tfjson.ActionReason {
	switch {
	case c.Action == Replace:
		return tfjson.ActionReasonReplaceBecauseCannotUpdate
	case c.Action != Delete || p.Destroy:
		return tfjson.ActionReasonNone
	case c.Addr.Module != "" && !slices.ContainsFunc(p.Changes, func(o Change) bool { return o.Action != Delete && o.Addr.Module == c.Addr.Module }):
		return tfjson.ActionReasonDeleteBecauseNoModule
	case c.Addr.Key != "" && slices.ContainsFunc(p.Changes, func(o Change) bool {
		return o.Action != Delete && o.Addr.Key != "" && o.Addr.Block() == c.Addr.Block()
	}):
		if _, text := instanceKey(c.Addr).(string); text {
			return tfjson.ActionReasonDeleteBecauseEachKey
		}
		return tfjson.ActionReasonDeleteBecauseCountIndex
	}
	return tfjson.ActionReasonDeleteBecauseNoResourceConfig
}

// Document returns the change in Terraform's form. Unlike in Before and After, the id is an
// attribute in it.
func (c *Change) Document() ChangeDocument {
	d := ChangeDocument{}
	d.Actions = shownActions[c.Action]
	if c.OnlyMoved() {
		d.Actions = shownActions[NoOp] // only the mark in the org changes
	}
	before, after := c.secretsMarked()
	if c.Action == Forget {
		after = schema.Value{} // as in Terraform, nothing remains
	}
	d.Before, _, d.BeforeSensitive = whole(c.Kind.Opened(before.Cty()))
	d.After, d.AfterUnknown, d.AfterSensitive = whole(c.Kind.Opened(after.Cty()))
	if values, ok := d.Before.(map[string]any); ok {
		values["id"] = c.ID
	}
	if values, ok := d.After.(map[string]any); ok {
		if unknown, ok := d.AfterUnknown.(map[string]any); ok && (c.Action == Create || c.Action == Replace) {
			unknown["id"] = true
		} else {
			values["id"] = c.ID
		}
	}
	if c.Action == Import {
		d.Importing = &tfjson.Importing{ID: c.ID}
	}
	for _, name := range c.Replaces {
		d.ReplacePaths = append(d.ReplacePaths, []string{name})
	}
	return d
}

// OnlyMoved reports whether only the address in an object's mark changes.
func (c *Change) OnlyMoved() bool {
	if c.Action != Update || c.PrevAddr == (schema.Addr{}) || c.Prior == nil {
		return false
	}
	mark := c.Prior.Owner
	mark.Addr = c.Owner.Addr
	return mark == c.Owner && c.Kind.Equal(c.Before, c.After)
}

// secretsMarked returns Before and After with everything sensitive marked. What the org has in
// place of a declared secret may be that secret.
func (c *Change) secretsMarked() (before, after schema.Value) {
	secret := map[string]bool{}
	if !c.After.IsNull() && c.After.IsKnown() {
		for i := range c.Kind.Blocks {
			b := &c.Kind.Blocks[i]
			list, _ := c.After.GetAttr(b.Type).Unmark()
			if list.IsNull() || !list.IsKnown() {
				continue
			}
			for it := list.ElementIterator(); it.Next(); {
				_, block := it.Element()
				for name := range b.ValueType().AttributeTypes() {
					if block.IsMarked() || block.IsKnown() && block.GetAttr(name).ContainsMarked() {
						secret[b.Type+"."+name] = true
					}
				}
			}
		}
	}
	return marked(c.Kind, c.Before, secret), marked(c.Kind, c.After, secret)
}

// marked marks the attributes that are always sensitive, and those of nested blocks that secret
// names ("public_key.jwk").
func marked(k *schema.Kind, v schema.Value, secret map[string]bool) schema.Value {
	if v.IsNull() || !v.IsKnown() {
		return v
	}
	attrs := v.Values()
	for _, a := range k.Attrs {
		if a.Sensitive && !a.Local && !attrs[a.Name].IsNull() {
			attrs[a.Name] = attrs[a.Name].Mark(schema.Sensitive)
		}
	}
	for i := range k.Blocks {
		b := &k.Blocks[i]
		list := attrs[b.Type]
		if list.IsMarked() || list.IsNull() || !list.IsKnown() || list.LengthInt() == 0 {
			continue
		}
		blocks := list.AsValueSlice()
		for j, block := range blocks {
			if block.IsMarked() || block.IsNull() || !block.IsKnown() {
				continue
			}
			inner := block.AsValueMap()
			for name := range inner {
				if a := b.Attr(name); secret[b.Type+"."+name] || a != nil && a.Sensitive && !inner[name].IsNull() {
					inner[name] = inner[name].Mark(schema.Sensitive)
				}
			}
			blocks[j] = cty.ObjectVal(inner)
		}
		attrs[b.Type] = cty.ListVal(blocks)
	}
	return v.With(attrs)
}

// Action returns "create" for an output with an unknown value, else "no-op".
func (out Output) Action() tfjson.Action {
	if bare, _ := out.Value.UnmarkDeep(); !bare.IsWhollyKnown() {
		return tfjson.ActionCreate
	}
	return tfjson.ActionNoop
}

// document returns the change of an output. Previous values of outputs are not stored: a known
// output counts as unchanged.
func (out Output) document() ChangeDocument {
	v := out.Value
	if out.Sensitive {
		v = v.Mark(schema.Sensitive)
	}
	d := ChangeDocument{}
	d.Actions = tfjson.Actions{out.Action()}
	d.After, d.AfterUnknown, d.AfterSensitive = split(v)
	d.Before, d.BeforeSensitive = d.After, d.AfterSensitive
	if d.Actions.Create() {
		d.Before, d.BeforeSensitive = nil, false
	}
	return d
}

// place returns the position of a change's declaration, as far as the document has it.
func (o Own) place() hcl.Range {
	if o.File == "" {
		return hcl.Range{}
	}
	at := hcl.Pos{Line: max(o.Line, 1), Column: 1}
	return hcl.Range{Filename: o.File, Start: at, End: at}
}
