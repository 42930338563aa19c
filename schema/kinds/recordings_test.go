package kinds_test

import (
	"encoding/json"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/zclconf/go-cty/cty"
	"gopkg.in/yaml.v3"

	"github.com/oktaform/oktaform/internal/reference"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// TestRecordedApps takes each app that a recorded provisioning tool made or
// changed in a real org. The language must be able to say what was sent, and what
// the org answered must be no change to it.
func TestRecordedApps(t *testing.T) {
	files, err := fs.Glob(reference.Recordings(), "*/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, file := range files {
		for _, x := range exchanges(t, file) {
			kind := appKind(x.sent)
			if kind == nil {
				continue
			}
			seen++
			name := filepath.Base(filepath.Dir(file)) + "/" + filepath.Base(file)
			sent, _, err1 := kind.Decode(x.sent)
			got, _, err2 := kind.Decode(x.answered)
			if err1 != nil || err2 != nil {
				t.Errorf("%s: %v, %v", name, err1, err2)
				continue
			}
			want := kind.WithUnmanaged(kind.Normal(sent), kind.Normal(got))
			for _, attr := range kind.Changed(kind.Normal(got), want) {
				if (attr == "client_id" || attr == "status") && sent.GetAttr(attr).IsNull() {
					continue // made by the org, or set by calls of its own
				}
				t.Errorf("%s: %s was sent as %#v, and came back as %#v", name, attr, want.GetAttr(attr), got.GetAttr(attr))
			}
			written := map[string]any{}
			if err := kind.Encode(withoutNull(want), schema.Owner{}, written); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			for _, path := range lost("", x.sent, written) {
				t.Errorf("%s: %s of the recorded request can't be said", name, path)
			}
		}
	}
	if seen < 15 {
		t.Errorf("only %d apps were found", seen)
	}
}

// withoutNull gives computed attributes that were not sent the value that stands
// for it.
func withoutNull(v schema.Value) schema.Value {
	if !v.GetAttr("client_id").IsNull() {
		return v
	}
	return v.With(schema.Values{"client_id": cty.UnknownVal(cty.String)})
}

type exchange struct{ sent, answered map[string]any }

func exchanges(t *testing.T, file string) []exchange {
	data, err := fs.ReadFile(reference.Recordings(), file)
	if err != nil {
		t.Fatal(err)
	}
	var cassette struct {
		Interactions []struct {
			Request struct {
				Method, URL, Body string
			}
			Response struct{ Body string }
		}
	}
	if err := yaml.Unmarshal(data, &cassette); err != nil {
		t.Fatal(file, err)
	}
	var out []exchange
	for _, i := range cassette.Interactions {
		_, path, _ := strings.Cut(i.Request.URL, "/api/v1/apps")
		isApp := i.Request.Method == "POST" && (path == "" || path[0] == '?') || i.Request.Method == "PUT" && strings.Count(path, "/") == 1
		var x exchange
		if isApp && strings.Contains(i.Request.URL, "/api/v1/apps") &&
			json.Unmarshal([]byte(i.Request.Body), &x.sent) == nil && json.Unmarshal([]byte(i.Response.Body), &x.answered) == nil {
			out = append(out, x)
		}
	}
	return out
}

func appKind(doc map[string]any) *schema.Kind {
	settings, _ := doc["settings"].(map[string]any)
	client, _ := settings["oauthClient"].(map[string]any)
	for _, k := range kinds.All() {
		if typ := k.Constants["settings.oauthClient.application_type"]; typ != nil && typ == client["application_type"] {
			return k
		}
	}
	return nil
}

// lost lists the fields of a request that ours doesn't have. What is empty says
// nothing; keys and secrets are written by others.
func lost(at string, theirs, ours any) []string {
	t, isObject := theirs.(map[string]any)
	if !isObject {
		if list, isList := theirs.([]any); theirs == nil || theirs == "" || isList && len(list) == 0 || ours != nil {
			return nil
		}
		return []string{at}
	}
	o, _ := ours.(map[string]any)
	var out []string
	for name, v := range t {
		switch path := strings.TrimPrefix(at+"."+name, "."); path {
		case "settings.oauthClient.jwks", "credentials.oauthClient.client_secret", "settings.app", "settings.manualProvisioning",
			"settings.oauthClient.network": // ANYWHERE, which is sent only to change it
		default:
			out = append(out, lost(path, v, o[name])...)
		}
	}
	return out
}
