// Package openapicheck validates exchanges with a server against two OpenAPI documents of Okta's
// Management API: the one in the Okta SDK module, and the newer one in package reference. Only
// tests import it.
package openapicheck

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"gopkg.in/yaml.v3"

	"github.com/oktaform/oktaform/internal/reference"
)

// sdkModule is the module that contains the SDK's document.
const sdkModule = "github.com/okta/okta-sdk-golang/v5"

// TB is the part of *testing.T that Wrap uses.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// clientAgent is the beginning of the User-Agent of the client whose requests are checked. Other
// clients, such as tests, may send anything.
const clientAgent = "oktaform"

// Wrap passes requests to next and reports as a test error what a document does not allow and no
// Exception explains: each answer, and each request of oktaform that next accepts (2xx). Under the
// race detector, which makes this ten times slower, it checks nothing: the same tests run without.
func Wrap(t TB, next http.Handler) http.Handler {
	t.Helper()
	if underRaceDetector {
		return next
	}
	return wrap(t, next)
}

func wrap(t TB, next http.Handler) http.Handler {
	t.Helper()
	routers, err := documents()
	if err != nil {
		t.Fatalf("loading the OpenAPI documents: %v", err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("reading the request: %v", err)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		recorder := httptest.NewRecorder()
		next.ServeHTTP(recorder, r)
		for name, router := range routers {
			v := validation{document: name, router: router, r: r, sent: body, answer: recorder}
			for _, err := range v.problems() {
				if !v.excused(err) {
					t.Errorf("%s %s: %d: the OpenAPI document %s doesn't allow this: %v", r.Method, r.URL.RequestURI(), recorder.Code, name, err)
				}
			}
		}
		for name, values := range recorder.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(recorder.Code)
		_, _ = w.Write(recorder.Body.Bytes())
	})
}

// sdkDocument is the name of the SDK's document.
const sdkDocument = "of " + sdkModule

// documents loads both documents once, which takes two seconds. They stay in memory until the tests
// end, and marking them again and again would be a fifth to a third of the work of those tests.
var documents = sync.OnceValues(func() (map[string]routers.Router, error) {
	debug.SetGCPercent(400)
	newer, err := reference.OpenAPI()
	if err != nil {
		return nil, err
	}
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", sdkModule).Output()
	if err != nil {
		return nil, err
	}
	older, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(out)), "okta", "api", "openapi.yaml"))
	if err != nil {
		return nil, err
	}
	loaded := map[string]routers.Router{}
	for name, text := range map[string][]byte{reference.OpenAPIName: newer, sdkDocument: older} {
		if loaded[name], err = load(text); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return loaded, nil
})

func load(text []byte) (routers.Router, error) {
	var tree map[string]any
	if err := yaml.Unmarshal(text, &tree); err != nil {
		return nil, err
	}
	complete(tree)
	text, err := json.Marshal(tree)
	if err != nil {
		return nil, err
	}
	doc, err := openapi3.NewLoader().LoadFromData(text)
	if err != nil {
		return nil, err
	}
	doc.Servers = openapi3.Servers{{URL: "/"}}
	return legacy.NewRouter(doc, openapi3.DisableExamplesValidation(), openapi3.DisableSchemaPatternValidation(),
		openapi3.DisableSchemaDefaultsValidation())
}

// complete adds what a document omits by mistake: the items of arrays, and that path parameters are
// required.
func complete(node any) {
	switch v := node.(type) {
	case map[string]any:
		if v["type"] == "array" && v["items"] == nil {
			v["items"] = map[string]any{}
		}
		if v["in"] == "path" {
			v["required"] = true
		}
		for _, child := range v {
			complete(child)
		}
	case []any:
		for _, child := range v {
			complete(child)
		}
	}
}

// validation checks an exchange against one document.
type validation struct {
	document string
	router   routers.Router
	r        *http.Request
	sent     []byte // the body of the request
	answer   *httptest.ResponseRecorder
}

// problems returns what the document does not allow, including exceptions.
func (v validation) problems() []error {
	if otherDocument(v.r.URL.Path) || v.r.Method == http.MethodHead {
		return nil
	}
	input, err := v.input()
	if err != nil {
		if v.answer.Code == http.StatusNotFound || v.answer.Code == http.StatusMethodNotAllowed {
			return nil
		}
		return []error{err}
	}
	var problems []error
	if strings.HasPrefix(v.r.UserAgent(), clientAgent) && v.answer.Code < 300 {
		if err := v.request(input); err != nil {
			problems = append(problems, fmt.Errorf("request: %w", err))
		}
	}
	if err := v.response(input); err != nil {
		problems = append(problems, err)
	}
	return problems
}

// input returns the document's operation for the request.
func (v validation) input() (*openapi3filter.RequestValidationInput, error) {
	probe := v.r.Clone(v.r.Context())
	probe.URL.Host, probe.Host, probe.URL.Scheme = "", "", ""
	route, params, err := v.router.FindRoute(probe)
	return &openapi3filter.RequestValidationInput{Request: probe, PathParams: params, Route: route,
		Options: &openapi3filter.Options{MultiError: true, IncludeResponseStatus: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc}}, err
}

func (v validation) request(input *openapi3filter.RequestValidationInput) error {
	input.Request.Body = io.NopCloser(bytes.NewReader(v.sent))
	return openapi3filter.ValidateRequest(context.Background(), input)
}

func (v validation) response(input *openapi3filter.RequestValidationInput) error {
	if v.answer.Code >= 400 && input.Route.Operation.Responses.Status(v.answer.Code) == nil || v.answer.Body.Len() == 0 && v.answer.Code == http.StatusForbidden {
		return checkError(v.answer)
	}
	body, err := withoutNulls(v.answer.Body.Bytes())
	if err != nil {
		return err
	}
	return openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input,
		Status:                 v.answer.Code,
		Header:                 v.answer.Header(),
		Body:                   io.NopCloser(bytes.NewReader(body)),
		Options:                input.Options,
	})
}

// checkError checks an error that the document does not list for the operation (it lists no 401
// anywhere): it must be Okta's error object, an OAuth error, or have no body if WWW-Authenticate
// describes it.
func checkError(answer *httptest.ResponseRecorder) error {
	if answer.Body.Len() == 0 && answer.Header().Get("WWW-Authenticate") != "" {
		return nil
	}
	var body map[string]any
	if err := json.Unmarshal(answer.Body.Bytes(), &body); err != nil {
		return fmt.Errorf("the body of an error is not a JSON object: %w", err)
	}
	if _, isOAuth := body["error"].(string); isOAuth {
		return nil
	}
	for _, name := range []string{"errorCode", "errorSummary", "errorLink", "errorId"} {
		if _, isText := body[name].(string); !isText {
			return fmt.Errorf("the error object has no %s", name)
		}
	}
	if _, isList := body["errorCauses"].([]any); !isList {
		return errors.New("the error object has no errorCauses")
	}
	return nil
}

// otherDocument reports whether a path belongs to another document: the OAuth endpoints and the
// sign-in have their own.
func otherDocument(path string) bool {
	roles := strings.HasPrefix(path, "/oauth2/v1/clients/") && strings.Contains(path, "/roles")
	oauth := strings.HasPrefix(path, "/oauth2/v1/") && !roles
	return oauth || !strings.HasPrefix(path, "/api/v1/") && !strings.HasPrefix(path, "/oauth2/") ||
		strings.HasPrefix(path, "/api/v1/authn")
}

// withoutNulls removes null members from a JSON body: Okta's answers contain many that the document
// does not mark as nullable.
func withoutNulls(body []byte) ([]byte, error) {
	if len(body) == 0 {
		return body, nil
	}
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return nil, fmt.Errorf("the body is not JSON: %w", err)
	}
	return json.Marshal(prune(value))
}

func prune(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for key, member := range v {
			if member == nil {
				delete(v, key)
			} else {
				v[key] = prune(member)
			}
		}
	case []any:
		for i := range v {
			v[i] = prune(v[i])
		}
	}
	return value
}
