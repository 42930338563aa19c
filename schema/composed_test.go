package schema

import "testing"

// TestComposedJSON: a profile whose names aren't in Unicode NFC is read, with the names that a
// configuration would have.
func TestComposedJSON(t *testing.T) {
	for in, want := range map[string]string{
		"{\"ke\u0301\":\"e\u0301\"}":              "{\"k\u00e9\":\"\u00e9\"}",
		"{\"a\":[{\"e\u0301\":1}],\"n\":7.0}":     "{\"a\":[{\"\u00e9\":1}],\"n\":7}",
		"{\"a\":12345678901234567890,\"b\":null}": "{\"a\":12345678901234567890,\"b\":null}",
	} {
		v, err := plainJSON([]byte(in))
		if err != nil || v.AsString() != want {
			t.Errorf("%s: %v %v, want %s", in, v, err, want)
		}
	}
	if v, err := plainJSON([]byte("{\"ke\u0301\":1,\"k\u00e9\":2}")); err == nil {
		t.Errorf("two names that are the same become %v", v)
	}
}
