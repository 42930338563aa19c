package schema

import (
	"cmp"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Owner is the mark that an owned object carries in the org instead of a state file: which
// configuration owns the object, under which address, and whether it must not be deleted.
type Owner struct {
	Owner   string `json:"owner"`             // org.owner of the configuration, for example "team/iam"
	Addr    string `json:"addr"`              // the address in it; a string, because a mark may be older than the kinds known here
	Protect bool   `json:"protect,omitempty"` // whether prevent_destroy was set when the mark was written
	// Additive means that the configuration does not manage undeclared roles, so that the org does
	// not show which of the object's roles it assigned.
	Additive bool `json:"additive,omitempty"`
	Deposed  bool `json:"deposed,omitempty"` // the old object of a replacement, to be deleted
	// Pending means that the run that creates an app, or replaces its client secrets, has not
	// finished. The last write of that run clears it. Anybody who may edit apps can forge it: it
	// may cause credentials to be replaced, but never makes one trusted.
	Pending bool `json:"pending,omitempty"`
	// Version is that of a mark that a newer oktaform wrote; 0 for marks that this one knows. Owner
	// and Addr are readable in every version, and nothing else is.
	Version string `json:"version,omitempty"`
}

// MarkVersion is the version of the marks that this oktaform writes. Marks of version 1 don't name
// it.
const MarkVersion = "1"

// Newer reports whether a newer oktaform wrote the mark.
func (o Owner) Newer() bool { return o.Version != "" }

// IsZero reports whether there is no mark.
func (o Owner) IsZero() bool { return o == Owner{} }

// Finished returns the mark without Pending, to compare marks that name the same object whether
// finished or not.
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
	ProfileVersion  = "oktaform_mark_version"
	// ProfileRotation says how far the announced rotation of a client secret has come. It is not
	// part of the mark, and other writes do not change it.
	ProfileRotation = "oktaform_rotation"
)

const deposedSuffix = "#deposed"

// MaxDescription is the maximum length of a group's description in characters.
const MaxDescription = 1024

var ownerName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._/@:-]{0,127}$`) })

// CheckOwner returns an error if the name of an owner is invalid.
func CheckOwner(name string) error {
	if !ownerName().MatchString(name) {
		return fmt.Errorf("an owner must be 1 to 128 letters, digits and ./_-@: characters, for example %q", "team/iam")
	}
	return nil
}

// markKeys are the mark's members in the profile of an app.
var markKeys = [...]string{ProfileOwner, ProfileAddr, ProfileProtect, ProfileAdditive, ProfilePending, ProfileVersion}

// InMark reports whether a member of a profile is written by oktaform only.
func InMark(key string) bool { return key == ProfileRotation || slices.Contains(markKeys[:], key) }

// ToProfile writes the mark to the profile of an app, beside other members. A zero mark removes it.
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
	if version, named := profile[ProfileVersion]; named && fmt.Sprint(version) != MarkVersion {
		return Owner{Owner: owner, Addr: addr, Version: cmp.Or(fmt.Sprint(version), "unnamed")}
	}
	addr, deposed := strings.CutSuffix(addr, deposedSuffix)
	return Owner{Owner: owner, Addr: addr, Deposed: deposed, Protect: profile[ProfileProtect] == "true",
		Additive: profile[ProfileAdditive] == "true", Pending: profile[ProfilePending] == "true"}
}

// textMark matches the mark at the end of a string. Owner and address are escaped so that they
// contain no spaces or brackets. A mark of another version names it after a slash, "[oktaform/2
// ...", which no owner can be mistaken for; words that this version doesn't know may follow the
// address.
var textMark = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?s)^(.*?) ?\[oktaform(?: ([^ \[\]]+) ([^ \[\]]+)( protect)?( additive)?|/([0-9]+) ([^ \[\]]+) ([^ \[\]]+)(?: [^ \[\]]+)*)\]$`)
})

// ToText appends the mark to a string: "Text [oktaform team/iam group.testers]".
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

// OwnerFromText splits a string into its own text and the mark.
func OwnerFromText(marked string) (text string, owner Owner) {
	m := textMark().FindStringSubmatch(marked)
	if m == nil {
		return marked, Owner{}
	}
	name, err1 := url.PathUnescape(cmp.Or(m[2], m[7]))
	addr, err2 := url.PathUnescape(cmp.Or(m[3], m[8]))
	version := m[6]
	switch {
	case err1 != nil, err2 != nil, version == MarkVersion:
		return marked, Owner{}
	case version != "":
		return m[1], Owner{Owner: name, Addr: addr, Version: version}
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

// OwnerPattern selects owners by name: in "ci-*", the star stands for any text.
type OwnerPattern string

var ownerPattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9._/@:*-]{1,128}$`) })

// Check returns an error if the pattern is invalid.
func (p OwnerPattern) Check() error {
	if !ownerPattern().MatchString(string(p)) {
		return fmt.Errorf("%q is not a valid pattern of owners: use letters, digits and ./_-@: characters, and * for any text, for example %q", string(p), "ci-*")
	}
	return nil
}

// Open reports whether the pattern does not limit how an owner's name begins.
func (p OwnerPattern) Open() bool { return strings.HasPrefix(string(p), "*") }

// Matches reports whether the pattern selects the owner. The empty pattern selects none.
func (p OwnerPattern) Matches(owner string) bool {
	parts := strings.Split(string(p), "*")
	if len(parts) == 1 {
		return owner != "" && owner == string(p)
	}
	rest, fits := strings.CutPrefix(owner, parts[0])
	if !fits {
		return false
	}
	last := len(parts) - 1
	if rest, fits = strings.CutSuffix(rest, parts[last]); !fits {
		return false
	}
	for _, part := range parts[1:last] {
		if _, rest, fits = strings.Cut(rest, part); !fits {
			return false
		}
	}
	return owner != ""
}
