package plan

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// SnapshotFile is a read of an org in a file, to plan without the org. It contains the query, the
// principal, and the objects. It contains no secrets, but an inventory of the declared and owned
// objects.
type SnapshotFile struct {
	Format   int              `json:"format"` // snapshotFormat
	Version  string           `json:"oktaform_version"`
	Time     time.Time        `json:"time"` // before the org was read
	Query    schema.Query     `json:"asked"`
	Lookups  []lookedUp       `json:"lookups,omitempty"`
	Snapshot *schema.Snapshot `json:"found"`
}

const snapshotFormat = 1

// lookedUp is the query of a data block when the org was read.
type lookedUp struct {
	Addr  schema.Addr `json:"addr"`
	By    string      `json:"by"`
	Value string      `json:"value"`
}

// EncodeSnapshot returns the contents of a snapshot file.
func EncodeSnapshot(asked schema.Query, lookups []schema.Lookup, found *schema.Snapshot, version string, now time.Time) ([]byte, error) {
	k := SnapshotFile{Format: snapshotFormat, Version: version, Time: now.UTC().Truncate(time.Second), Query: asked, Snapshot: withDeclared(asked, found)}
	for _, l := range lookups {
		k.Lookups = append(k.Lookups, lookedUp{Addr: l.Addr, By: l.By, Value: l.Value})
	}
	data, err := json.MarshalIndent(k, "", "  ")
	return append(data, '\n'), err
}

// withDeclared returns what was found without the custom attributes of users and groups that nobody
// declares: they are personal data, and no plan uses them.
func withDeclared(asked schema.Query, found *schema.Snapshot) *schema.Snapshot {
	declared := map[string][]string{} // names by kind
	for _, w := range asked.Objects {
		declared[w.Addr.Kind] = append(declared[w.Addr.Kind], w.Custom...)
	}
	kept := *found
	kept.Objects = slices.Clone(found.Objects)
	for i := range kept.Objects {
		o := &kept.Objects[i]
		o.Value = kinds.WithCustom(o.Value, declared[o.Kind])
	}
	return &kept
}

// ParseSnapshot parses what EncodeSnapshot of the same version returned. For anything else it
// returns an error that says what to do.
func ParseSnapshot(data []byte, version string) (*SnapshotFile, error) {
	var head struct {
		Format  int    `json:"format"`
		Version string `json:"oktaform_version"`
	}
	if err := json.Unmarshal(data, &head); err != nil || head.Format == 0 {
		return nil, errors.New("it is no snapshot of oktaform: make one with oktaform snapshot --out FILE")
	}
	if head.Format != snapshotFormat || head.Version != version {
		return nil, fmt.Errorf("it was made by oktaform %q, and this is oktaform %s: what they read may differ. Make a new one with this version: oktaform snapshot --out FILE", head.Version, version)
	}
	var in struct {
		SnapshotFile
		Snapshot json.RawMessage `json:"found"`
	}
	err := json.Unmarshal(data, &in)
	if err == nil && in.Snapshot != nil {
		in.SnapshotFile.Snapshot, err = kinds.DecodeSnapshot(in.Snapshot)
	}
	k := &in.SnapshotFile
	if err == nil {
		err = k.check()
	}
	if err != nil {
		return nil, fmt.Errorf("it is damaged (%w): make a new one with oktaform snapshot --out FILE", err)
	}
	return k, nil
}

// check validates what the rest of the program assumes about a snapshot.
func (k *SnapshotFile) check() error {
	if k.Snapshot == nil || k.Snapshot.OrgID == "" {
		return errors.New("it names no org")
	}
	sound := func(o *schema.Object) error {
		switch {
		case o == nil || o.ID == "" || o.Value.IsNull():
			return errors.New("an object has no id or value")
		case hasNullElement(o.Value):
			return fmt.Errorf("%s %q lacks elements of its lists", o.Kind, o.ID)
		}
		return nil
	}
	objects := slices.Clone(k.Snapshot.Objects)
	if k.Snapshot.Admins != nil {
		objects = append(objects, k.Snapshot.Admins.Objects...)
	}
	for i := range objects {
		if kind := kinds.Named(objects[i].Kind); kind == nil || kind.Source() != "" {
			return fmt.Errorf("no object of the kind %q can be declared", objects[i].Kind)
		}
		if err := sound(&objects[i]); err != nil {
			return err
		}
	}
	for _, o := range k.Snapshot.Data {
		if err := sound(o); err != nil {
			return err
		}
	}
	seen := map[string]bool{}
	for _, o := range k.Snapshot.Objects {
		key := o.Kind + " " + o.ID
		if seen[key] {
			return fmt.Errorf("%s %q is there twice", o.Kind, o.ID)
		}
		seen[key] = true
	}
	return nil
}

// hasNullElement reports whether a list, set or map in the value has a null element.
func hasNullElement(value schema.Value) bool {
	found := false
	for _, held := range value.All() {
		_ = cty.Walk(held, func(path cty.Path, v cty.Value) (bool, error) {
			if len(path) > 0 {
				_, element := path[len(path)-1].(cty.IndexStep)
				found = found || element && v.IsNull()
			}
			return !found, nil
		})
	}
	return found
}

// Fits returns an error if the snapshot does not answer the query.
func (k *SnapshotFile) Fits(q schema.Query) error {
	if k.Query.Owner != q.Owner || k.Query.PreviousOwner != q.PreviousOwner {
		return fmt.Errorf("it holds the objects of the owner %q, and org.owner is %q: make one for this configuration with oktaform snapshot --out FILE", k.Query.Owner, q.Owner)
	}
	if q.Admins && !k.Query.Admins {
		return errors.New("it doesn't tell who else holds admin roles, which authoritative_admins asks for: make a new one with oktaform snapshot --out FILE")
	}
	if q.Unowned && !k.Query.Unowned {
		return errors.New("it doesn't tell enough of objects that nobody owns for --import: leave --import out, or plan with the org")
	}
	return nil
}

// LookUp resolves data blocks as the org would. A lookup that was not made when the org was read is
// an error.
func (k *SnapshotFile) LookUp(lookups []schema.Lookup) ([]schema.LookupResult, hcl.Diagnostics) {
	var found []schema.LookupResult
	var diags hcl.Diagnostics
	for _, l := range lookups {
		object := k.Snapshot.Data[l.Addr.String()]
		if object == nil || object.Kind != l.Kind.Name || !slices.Contains(k.Lookups, lookedUp{Addr: l.Addr, By: l.By, Value: l.Value}) {
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagError, Summary: "Data source isn't in the snapshot",
				Detail:  fmt.Sprintf("%s looks up the %s with the %s %q, which nobody looked for when the snapshot was made. Plan with the org, or make a new snapshot with this configuration: oktaform snapshot --out FILE.", l.Addr, l.Kind.Title, l.By, l.Value),
				Subject: &l.Range})
			continue
		}
		found = append(found, schema.LookupResult{Lookup: l, Objects: []schema.Object{*object}})
	}
	return found, diags
}

// Notes say what a plan for the query q from this snapshot is based on.
func (k *SnapshotFile) Notes(q schema.Query) []string {
	by := ""
	if k.Snapshot.Principal != "" {
		by = " by " + k.Snapshot.Principal
	}
	notes := []string{fmt.Sprintf("planned from a snapshot of %s, read at %s%s, not from the org: what has changed there since isn't seen.", k.Snapshot.URL, k.Time.Format(time.RFC3339), by)}
	var unasked []string
	for _, w := range q.Objects {
		if !k.covers(w) {
			unasked = append(unasked, w.Addr.String())
		}
	}
	if len(unasked) > 0 {
		notes = append(notes, fmt.Sprintf("the snapshot was made before this was declared: %s. The org may have more of it than the plan knows.", strings.Join(unasked, ", ")))
	}
	return notes
}

// covers reports whether the snapshot's query asked for everything about the declared object.
func (k *SnapshotFile) covers(w schema.ObjectQuery) bool {
	owned := slices.ContainsFunc(k.Snapshot.Objects, func(o schema.Object) bool {
		return o.Owner.Owner == k.Query.Owner && o.Kind == w.Addr.Kind && matchesAddr(w, o.Owner.Addr)
	})
	return slices.ContainsFunc(k.Query.Objects, func(a schema.ObjectQuery) bool {
		if a.Addr.Kind != w.Addr.Kind || !subset(w.SideData, a.SideData) {
			return false
		}
		if owned && w.Imports == "" {
			return matchesAddr(w, a.Addr.String())
		}
		return a.Name == w.Name && a.ID == w.ID && a.Imports == w.Imports && subset(w.Clues, a.Clues)
	})
}

func matchesAddr(w schema.ObjectQuery, addr string) bool {
	return addr == w.Addr.String() || slices.Contains(w.Was, addr)
}

func subset(some, all []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(all, s) })
}
