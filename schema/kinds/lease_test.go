package kinds_test

import (
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

func TestLeaseNames(t *testing.T) {
	k := kinds.Named("group")
	for name, refused := range map[string]bool{"oktaform lease team/iam": true, "Oktaform Lease x": true, "oktaform leases": false, "my oktaform lease x": false} {
		v := k.New(schema.Values{"name": cty.StringVal(name)})
		if got := len(k.Problems(v)) > 0; got != refused {
			t.Errorf("%q: %t", name, got)
		}
	}
}
