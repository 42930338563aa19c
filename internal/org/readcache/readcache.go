package readcache

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/oktaform/oktaform/internal/okta"
	"github.com/oktaform/oktaform/internal/org/kinds"
	"github.com/oktaform/oktaform/schema"
	ctyjson "github.com/zclconf/go-cty/cty/json"
)

// Cache is what a read of the org leaves behind for the next one: what was read
// beside the documents of objects, and the place in the System Log from which on
// changes count. It holds no secrets.
type Cache struct {
	Format    int       `json:"format"` // format
	Version   string    `json:"oktaform_version"`
	OrgID     string    `json:"org_id"`
	Principal string    `json:"principal"`
	Scopes    []string  `json:"scopes,omitempty"` // that limit what the principal sees, in order
	Read      time.Time `json:"read"`             // the org's time before the last read of everything
	Cursor    string    `json:"cursor"`
	// Recent are the events of the last minutes before the last read, which may
	// tell of more than that read saw.
	Recent  []okta.Event   `json:"recent,omitempty"`
	Objects []cachedObject `json:"objects"`

	useless string // why nothing in it counts; "": it does
}

const (
	format = 1
	// MaxAge is how long a read of everything holds.
	MaxAge = 24 * time.Hour
)

// cachedObject is what was read of one object: by attribute, what it has beside its
// document. What is missing was not read.
type cachedObject struct {
	Kind   string                     `json:"kind"`
	ID     string                     `json:"id"`
	Holder bool                       `json:"holder,omitempty"` // read as one who may hold admin roles
	Dates  dates                      `json:"dates"`
	Beside map[string]json.RawMessage `json:"beside"`
}

// dates are when an object was last changed, as lists tell it: of some changes there
// is no event, and of others it comes late.
type dates struct {
	Updated string `json:"updated,omitempty"`
	Members string `json:"members,omitempty"` // of a group
}

func datesOf(r *kinds.Remote) dates {
	return dates{okta.Text(r.Doc, "lastUpdated"), okta.Text(r.Doc, "lastMembershipUpdated")}
}

func (m *cachedObject) key() string { return cacheKey(m.Kind, m.ID, m.Holder) }

func cacheKey(kind, id string, holder bool) string { return fmt.Sprintf("%s %s %t", kind, id, holder) }

// fits says why what is remembered is of no use to the read that begins next; nil if
// it is.
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

// newCachedObject keeps what was read of an object.
func newCachedObject(kind *kinds.Kind, o schema.Object, holder bool, changed dates) (cachedObject, error) {
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
