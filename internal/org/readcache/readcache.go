package readcache

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/oktaform/oktaform/internal/okta"
	orgkinds "github.com/oktaform/oktaform/internal/org/kinds"
	"github.com/oktaform/oktaform/schema"
)

// Cache is what a read of the org stores for the next one: what was read beside the documents of
// objects, and the position in the System Log from which later changes count. It contains no
// secrets.
type Cache struct {
	Format    int       `json:"format"` // format
	Version   string    `json:"oktaform_version"`
	OrgID     string    `json:"org_id"`
	Principal string    `json:"principal"`
	Scopes    []string  `json:"scopes,omitempty"` // scopes that limit what the principal sees, sorted
	Read      time.Time `json:"read"`             // the org's time before the last complete read
	Cursor    string    `json:"cursor"`
	// Recent are the events of the last minutes before the last read. They may report changes that
	// the read did not see.
	Recent  []okta.Event   `json:"recent,omitempty"`
	Objects []cachedObject `json:"objects"`

	useless string // why the cache has no answers; "" if it has
}

const (
	format = 1
	// MaxAge is how long a complete read is used.
	MaxAge = 24 * time.Hour
)

// cachedObject is what was read of one object beside its document, by attribute. A missing
// attribute was not read.
type cachedObject struct {
	Kind   string                     `json:"kind"`
	ID     string                     `json:"id"`
	Holder bool                       `json:"holder,omitempty"` // read as a possible admin
	Dates  dates                      `json:"dates"`
	Beside map[string]json.RawMessage `json:"beside"`
}

// dates are when an object was last changed according to lists, because some changes have no event
// or a late one.
type dates struct {
	Updated string `json:"updated,omitempty"`
	Members string `json:"members,omitempty"` // of a group
}

func datesOf(r *orgkinds.Remote) dates {
	return dates{okta.Text(r.Doc, "lastUpdated"), okta.Text(r.Doc, "lastMembershipUpdated")}
}

func (m *cachedObject) key() string { return cacheKey(m.Kind, m.ID, m.Holder) }

func cacheKey(kind, id string, holder bool) string { return fmt.Sprintf("%s %s %t", kind, id, holder) }

// fits returns why the cache cannot be used for the next read; nil if it can.
func (m *Cache) fits(next *Cache) error {
	switch {
	case m == nil:
		return &okta.LogGap{Reason: "nothing is kept of an earlier read"}
	case m.useless != "":
		return &okta.LogGap{Reason: "nothing is known of an earlier read: " + m.useless}
	case m.Format != format || m.Version != next.Version:
		return &okta.LogGap{Reason: fmt.Sprintf("what is kept is of oktaform %s, and this is %s", m.Version, next.Version)}
	case m.OrgID != next.OrgID:
		return &okta.LogGap{Reason: fmt.Sprintf("what is kept is of another org (%s), and this is %s", m.OrgID, next.OrgID)}
	case m.Principal != next.Principal:
		return &okta.LogGap{Reason: fmt.Sprintf("what is kept was read by %s, and this is %s", m.Principal, next.Principal)}
	case !slices.Equal(m.Scopes, next.Scopes):
		return &okta.LogGap{Reason: fmt.Sprintf("what is kept was read with other scopes (%s) than now (%s)", strings.Join(m.Scopes, " "), strings.Join(next.Scopes, " "))}
	case m.Cursor == "":
		return &okta.LogGap{Reason: "what is kept names no place in the System Log"}
	case next.Read.Sub(m.Read) > MaxAge || m.Read.Sub(next.Read) > overlap:
		return &okta.LogGap{Reason: fmt.Sprintf("the last read of everything was at %s, which isn't within the last 24 hours", m.Read.UTC().Format(time.RFC3339))}
	}
	return nil
}

// newCachedObject returns the cache entry for an object.
func newCachedObject(kind *orgkinds.Kind, o schema.Object, holder bool, changed dates) (cachedObject, error) {
	out := cachedObject{Kind: o.Kind, ID: o.ID, Holder: holder, Dates: changed, Beside: map[string]json.RawMessage{}}
	for _, a := range kind.PartList() {
		v, _ := o.Value.GetAttr(a.Name).UnmarkDeep()
		if v.IsNull() || !v.IsWhollyKnown() {
			continue
		}
		raw, err := ctyjson.Marshal(v, a.Type)
		if err != nil {
			return out, fmt.Errorf("%s of %s %s: %w", a.Name, o.Kind, o.ID, err)
		}
		out.Beside[a.Name] = raw
	}
	return out, nil
}
