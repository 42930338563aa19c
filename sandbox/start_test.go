package sandbox

import (
	"net/http"
	"strings"
	"testing"
)

// TestURLOfAllAddresses: an org that listens on all addresses, as in a container, gives a URL at
// which it answers.
func TestURLOfAllAddresses(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", "[::]:0", ":0"} {
		org, err := Listen(address, Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = org.Shutdown() })
		if !strings.HasPrefix(org.URL, "http://127.0.0.1:") || !strings.HasPrefix(org.ControlPage(), org.URL) {
			t.Errorf("%s: %s, %s", address, org.URL, org.ControlPage())
		}
		resp, err := http.Get(org.URL + "/.well-known/okta-organization")
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
	}
}
