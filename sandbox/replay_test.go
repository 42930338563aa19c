package sandbox

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"github.com/oktaform/oktaform/internal/openapicheck"
	"github.com/oktaform/oktaform/internal/reference"
	"github.com/oktaform/oktaform/sandbox/internal/mgmt"
)

// exchange is one recorded request with its answer (go-vcr's format).
type exchange struct {
	Request struct {
		Method string `yaml:"method"`
		URL    string `yaml:"url"`
		Body   string `yaml:"body"`
	} `yaml:"request"`
	Response struct {
		Body string `yaml:"body"`
		Code int    `yaml:"code"`
	} `yaml:"response"`
}

// recordings returns the cassettes by name: those of package reference, or those below
// the folder that OKTAFORM_RECORDINGS names.
func recordings(t *testing.T) map[string][]exchange {
	folder := reference.Recordings()
	if other := os.Getenv("OKTAFORM_RECORDINGS"); other != "" {
		folder = os.DirFS(other)
	}
	cassettes := map[string][]exchange{}
	err := fs.WalkDir(folder, ".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".yaml" {
			return err
		}
		raw, err := fs.ReadFile(folder, path)
		if err != nil {
			t.Fatal(err)
		}
		var cassette struct {
			Interactions []exchange `yaml:"interactions"`
		}
		if err := yaml.Unmarshal(raw, &cassette); err != nil {
			t.Fatal(err)
		}
		cassettes[strings.TrimSuffix(path, ".yaml")] = cassette.Interactions
		return nil
	})
	if err != nil || len(cassettes) == 0 {
		t.Fatalf("%d recordings of real orgs were read: %v", len(cassettes), err)
	}
	return cassettes
}

// TestRecordings replays recorded exchanges with real orgs, each against an org
// with the features and the objects that the recorded one had, and compares status, error code,
// and the fields of the answer with their JSON types.
// JSON null goes for any type: Okta shows what is unset as null or leaves it
// out, by org.
func TestRecordings(t *testing.T) {
	var total, agree, unserved int
	used := map[int]bool{}
	paths := map[string]int{}
	cassettes := recordings(t)
	for _, name := range slices.Sorted(maps.Keys(cassettes)) {
		r := newReplay(t, featuresOf(cassettes[name]), orgBefore(cassettes[name]))
		for i, x := range cassettes[name] {
			differences, served := r.play(x)
			if !served {
				unserved++
				paths[x.Request.Method+" "+shape(x.Request.URL)]++
				continue
			}
			total++
			if len(differences) == 0 {
				agree++
				continue
			}
			id := fmt.Sprintf("%s/%d %s %s", name, i, x.Request.Method, shape(x.Request.URL))
			if n := explained(id, differences); n >= 0 {
				used[n] = true
				continue
			}
			t.Errorf("%s: %s", id, strings.Join(differences, "; "))
		}
	}
	for i, e := range replayExceptions() {
		if !used[i] && os.Getenv("OKTAFORM_RECORDINGS") == "" {
			t.Errorf("no exchange needs the exception %q: %s", e.exchange, e.reason)
		}
	}
	share := 100 * float64(agree) / float64(total)
	t.Logf("%d of %d exchanges of served endpoints agree: %.1f %%; %d exchanges of other endpoints", agree, total, share, unserved)
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		t.Logf("not served: %s (%d)", path, paths[path])
	}
	if share < 98.5 {
		t.Errorf("fewer than 98.5 %% agree")
	}
}

// explained returns the index of the exception that covers all differences.
func explained(exchange string, differences []string) int {
	for i, e := range replayExceptions() {
		if !regexp.MustCompile(e.exchange).MatchString(exchange) {
			continue
		}
		covered := regexp.MustCompile(e.difference)
		if !slices.ContainsFunc(differences, func(d string) bool { return !covered.MatchString(d) }) {
			return i
		}
	}
	return -1
}

var recordedID = regexp.MustCompile(`\b(0oa|0pr|00u|00g|00o|00T|ocs|pks|oag|cr0|iam|ire|irb|ra1|gra|rst|oty|osc|tos|nzo|rul)[0-9A-Za-z]{17}\b`)

// shape is a URL's path with ids replaced.
func shape(target string) string {
	u, _ := url.Parse(target)
	return recordedID.ReplaceAllString(u.Path, "{$1}")
}

// replay is a new org and what became of the recorded ids in it.
type replay struct {
	t      *testing.T
	server *Server
	url    string
	ids    map[string]string
}

// featuresOf are the features that the recorded org had: it shows their fields.
func featuresOf(exchanges []exchange) []Feature {
	features := []Feature{}
	for _, field := range mgmt.FeatureFields() {
		name := field.Path[strings.LastIndex(field.Path, ".")+1:]
		if !slices.Contains(features, field.Feature) && slices.ContainsFunc(exchanges, func(x exchange) bool {
			return strings.Contains(x.Response.Body, `"`+name+`":`)
		}) {
			features = append(features, field.Feature)
		}
	}
	return features
}

func newReplay(t *testing.T, features []Feature, org *recordedOrg) *replay {
	server, err := New(Options{SigningKey: testSigningKey, Features: features, Seed: org.seed(t)})
	if err != nil {
		t.Fatal(err)
	}
	listener := httptest.NewServer(openapicheck.Wrap(t, server))
	t.Cleanup(listener.Close)
	return &replay{t: t, server: server, url: listener.URL, ids: map[string]string{}}
}

var recordedHost = regexp.MustCompile(`https://(oie|classic)-00(-admin)?\.dne-okta\.com`)

// translate replaces hosts and ids that are known; an API token that the
// recording found in its org stands for the one that the sandbox has.
func (r *replay) translate(text string) string {
	text = recordedHost.ReplaceAllString(text, r.url)
	return recordedID.ReplaceAllStringFunc(text, func(id string) string {
		if own, known := r.ids[id]; known {
			return own
		}
		if strings.HasPrefix(id, "00T") {
			for _, token := range r.server.org.APITokens.All() {
				return token.ID
			}
		}
		return id
	})
}

func (r *replay) play(x exchange) (differences []string, served bool) {
	if x.Response.Code == http.StatusLocked {
		return nil, false // the recorded org was busy with another request, and changed nothing
	}
	var body io.Reader
	if x.Request.Body != "" {
		body = strings.NewReader(r.translate(x.Request.Body))
	}
	request, err := http.NewRequest(x.Request.Method, r.translate(x.Request.URL), body)
	if err != nil {
		r.t.Fatal(err)
	}
	if _, pattern := r.server.mux.Handler(request); pattern == "" {
		return nil, false
	}
	request.Header.Set("Authorization", "SSWS "+r.server.Token())
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	got, err := io.ReadAll(response.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	if response.StatusCode != x.Response.Code {
		return []string{fmt.Sprintf("status %d, recorded %d: %s", response.StatusCode, x.Response.Code, got)}, true
	}
	return r.compare(decodeAny(x.Response.Body), decodeAny(string(got))), true
}

func decodeAny(body string) any {
	var value any
	_ = json.Unmarshal([]byte(body), &value)
	return value
}

// compare learns the ids and lists how the fields differ.
func (r *replay) compare(recorded, got any) []string {
	r.learn(recorded, got)
	want, have := map[string]string{}, map[string]string{}
	fields(recorded, "", want)
	fields(got, "", have)
	var differences []string
	for _, path := range slices.Sorted(maps.Keys(want)) {
		kind, exists := have[path]
		switch {
		case !exists && !underEmpty(path, have):
			differences = append(differences, "lacks "+path)
		case exists && kind != want[path] && kind != "null" && want[path] != "null":
			differences = append(differences, fmt.Sprintf("%s is %s, recorded %s", path, kind, want[path]))
		}
	}
	for _, path := range slices.Sorted(maps.Keys(have)) {
		if _, exists := want[path]; !exists && !underEmpty(path, want) {
			differences = append(differences, "adds "+path)
		}
	}
	if code := member(recorded, "errorCode"); code != member(got, "errorCode") {
		differences = append(differences, fmt.Sprintf("errorCode %v, recorded %v", member(got, "errorCode"), code))
	}
	return differences
}

func member(value any, name string) any {
	object, _ := value.(map[string]any)
	return object[name]
}

// fields lists the paths in a value with their JSON types.
func fields(value any, path string, into map[string]string) {
	switch v := value.(type) {
	case map[string]any:
		into[path] = "object"
		for name, child := range v {
			fields(child, path+"."+name, into)
		}
	case []any:
		into[path] = "array"
		for _, child := range v {
			fields(child, path+"[]", into)
		}
	case string:
		into[path] = "string"
	case float64:
		into[path] = "number"
	case bool:
		into[path] = "boolean"
	default:
		if into[path] == "" {
			into[path] = "null"
		}
	}
}

// underEmpty reports a path below something that is null on the other side.
func underEmpty(path string, other map[string]string) bool {
	for i := len(path) - 1; i > 0; i-- {
		if path[i] == '.' || path[i] == '[' {
			if kind, exists := other[path[:i]]; exists {
				return kind == "null"
			}
		}
	}
	return false
}

// learn pairs the ids in two answers of one shape. In lists of policies the
// default ones belong together.
func (r *replay) learn(recorded, got any) {
	switch v := recorded.(type) {
	case map[string]any:
		other, _ := got.(map[string]any)
		for name, child := range v {
			r.learn(child, other[name])
		}
	case []any:
		other, _ := got.([]any)
		for i, child := range v {
			if member(child, "system") != nil {
				j := slices.IndexFunc(other, func(o any) bool { return member(o, "system") == member(child, "system") })
				if j >= 0 && member(child, "system") == true {
					r.learn(child, other[j])
				}
			} else if i < len(other) {
				r.learn(child, other[i])
			}
		}
	case string:
		text, _ := got.(string)
		old, own := recordedID.FindAllString(v, -1), recordedID.FindAllString(text, -1)
		if len(old) == len(own) {
			for i := range old {
				if _, known := r.ids[old[i]]; !known && old[i][:3] == own[i][:3] {
					r.ids[old[i]] = own[i]
				}
			}
		}
	}
}
