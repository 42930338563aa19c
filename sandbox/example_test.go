package sandbox_test

import (
	"fmt"
	"log"
	"net/http"

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
