package terraform

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclwrite"
)

// Release is what makes Terraform release the imported objects without deleting them.
type Release struct {
	// Removed are removed blocks for whole resources; nil if there are none.
	Removed []byte
	// Instances are addresses for terraform state rm, for resources of which other instances stay
	// with Terraform.
	Instances []string
}

const removedHead = `# For Terraform 1.7 or later. Remove the blocks of these resources from the .tf files, put
# this file beside them, and run terraform apply: Terraform forgets the objects, and the org
# keeps them. Afterwards, delete this file.

`

// Release returns what releases the resources of the objects that were taken over. Resources that
// declare parts of others, which were kept, stay.
func (s *State) Release(takenOver, kept []*Object) Release {
	taken := map[string]bool{}
	for _, o := range takenOver {
		for _, r := range o.Resources {
			taken[r.Address.String()] = true
		}
	}
	for _, o := range kept {
		for _, r := range o.Resources {
			delete(taken, r.Address.String())
		}
	}
	whole := map[string]bool{}
	for i := range s.Resources {
		r := &s.Resources[i]
		if r.Address.Data || r.Deposed {
			continue
		}
		resource := r.Address.Resource()
		if was, known := whole[resource]; !known || was {
			whole[resource] = taken[r.Address.String()]
		}
	}
	var release Release
	addresses := map[string]bool{}
	for i := range s.Resources {
		r := &s.Resources[i]
		switch address, resource := r.Address.String(), r.Address.Resource(); {
		case r.Deposed || !taken[address]:
		case !whole[resource]:
			release.Instances = append(release.Instances, address)
		default:
			addresses[resource] = true
		}
	}
	release.Removed = removedBlocks(slices.Collect(maps.Keys(addresses)))
	return release
}

// Dependents says which resources stay with Terraform and refer to objects that were taken over.
func (s *State) Dependents(takenOver []*Object) (notes []string) {
	taken := map[string]bool{}
	for _, o := range takenOver {
		for _, r := range o.Resources {
			taken[r.Address.Resource()] = true
		}
	}
	noted := map[string]bool{}
	for i := range s.Resources {
		r := &s.Resources[i]
		if taken[r.Address.Resource()] || r.Deposed || r.Address.Data {
			continue
		}
		for _, on := range r.DependsOn {
			a, err := parseAddress(on)
			if err != nil || !taken[a.Resource()] || noted[r.Address.Resource()+" "+on] {
				continue
			}
			noted[r.Address.Resource()+" "+on] = true
			notes = append(notes, fmt.Sprintf("%s stays with Terraform and refers to %s: before you remove that block, replace the reference with a data source, or with the id as a string.", r.Address.Resource(), a.Resource()))
		}
	}
	return notes
}

// removedBlocks writes a removed block for each address.
func removedBlocks(addresses []string) []byte {
	if len(addresses) == 0 {
		return nil
	}
	slices.Sort(addresses)
	var b strings.Builder
	b.WriteString(removedHead)
	for i, address := range addresses {
		if i > 0 {
			b.WriteString("\n")
		}
		if a, err := parseAddress(address); err != nil || a.String() != address {
			panic("no address: " + address) // names are checked where they are read
		}
		b.WriteString("removed {\nfrom = " + address + "\n\nlifecycle {\ndestroy = false\n}\n}\n")
	}
	return hclwrite.Format([]byte(b.String()))
}

// Release returns what releases the resources that the files declare.
func (t *Translation) Release() Release { return Release{Removed: removedBlocks(t.Declared)} }
