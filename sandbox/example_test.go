package sandbox_test

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"strings"
	"testing"

	"github.com/oktaform/oktaform/sandbox"
)

// An org answers as Okta does, and refuses a request without a credential.
func ExampleListen() {
	org, err := sandbox.Listen("127.0.0.1:0", sandbox.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer org.Shutdown()
	for _, token := range []string{"wrong", org.Token()} {
		request, err := http.NewRequest(http.MethodGet, org.URL+"/api/v1/users", nil)
		if err != nil {
			log.Fatal(err)
		}
		request.Header.Set("Authorization", "SSWS "+token)
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			log.Fatal(err)
		}
		_ = answer.Body.Close()
		fmt.Println(answer.Status)
	}
	// Output:
	// 401 Unauthorized
	// 200 OK
}

// TestSeededOrg starts an org with a seed, changes it, and gets the seed back.
func TestSeededOrg(t *testing.T) {
	org := sandbox.Start(t, sandbox.Options{Seed: []byte(`{"groups": [{"profile": {"name": "staff"}}]}`)})
	call := func(method, body string) string {
		request, err := http.NewRequest(method, org.URL+"/api/v1/groups", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "SSWS "+org.Token())
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = answer.Body.Close() }()
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	call(http.MethodPost, `{"profile": {"name": "guests"}}`)
	if groups := call(http.MethodGet, ""); !strings.Contains(groups, "staff") || !strings.Contains(groups, "guests") {
		t.Errorf("%s", groups)
	}
	if err := org.Reset(); err != nil {
		t.Fatal(err)
	}
	if groups := call(http.MethodGet, ""); !strings.Contains(groups, "staff") || strings.Contains(groups, "guests") {
		t.Errorf("after a reset: %s", groups)
	}
}
