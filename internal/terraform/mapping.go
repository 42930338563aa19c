package terraform

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// Mapping says which objects of an org a state declares, and which resources stay with Terraform.
type Mapping struct {
	Objects []*Object
	// Left are the resources of Okta's provider that stay with Terraform.
	Left []Left
	// Others is the number of resources of other providers.
	Others int
	Notes  []string
}

// Object is an object for oktaform to import.
type Object struct {
	Kind *schema.Kind
	ID   string
	Name string // of its block
	// Resources are the instances that declare the object and its parts, that of the object first.
	Resources []*Resource
}

// Left is an instance that stays with Terraform.
type Left struct {
	Address string
	Reason  string
}

// Map returns the objects in the state.
func (s *State) Map() *Mapping {
	m := &mapper{Mapping: &Mapping{}, state: s, objects: map[string]*Object{}, names: names{}}
	for i := range s.Resources {
		m.object(&s.Resources[i])
	}
	for i := range s.Resources {
		m.part(&s.Resources[i])
	}
	for _, p := range s.Pending {
		if strings.Contains(p.Address, oktaPrefix) {
			m.note("The plan would %s %s, which Terraform has not applied yet: the import reads the org as it is now. Apply the plan first, or make the change in the new configuration.", p.Action, p.Address)
		}
	}
	slices.SortFunc(m.Left, func(a, b Left) int { return cmp.Compare(a.Address, b.Address) })
	return m.Mapping
}

type mapper struct {
	*Mapping
	state   *State
	objects map[string]*Object // by id, or client id
	names   names
}

func (m *mapper) note(format string, args ...any) {
	m.Notes = append(m.Notes, fmt.Sprintf(format, args...))
}

func (m *mapper) left(r *Resource, format string, args ...any) {
	m.Left = append(m.Left, Left{r.Address.String(), fmt.Sprintf(format, args...)})
}

// object maps a resource that declares a whole object.
func (m *mapper) object(r *Resource) {
	switch {
	case r.Address.Data:
		return
	case !r.Okta():
		m.Others++
		return
	case r.Deposed:
		m.left(r, "deposed: Terraform has replaced the object (%s) and will delete it in its next apply; if Terraform forgets it first, nobody deletes it", shownID(r.id()))
		return
	}
	declares, part := false, false
	for _, kind := range kinds.All() {
		for _, t := range kind.TerraformTypes(r.Address.Type) {
			part = part || t.Part != ""
			declares = declares || t.Part == ""
			if t.Declares(r.Attr) {
				m.add(kind, r)
				m.unmanaged(kind, t, r)
				return
			}
		}
	}
	switch {
	case part:
	case declares:
		m.left(r, "its type is %v, which oktaform can't declare", r.Attr("type"))
	default:
		m.left(r, "oktaform can't declare resources of this type")
	}
}

// add adds the object that the resource declares, or merges the resource into it.
func (m *mapper) add(kind *schema.Kind, r *Resource) {
	id := r.id()
	if !validID(id) {
		m.left(r, "it has no id: Terraform has not created it yet")
		return
	}
	if r.Tainted {
		m.note("%s is tainted: Terraform would replace it in its next apply. The import keeps it as it is.", r.Address)
	}
	if known := m.objects[id]; known != nil {
		m.note("%s and %s declare the same object (%s): it is imported once.", known.Resources[0].Address, r.Address, id)
		known.Resources = append(known.Resources, r)
		return
	}
	o := &Object{Kind: kind, ID: id, Name: m.names.take(kind.Name, r.Address), Resources: []*Resource{r}}
	m.Objects = append(m.Objects, o)
	m.objects[id] = o
	if client, _ := r.Attr("client_id").(string); client != "" && kind.IsApp() && m.objects[client] == nil {
		m.objects[client] = o
	}
}

// unmanaged notes what Terraform manages of an object and a configuration does not.
func (m *mapper) unmanaged(kind *schema.Kind, t schema.TerraformType, r *Resource) {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(r.Attributes)) {
		ours := cmp.Or(t.Rename[name], name)
		if name == "id" || isEmpty(r.Attributes[name]) || slices.Contains(t.Ignore, name) || slices.Contains(t.Computed, name) || t.Switch[name] != "" ||
			kind.Attr(ours) != nil || kind.Block(ours) != nil || blocksElsewhere[name] {
			continue
		}
		names = append(names, name)
	}
	if len(names) > 0 {
		m.note("%s: %s: %s has no such attribute. Nobody manages it then, and the org keeps what it is set to.", r.Address, strings.Join(names, ", "), kind.Name)
	}
}

// blocksElsewhere are nested blocks of Terraform's resources that have other names here.
var blocksElsewhere = map[string]bool{"jwks": true, "network": true, "scopes": true}

// isEmpty reports whether an attribute in a state is as good as not set.
func isEmpty(value any) bool {
	switch value := value.(type) {
	case nil:
		return true
	case bool:
		return !value
	case string:
		return value == ""
	case []any:
		return len(value) == 0
	case map[string]any:
		return len(value) == 0
	}
	return false
}

// part adds a resource that declares parts of objects to these.
func (m *mapper) part(r *Resource) {
	if r.Address.Data || r.Deposed || !r.Okta() {
		return
	}
	ids, isPart := partOf(r)
	if !isPart {
		return
	}
	if len(ids) == 0 {
		m.left(r, "it names no object")
		return
	}
	var of []*Object
	for _, id := range ids {
		o := m.partOwner(r, id)
		if o == nil {
			m.left(r, "it is a part of %s, which this state does not declare", shownID(id.id))
			return
		}
		of = append(of, o)
	}
	for _, o := range of {
		if !slices.Contains(o.Resources, r) {
			o.Resources = append(o.Resources, r)
		}
	}
}

// partID is the id of an object, and the kinds that it may have.
type partID struct {
	id    string
	kinds []*schema.Kind
}

// partOf returns the objects of which a resource declares a part. isPart is false for other
// resources.
func partOf(r *Resource) (ids []partID, isPart bool) {
	add := func(id string, kind *schema.Kind) {
		if i := slices.IndexFunc(ids, func(p partID) bool { return p.id == id }); i >= 0 {
			ids[i].kinds = append(ids[i].kinds, kind)
		} else if validID(id) {
			ids = append(ids, partID{id, []*schema.Kind{kind}})
		}
	}
	for _, kind := range kinds.All() {
		for _, t := range kind.TerraformTypes(r.Address.Type) {
			if t.Part == "" {
				continue
			}
			isPart = true
			switch value := r.Attr(t.ID).(type) {
			case string:
				add(value, kind)
			case []any:
				for _, element := range value {
					text, _ := element.(string)
					if path := strings.Split(text, "/"); len(path) > 1 && path[len(path)-2] == t.Path {
						add(path[len(path)-1], kind)
					}
				}
			}
		}
	}
	return ids, isPart
}

// partOwner returns the object with the part. It creates an object that describes another one, such
// as the admin roles of a principal that Terraform does not declare.
func (m *mapper) partOwner(r *Resource, id partID) *Object {
	if o := m.objects[id.id]; o != nil && slices.Contains(id.kinds, o.Kind) {
		return o
	}
	for _, kind := range id.kinds {
		if kind.OnExisting && m.objects[id.id] == nil {
			o := &Object{Kind: kind, ID: id.id, Name: m.names.take(kind.Name, r.Address)}
			m.Objects = append(m.Objects, o)
			m.objects[id.id] = o
			return o
		}
	}
	return nil
}

// validID reports whether a text may be an Okta id, because it is used in request paths.
func validID(id string) bool {
	if id == "" || len(id) > 100 {
		return false
	}
	for _, r := range id {
		if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '_' || r == '-' || r == '.') {
			return false
		}
	}
	return strings.Trim(id, ".") != ""
}

func shownID(id string) string {
	if validID(id) {
		return id
	}
	return "none"
}

// Unmanaged names the attributes and nested blocks of the object that may be left to the org, and
// that no resource declares: lists of members, groups and users.
func (o *Object) Unmanaged() (names []string) {
	declared := map[string]bool{}
	for _, r := range o.Resources {
		for _, t := range o.Kind.TerraformTypes(r.Address.Type) {
			declared[t.Part] = true
		}
	}
	for i := range o.Kind.Attrs {
		if a := &o.Kind.Attrs[i]; a.Unmanaged && schema.IsRef(a.Type) && !a.NameOrID && !declared[a.Name] {
			names = append(names, a.Name)
			for j := range o.Kind.Blocks {
				if b := &o.Kind.Blocks[j]; b.Of == a.Name {
					names = append(names, b.Type)
				}
			}
		}
	}
	return names
}
