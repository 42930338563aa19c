package oktaform_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"os"
	"path/filepath"

	"github.com/oktaform/oktaform"
	"github.com/oktaform/oktaform/sandbox"
)

const files = `
org {
  owner = "team/iam"
}

service_app "reporter" {
  label           = "Nightly user report"
  okta_api_scopes = ["okta.users.read"]
  public_key "reporter-1" {
    private_key_file = "keys/reporter-1.pem"
    generate         = true
  }
  admin_role "READ_ONLY_ADMIN" {}
}

smoke_test "the report reads users" {
  app    = service_app.reporter
  scopes = ["okta.users.read"]
  request {
    path   = "/api/v1/users?limit=1"
    status = 200
  }
}
`

// An org is made as a folder declares it, and called as one of its apps.
func Example() {
	org, err := sandbox.Listen("127.0.0.1:0", sandbox.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer org.Shutdown()
	dir, err := os.MkdirTemp("", "oktaform-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	if err := os.WriteFile(filepath.Join(dir, "main.hcl"), []byte(files), 0o600); err != nil {
		log.Fatal(err)
	}

	ctx := context.Background()
	session, err := oktaform.Open(dir, oktaform.Options{Org: oktaform.Credential{URL: org.URL, Token: org.Token()}})
	if err != nil {
		log.Fatal(err)
	}
	defer session.Close()
	plan, err := session.Plan(ctx, oktaform.PlanOptions{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("to add:", plan.Counts().Add)
	if _, err := session.Apply(ctx, plan, oktaform.ApplyOptions{}); err != nil {
		log.Fatal(err)
	}
	report, err := session.Smoke(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(report.Summary())

	client, err := session.Client(ctx, "service_app.reporter")
	if err != nil {
		log.Fatal(err)
	}
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		request, err := http.NewRequestWithContext(ctx, method, org.URL+"/api/v1/users", nil)
		if err != nil {
			log.Fatal(err)
		}
		answer, err := client.Do(request)
		if err != nil {
			log.Fatal(err)
		}
		_ = answer.Body.Close()
		fmt.Println(method, answer.StatusCode)
	}
	// Output:
	// to add: 1
	// 1 passed, 0 failed, 0 skipped
	// GET 200
	// POST 403
}
