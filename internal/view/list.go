package view

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/generate"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// Listed is one object of an org, and who manages it.
type Listed struct {
	Kind  string `json:"kind"`
	ID    string `json:"id"`
	Label string `json:"label"`
	// ManagedBy is "configuration" for the one that was read, "another" or "nobody".
	ManagedBy string `json:"managed_by"`
	Owner     string `json:"owner,omitempty"`
	Address   string `json:"address,omitempty"`
	// ToImport means that nobody manages the object yet, and the configuration imports it as
	// Address.
	ToImport bool `json:"to_import,omitempty"`
	// Is says of an object that can't be declared what it is.
	Is string `json:"is,omitempty"`
	// Principal means that oktaform runs as the object, which import therefore leaves out.
	Principal bool `json:"principal,omitempty"`
}

// Who manages an object.
const (
	byConfiguration = "configuration"
	byAnother       = "another"
	byNobody        = "nobody"
)

// List lists the objects of an inventory. owner is that of the configuration; "" where there is
// none. declared returns the address of an object that carries no mark; "" where it isn't declared.
func List(inv *schema.Inventory, owner string, declared func(o *schema.Object, label string) string) (list []Listed) {
	for i := range inv.Objects {
		o := &inv.Objects[i]
		l := Listed{Kind: o.Kind, ID: o.ID, Label: generate.Label(o), ManagedBy: byNobody, Owner: o.Owner.Owner, Address: o.Owner.Addr,
			Principal: inv.Principal != "" && (o.ID == inv.Principal || generate.ClientID(o) == inv.Principal)}
		switch {
		case o.Owner.IsZero():
			l.Address = declared(o, l.Label)
			switch {
			case l.Address == "":
			case kinds.Named(o.Kind).Owned(): // else it would carry a mark
				l.ToImport = true
			default:
				l.ManagedBy = byConfiguration
			}
		case o.Owner.Owner == owner:
			l.ManagedBy = byConfiguration
		default:
			l.ManagedBy = byAnother
		}
		list = append(list, l)
	}
	for _, o := range inv.Others {
		list = append(list, Listed{Kind: "data." + o.Source, ID: o.ID, Label: o.Name, ManagedBy: byNobody, Is: o.Is})
	}
	order := map[string]int{}
	for i, k := range kinds.All() {
		order[k.Name] = i - len(kinds.All())
	}
	slices.SortStableFunc(list, func(a, b Listed) int {
		return cmp.Or(cmp.Compare(order[a.Kind], order[b.Kind]), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Label, b.Label), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// ListText is a list for people.
func ListText(list []Listed, inv *schema.Inventory, next string, style Style) string {
	var b strings.Builder
	if len(list) > 0 {
		var rows [][]string
		for _, l := range list {
			rows = append(rows, []string{l.Kind, Plain(l.Label), Plain(l.ID), Plain(l.manager())})
		}
		b.WriteString(table([]string{"KIND", "LABEL", "ID", "MANAGED BY"}, rows, style) + "\n")
	}
	b.WriteString(style.Bold(style.Prose(Counted(list))) + "\n")
	b.WriteString(style.Prose(gapsText(inv.Gaps) + next))
	return b.String()
}

func (l Listed) manager() string {
	switch {
	case l.Is != "":
		return "can't be declared: " + l.Is
	case l.ManagedBy == byConfiguration:
		return "this configuration, as " + l.Address
	case l.ManagedBy == byAnother:
		return l.Owner + ", as " + l.Address
	case l.ToImport:
		return byNobody + " yet: to be imported by this configuration, as " + l.Address
	case l.Principal:
		return byNobody + ": oktaform runs as it"
	}
	return byNobody
}

// Counted says how many objects there are, and who manages them.
func Counted(list []Listed) string {
	n := map[string]int{}
	for _, l := range list {
		switch {
		case l.Is != "":
			n["undeclarable"]++
		case l.ToImport:
			n["import"]++
		default:
			n[l.ManagedBy]++
		}
	}
	text := fmt.Sprintf("%s: %d managed by this configuration, %d by others, %d by nobody", objects(len(list)), n[byConfiguration], n[byAnother], n[byNobody])
	if n["import"] > 0 {
		text += fmt.Sprintf(", %d to be imported by this configuration", n["import"])
	}
	if n["undeclarable"] > 0 {
		text += fmt.Sprintf(", %d that can't be declared", n["undeclarable"])
	}
	return text + "."
}

// ListJSON is a list for programs.
func ListJSON(list []Listed, inv *schema.Inventory) (string, error) {
	return indented(struct {
		Org     string    `json:"org"`
		Objects []Listed  `json:"objects"`
		Unread  []gapJSON `json:"unread"`
	}{inv.URL, append([]Listed{}, list...), gapsJSON(inv.Gaps)})
}

type gapJSON struct {
	Kind  string `json:"kind"`
	ID    string `json:"id,omitempty"`
	Part  string `json:"part,omitempty"`
	Cause string `json:"cause"`
}

func gapsJSON(gaps []schema.Gap) []gapJSON {
	list := []gapJSON{}
	for _, g := range gaps {
		list = append(list, gapJSON{g.Kind, g.ID, g.Part, g.Cause})
	}
	return list
}

// mostCauses is how many objects are named for each thing that was not read.
const mostCauses = 3

// gapsText names what was not read: the same part of many objects once.
func gapsText(gaps []schema.Gap) string {
	byCause := map[[4]string][]string{}
	var order [][4]string
	for _, g := range gaps {
		key := [4]string{g.Kind, g.Part, withoutID(g.Cause, g.ID), "Not read: "}
		if g.Stays {
			key[3] = "Not managed: "
		}
		if byCause[key] == nil {
			order = append(order, key)
		}
		name := ""
		if g.ID != "" {
			name = fmt.Sprintf("%q (%s)", g.Name, g.ID)
		}
		byCause[key] = append(byCause[key], name)
	}
	var b strings.Builder
	for _, key := range order {
		what, names := key[0], byCause[key]
		if key[1] != "" {
			what = key[1] + " of " + what
		}
		switch {
		case names[0] == "":
			what = "any " + what
		case len(names) > mostCauses:
			what += " " + strings.Join(names[:mostCauses], ", ") + fmt.Sprintf(" and %d others", len(names)-mostCauses)
		default:
			what += " " + strings.Join(names, ", ")
		}
		b.WriteString(Plain(key[3]+what+": "+strings.TrimSuffix(key[2], ".")+".") + "\n")
	}
	return b.String()
}

// withoutID makes one cause of what differs in the id alone.
func withoutID(cause, id string) string {
	if id == "" {
		return cause
	}
	return strings.ReplaceAll(cause, id, "ID")
}

// Imported says what an import has written, into which files, and what not.
func Imported(r *generate.Result, inv *schema.Inventory, files []string) string {
	var b strings.Builder
	counts := map[string]int{}
	for _, o := range r.Written {
		counts[o.Addr.Kind]++
	}
	var parts []string
	for _, k := range kinds.All() {
		if n := counts[k.Name]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, k.Name))
		}
	}
	switch {
	case len(parts) == 0 && len(files) > 0:
		b.WriteString(Plain("No object to write. Written: "+strings.Join(files, ", ")+".") + "\n")
	case len(parts) == 0:
		b.WriteString("Nothing new to write.\n")
	default:
		fmt.Fprintf(&b, "%s written: %s.\n", objects(len(r.Written)), strings.Join(parts, ", "))
	}
	for _, l := range r.LeftOut {
		what := ""
		if l.Part != "" {
			what = l.Part + " of "
		}
		b.WriteString(Plain(fmt.Sprintf("Left out: %s%s %q (%s): %s.", what, l.Kind, l.Label, l.ID, strings.TrimSuffix(l.Why, "."))) + "\n")
	}
	b.WriteString(gapsText(inv.Gaps))
	is := map[string]int{}
	for _, o := range inv.Others {
		is[o.Is]++
	}
	var others []string
	for what := range is {
		others = append(others, fmt.Sprintf("%s (%d)", what, is[what]))
	}
	if slices.Sort(others); len(others) > 0 {
		are := "and are looked up where something refers to them"
		if len(inv.Others) == 1 {
			are = "and is looked up where something refers to it"
		}
		b.WriteString(Plain(fmt.Sprintf("%s can't be declared, %s: %s.", objects(len(inv.Others)), are, strings.Join(others, ", "))) + "\n")
	}
	return b.String()
}

// ImportedJSON is Imported for programs.
func ImportedJSON(r *generate.Result, inv *schema.Inventory) (string, error) {
	type written struct {
		Address string `json:"address"`
		Kind    string `json:"kind"`
		ID      string `json:"id"`
	}
	type leftOut struct {
		Kind  string `json:"kind"`
		ID    string `json:"id"`
		Label string `json:"label"`
		Part  string `json:"part,omitempty"`
		Why   string `json:"why"`
	}
	out := struct {
		Written []written `json:"written"`
		LeftOut []leftOut `json:"left_out"`
		Unread  []gapJSON `json:"unread"`
	}{[]written{}, []leftOut{}, gapsJSON(inv.Gaps)}
	for _, o := range r.Written {
		out.Written = append(out.Written, written{o.Addr.String(), o.Addr.Kind, o.ID})
	}
	for _, l := range r.LeftOut {
		out.LeftOut = append(out.LeftOut, leftOut{l.Kind, l.ID, l.Label, l.Part, l.Why})
	}
	return indented(out)
}

func indented(v any) (string, error) {
	var b strings.Builder
	err := JSON(&b, v)
	return b.String(), err
}

// IsUnmanaged reports whether nobody manages an object that can be declared, other than the one
// that oktaform runs as.
func (l Listed) IsUnmanaged() bool {
	return l.Is == "" && l.ManagedBy == byNobody && !l.ToImport && !l.Principal
}

// IsOwn reports whether the configuration manages the object.
func (l Listed) IsOwn() bool { return l.ManagedBy == byConfiguration }

// Addresses are those of the listed objects, one a line.
func Addresses(list []Listed) string {
	var addrs []string
	for _, l := range list {
		addrs = append(addrs, Plain(l.Address)+"\n")
	}
	slices.Sort(addrs)
	return strings.Join(addrs, "")
}

// BlockJSON is an object with its block, for programs.
func BlockJSON(addr string, o *schema.Object, block string) (string, error) {
	return indented(struct {
		Address string `json:"address"`
		Kind    string `json:"kind"`
		ID      string `json:"id"`
		Block   string `json:"block"`
	}{addr, o.Kind, o.ID, block})
}

func objects(n int) string {
	if n == 1 {
		return "1 object"
	}
	return fmt.Sprintf("%d objects", n)
}
