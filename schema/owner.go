package schema

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Owner is the mark that an owned object carries in the org, so that no state
// has to be kept anywhere else: which configuration owns the object, under
// which address, and whether it must not be deleted.
type Owner struct {
	Owner   string `json:"owner"`             // org.owner of the configuration, for example "team/iam"
	Addr    string `json:"addr"`              // the address in it; kept as text, since a mark may be older than the kinds known here
	Protect bool   `json:"protect,omitempty"` // prevent_destroy held when the mark was written
	// Additive says that the configuration left roles alone that it doesn't declare, so that
	// nothing tells which of the object's roles it assigned.
	Additive bool `json:"additive,omitempty"`
	Deposed  bool `json:"deposed,omitempty"` // the old half of a replacement, waiting to be deleted
	// Pending says of an app that the run that creates it, or replaces its client secrets, has
	// not finished. The last write of that run clears it. Whoever may edit apps can forge it: it
	// may cause credentials to be replaced, and never makes one trusted.
	Pending bool `json:"pending,omitempty"`
}

// IsZero reports whether there is no mark.
func (o Owner) IsZero() bool { return o == Owner{} }

// Finished returns the mark without Pending: two marks name the same object, finished or not, if
// these are equal.
func (o Owner) Finished() Owner {
	o.Pending = false
	return o
}

// Names of the keys in an app's profile.
const (
	ProfileOwner    = "oktaform_owner"
	ProfileAddr     = "oktaform_address"
	ProfileProtect  = "oktaform_protect"
	ProfileAdditive = "oktaform_additive"
	ProfilePending  = "oktaform_pending"
	// ProfileRotation says how far the rotation of a client secret was announced. It is no part of
	// the mark: whatever else is written leaves it alone.
	ProfileRotation = "oktaform_rotation"
)

const deposedSuffix = "#deposed"

// MaxDescription is Okta's limit on the description of a group, in characters.
const MaxDescription = 1024

var ownerName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/@:-]{0,127}$`) })

// CheckOwner reports what is wrong with the name of an owner, if anything.
func CheckOwner(name string) error {
	if !ownerName().MatchString(name) {
		return fmt.Errorf("an owner is 1 to 128 letters, digits and ./_-@: characters, for example %q", "team/iam")
	}
	return nil
}

// markKeys are those of the mark in the profile of an app.
var markKeys = [...]string{ProfileOwner, ProfileAddr, ProfileProtect, ProfileAdditive, ProfilePending}

// isOurs reports whether a key of a profile is written by this program alone.
func isOurs(key string) bool { return key == ProfileRotation || slices.Contains(markKeys[:], key) }

// ToProfile writes the mark into the profile of an app, next to the keys of
// others. A zero mark takes ours away.
func (o Owner) ToProfile(profile map[string]any) {
	for _, key := range markKeys {
		delete(profile, key)
	}
	if o.IsZero() {
		return
	}
	profile[ProfileOwner] = o.Owner
	profile[ProfileAddr] = o.addrText()
	if o.Protect {
		profile[ProfileProtect] = "true"
	}
	if o.Additive {
		profile[ProfileAdditive] = "true"
	}
	if o.Pending {
		profile[ProfilePending] = "true"
	}
}

// OwnerFromProfile reads the mark in the profile of an app.
func OwnerFromProfile(profile map[string]any) Owner {
	owner, _ := profile[ProfileOwner].(string)
	addr, _ := profile[ProfileAddr].(string)
	if owner == "" || addr == "" {
		return Owner{}
	}
	addr, deposed := strings.CutSuffix(addr, deposedSuffix)
	return Owner{Owner: owner, Addr: addr, Deposed: deposed, Protect: profile[ProfileProtect] == "true",
		Additive: profile[ProfileAdditive] == "true", Pending: profile[ProfilePending] == "true"}
}

// The mark at the end of a text. Owner and address are escaped so that neither can hold a
// space or a bracket.
var textMark = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?s)^(.*?) ?\[oktaform ([^ \[\]]+) ([^ \[\]]+)( protect)?( additive)?\]$`)
})

// ToText joins a text and the mark: "Text [oktaform team/iam group.testers]".
func (o Owner) ToText(text string) string {
	if o.IsZero() {
		return text
	}
	mark := "[oktaform " + escapeMark(o.Owner) + " " + escapeMark(o.addrText())
	if o.Protect {
		mark += " protect"
	}
	if o.Additive {
		mark += " additive"
	}
	mark += "]"
	if text != "" {
		mark = text + " " + mark
	}
	return mark
}

// OwnerFromText splits a text into what people wrote and the mark.
func OwnerFromText(marked string) (text string, owner Owner) {
	m := textMark().FindStringSubmatch(marked)
	if m == nil {
		return marked, Owner{}
	}
	name, err1 := url.PathUnescape(m[2])
	addr, err2 := url.PathUnescape(m[3])
	if err1 != nil || err2 != nil {
		return marked, Owner{}
	}
	addr, deposed := strings.CutSuffix(addr, deposedSuffix)
	return m[1], Owner{Owner: name, Addr: addr, Deposed: deposed, Protect: m[4] != "", Additive: m[5] != ""}
}

func (o Owner) addrText() string {
	if o.Deposed {
		return o.Addr + deposedSuffix
	}
	return o.Addr
}

// escapeMark percent-encodes what would end a word of the mark.
func escapeMark(s string) string {
	var b strings.Builder
	for _, r := range []byte(s) {
		if r <= ' ' || r == '[' || r == ']' || r == '%' || r == 0x7f {
			fmt.Fprintf(&b, "%%%02X", r)
		} else {
			b.WriteByte(r)
		}
	}
	return b.String()
}
