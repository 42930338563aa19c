package terraform

import (
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

const removedHead = `# For Terraform 1.7 or later. Take the blocks of these resources out of the .tf files, put
# this file beside them, and run terraform apply: Terraform forgets the objects, and the org
# keeps them. Afterwards this file can go.

`

// Release returns what releases the resources of the objects.
func (s *State) Release(objects []*Object) Release {
	taken := map[string]bool{}
	for _, o := range objects {
		for _, r := range o.Resources {
			taken[r.Address.String()] = true
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
		b.WriteString("removed {\nfrom = " + address + "\n\nlifecycle {\ndestroy = false\n}\n}\n")
	}
	return hclwrite.Format([]byte(b.String()))
}

// Release returns what releases the resources that the files declare.
func (t *Translation) Release() Release { return Release{Removed: removedBlocks(t.Declared)} }
