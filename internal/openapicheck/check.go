// Package openapicheck validates what a server answers against the OpenAPI
// document of Okta's Management API that the Okta SDK module ships. Only tests
// import it.
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
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
	"gopkg.in/yaml.v3"
)

// sdkModule is the module whose document is used.
const sdkModule = "github.com/okta/okta-sdk-golang/v5"

// TB is the part of *testing.T that Wrap needs.
type TB interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

// Wrap passes requests on to next and reports, as an error of the test, each
// answer that the document doesn't allow and that no Exception explains.
func Wrap(t TB, next http.Handler) http.Handler {
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
			if err := check(router, r, recorder); err != nil {
				t.Errorf("%s %s answers %d, which the OpenAPI document %s doesn't allow: %v", r.Method, r.URL.Path, recorder.Code, name, err)
			}
		}
		for name, values := range recorder.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(recorder.Code)
		_, _ = w.Write(recorder.Body.Bytes())
	})
}

// documents loads the documents once in a process: that takes a second. They
// are the one of the SDK and, where the folder with reference material lies
// beside the module, the newer ones in it.
var documents = sync.OnceValues(func() (map[string]routers.Router, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", sdkModule, "github.com/oktaform/oktaform").Output()
	if err != nil {
		return nil, err
	}
	dirs := strings.Fields(string(out))
	files, err := filepath.Glob(filepath.Join(dirs[1], "..", "shared", "okta", "openapi-*.yaml"))
	if err != nil {
		return nil, err
	}
	loaded := map[string]routers.Router{}
	for _, file := range append(files, filepath.Join(dirs[0], "okta", "api", "openapi.yaml")) {
		if loaded[filepath.Base(file)], err = load(file); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
	return loaded, nil
})

func load(file string) (routers.Router, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var tree map[string]any
	if err := yaml.Unmarshal(text, &tree); err != nil {
		return nil, err
	}
	complete(tree)
	if text, err = json.Marshal(tree); err != nil {
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

// complete mends what a document leaves out by mistake: the items of arrays, and
// that path parameters are required.
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

func check(router routers.Router, r *http.Request, answer *httptest.ResponseRecorder) error {
	if otherDocument(r.URL.Path) || r.Method == http.MethodHead {
		return nil
	}
	probe := r.Clone(r.Context())
	probe.URL.Host, probe.Host, probe.URL.Scheme = "", "", ""
	route, params, err := router.FindRoute(probe)
	if err != nil {
		if answer.Code == http.StatusNotFound || answer.Code == http.StatusMethodNotAllowed {
			return nil
		}
		return excused(r, answer.Code, err)
	}
	if answer.Code >= 400 && route.Operation.Responses.Status(answer.Code) == nil || answer.Body.Len() == 0 && answer.Code == http.StatusForbidden {
		return checkError(answer)
	}
	body, err := withoutNulls(answer.Body.Bytes())
	if err != nil {
		return err
	}
	err = openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route},
		Status:                 answer.Code,
		Header:                 answer.Header(),
		Body:                   io.NopCloser(bytes.NewReader(body)),
		Options:                &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	})
	if err != nil {
		return excused(r, answer.Code, err)
	}
	return nil
}

// checkError checks an error that the document doesn't list for the operation,
// as it lists no 401 anywhere: it is Okta's error object, an OAuth error, or
// without a body where WWW-Authenticate tells it all.
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

// otherDocument reports paths that the document isn't about: the OAuth
// endpoints and the sign-in have documents of their own.
func otherDocument(path string) bool {
	oauth := strings.HasPrefix(path, "/oauth2/v1/") && !strings.HasPrefix(path, "/oauth2/v1/clients")
	return oauth || !strings.HasPrefix(path, "/api/v1/") && !strings.HasPrefix(path, "/oauth2/") ||
		strings.HasPrefix(path, "/api/v1/authn")
}

// withoutNulls takes members that are null out of a JSON body: Okta's answers
// are full of them where the document has no nullable.
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
