package plan

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// fileVersion is the version of the format under "oktaform" in a saved plan.
const fileVersion = 1

// Encode returns the contents of the plan's file.
func (d *Document) Encode() ([]byte, error) {
	data, err := json.MarshalIndent(d, "", "  ")
	return append(data, '\n'), err
}

// Saved is a plan read from a file: a Document and the plan that it describes. It must not be
// trusted: it is only shown and compared, and what is applied is always a plan made from the
// configuration and the org.
type Saved struct {
	Document Document
	Plan     *Plan
}

// Parse parses a saved plan.
func Parse(data []byte) (*Saved, error) {
	if err := checkVersion(data); err != nil {
		return nil, err
	}
	s := &Saved{}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := dec.Decode(&s.Document); err != nil {
		return nil, fmt.Errorf("it isn't the JSON of a plan (%w)", err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the JSON of the plan")
	}
	d := &s.Document
	s.Plan = &Plan{OrgID: d.Origin.OrgID, URL: d.Origin.URL, Owner: d.Origin.Owner, As: d.Origin.As, Credential: d.Origin.Credential, Destroy: d.Origin.Destroy, Notes: d.Origin.Notes}
	for i := range d.ResourceChanges {
		c, err := d.ResourceChanges[i].change()
		if err != nil {
			return nil, fmt.Errorf("resource_changes[%d]: %w", i, err)
		}
		s.Plan.Changes = append(s.Plan.Changes, c)
	}
	return s, s.outputs()
}

// checkVersion returns an error for a plan of another version, whose other members may have another
// form. What is no JSON is left to the decoder.
func checkVersion(data []byte) error {
	var head struct {
		FormatVersion string `json:"format_version"`
		Origin        struct {
			Version int `json:"version"`
		} `json:"oktaform"`
	}
	switch err := json.Unmarshal(data, &head); {
	case err != nil:
		return nil
	case head.FormatVersion == "" || head.Origin.Version == 0:
		return errors.New("it lacks format_version or oktaform.version")
	case head.Origin.Version > fileVersion:
		return fmt.Errorf("it was made by a newer oktaform: its version is %d, and this one knows version %d. Use the newer one", head.Origin.Version, fileVersion)
	case head.Origin.Version < fileVersion:
		return fmt.Errorf("it was made by an older oktaform: its version is %d, and this one knows version %d", head.Origin.Version, fileVersion)
	}
	return nil
}

// change converts a resource change back to a Change.
func (r *ResourceChange) change() (Change, error) {
	c := Change{ID: r.Own.ID, OnDestroy: r.Own.OnDestroy, Reason: r.Own.Reason, UndeclaredElements: r.Own.UndeclaredElements, Range: r.Own.place()}
	var err error
	if c.Addr, err = schema.ParseAddr(r.Address); err != nil {
		return c, err
	}
	if c.Kind = kinds.Named(r.Type); c.Kind == nil {
		return c, fmt.Errorf("%s is of an unknown kind", r.Address)
	}
	if r.PreviousAddress != "" {
		if c.PrevAddr, err = schema.ParseAddr(r.PreviousAddress); err != nil {
			return c, err
		}
	}
	if c.Action = actionNamed(r.Own.Action); c.Action == "" {
		return c, fmt.Errorf("%s: unknown action %q", r.Address, r.Own.Action)
	}
	if c.Before, c.After, err = r.values(c.Kind); err != nil {
		return c, fmt.Errorf("%s: %w", r.Address, err)
	}
	if c.Action == Forget {
		c.After = c.Before
	}
	if c.Action == Update || c.Action == Import {
		c.Overlap = Overlap(c.Kind, c.Before.Unmarked(), c.After)
	}
	if err := c.consistent(); err != nil {
		return c, fmt.Errorf("%s: %w", r.Address, err)
	}
	for _, path := range r.Change.ReplacePaths {
		if steps, _ := path.([]any); len(steps) == 1 {
			name, _ := steps[0].(string)
			c.Replaces = append(c.Replaces, name)
		}
	}
	for _, key := range r.Own.Generates {
		c.Generates = append(c.Generates, schema.PrivateKey{KID: key.KID, File: key.File, Generate: true, Absent: true})
	}
	if r.Own.Owner != nil {
		c.Owner = *r.Own.Owner
	}
	if !c.Before.IsNull() {
		c.Prior = &schema.Object{Kind: c.Kind.Name, ID: c.ID, Value: c.Before}
		if r.Own.PriorOwner != nil {
			c.Prior.Owner = *r.Own.PriorOwner
		}
	}
	return c, nil
}

// actionNamed returns the action with this name in a document; "" if there is none.
func actionNamed(name string) Action {
	for action, other := range actionNames {
		if other == name {
			return action
		}
	}
	return ""
}

// consistent refuses values that contradict the action.
func (c *Change) consistent() error {
	needsBefore := c.Action != Create
	needsAfter := c.Action != Delete
	if needsBefore == c.Before.IsNull() || needsAfter == c.After.IsNull() {
		return fmt.Errorf("before and after don't go with the action %q", actionNames[c.Action])
	}
	return nil
}

// values returns Before and After, each known as a whole.
func (r *ResourceChange) values(k *schema.Kind) (before, after schema.Value, err error) {
	d := &r.Change
	if d.BeforeSensitive == true || d.AfterSensitive == true || d.AfterUnknown == true {
		return before, after, errors.New("an object isn't unknown or sensitive as a whole")
	}
	was, err := join(k.Type(), k.Closed(d.Before), nil, d.BeforeSensitive)
	if err != nil {
		return before, after, fmt.Errorf("before: %w", err)
	}
	will, err := join(k.Type(), k.Closed(d.After), d.AfterUnknown, d.AfterSensitive)
	if err != nil {
		return before, after, fmt.Errorf("after: %w", err)
	}
	if hasNull(was) || hasNull(will) {
		return before, after, errors.New("null in a list")
	}
	before, after = k.FromCty(was), k.FromCty(will)
	if before.IsNull() || after.IsNull() {
		return before, after, nil
	}
	// Two sensitive values look alike; the document records separately which of them differ.
	attrs := schema.Values{}
	for _, name := range r.Own.Changed {
		if !k.Type().HasAttribute(name) {
			return before, after, fmt.Errorf("%s has no attribute %q", k.Name, name)
		}
		if v := before.GetAttr(name); v.IsMarked() && after.GetAttr(name).IsMarked() {
			attrs[name] = other(v.Type()).Mark(schema.Sensitive)
		}
	}
	return before.With(attrs), after, nil
}

// hasNull reports whether a list in the value has a null element, which no read or declared list
// has.
func hasNull(v cty.Value) bool {
	found := false
	_ = cty.Walk(v, func(_ cty.Path, v cty.Value) (bool, error) {
		if list, _ := v.Unmark(); list.Type().IsListType() && list.IsKnown() && !list.IsNull() {
			found = found || slices.ContainsFunc(list.AsValueSlice(), func(e cty.Value) bool { return e.IsNull() })
		}
		return true, nil
	})
	return found
}

func (s *Saved) outputs() error {
	d := &s.Document
	for name, out := range d.PlannedValues.Outputs {
		if out == nil {
			return fmt.Errorf("output %q is null", name)
		}
		o := Output{Name: name, Sensitive: out.Sensitive, Value: cty.DynamicVal}
		change, ok := d.OutputChanges[name]
		if ok && out.Type != cty.NilType && !out.Type.HasDynamicTypes() {
			var err error
			if o.Value, err = join(out.Type, change.After, change.AfterUnknown, change.AfterSensitive); err != nil {
				return fmt.Errorf("output %q: %w", name, err)
			}
		}
		s.Plan.Outputs = append(s.Plan.Outputs, o)
	}
	slices.SortFunc(s.Plan.Outputs, func(a, b Output) int { return strings.Compare(a.Name, b.Name) })
	return nil
}

// fingerprint returns a hash of the object's mark, and of each of its attributes and sets that was
// read. Sensitive values have none.
func (c *Change) fingerprint() map[string]string {
	if c.Prior == nil {
		return nil
	}
	out := map[string]string{"owner": digest(c.Prior.Owner)}
	before, after := c.secretsMarked()
	secret := func(v schema.Value, name string) bool {
		return !v.IsNull() && v.IsKnown() && v.GetAttr(name).ContainsMarked()
	}
	for name, v := range c.Prior.Value.All() {
		if v.IsNull() || secret(before, name) || secret(after, name) {
			continue
		}
		out[name] = digest(ctyjson.SimpleJSONValue{Value: v})
	}
	return out
}

// digest returns a hash of a value's JSON. The value must not be secret.
func digest(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(data)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
