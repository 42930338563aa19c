package schema_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/schema"
)

func TestSecretNeverPrints(t *testing.T) {
	const text = "hunter2hunter2"
	type holder struct {
		Public schema.Secret
		hidden schema.Secret
	}
	s := schema.NewSecret(text)
	in := holder{s, s}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t"} {
		if got := fmt.Sprintf(verb, s); got != "(sensitive)" {
			t.Errorf("%s prints %s", verb, got)
		}
		for _, v := range []any{s, &s, in, &in, []schema.Secret{s}, map[string]holder{"k": in}} {
			if got := fmt.Sprintf(verb, v); strings.Contains(got, text) || strings.Contains(got, fmt.Sprintf("%x", text)) {
				t.Errorf("%s of %T prints it: %s", verb, v, got)
			}
		}
	}
	if data, err := json.Marshal(in); err != nil || strings.Contains(string(data), text) {
		t.Errorf("%s, %v", data, err)
	}
	if s.Reveal() != text || s.IsZero() || !(schema.Secret{}).IsZero() || (schema.Secret{}).Reveal() != "" || !schema.NewSecret("").IsZero() {
		t.Error("Reveal or IsZero")
	}
}
