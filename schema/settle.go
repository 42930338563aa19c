package schema

import "github.com/zclconf/go-cty/cty"

// Settle brings what the org has (before) and what is wanted (after) to one way of
// telling things apart, where the org has another one than the configuration: the
// secrets of an app have no names, a policy has a name and an id, and of the
// details of an assignment only those count that are declared. Both are values of
// the kind, and null or unknown ones stay as they are.
func (k *Kind) Settle(before, after cty.Value) (cty.Value, cty.Value) {
	if before.IsNull() || after.IsNull() || !after.IsKnown() || !before.IsKnown() {
		return before, after
	}
	have, want := before.AsValueMap(), after.AsValueMap()
	for i := range k.Attrs {
		if a := &k.Attrs[i]; a.Plain {
			want[a.Name] = settlePlain(have[a.Name], want[a.Name])
		}
	}
	for i := range k.Blocks {
		switch b := &k.Blocks[i]; {
		case b.Guards:
			have[b.Type], want[b.Type] = settleSecrets(b, have[b.Type], want[b.Type], SecretBased(after))
		case b.Of != "" && b.Unmanaged:
			have[b.Type] = settleDetails(b, have[b.Type], want[b.Type])
		}
	}
	return k.Normal(cty.ObjectVal(have)), k.Normal(cty.ObjectVal(want))
}
