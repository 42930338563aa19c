package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"
)

// recordedAnswers makes answers of GitHub and GitLab from answers that they gave to other clients.
// testdata/forge/recorded.json says where each comes from; people and some hosts have other names.
type recordedAnswers struct {
	*testing.T
	answers map[string]struct{ Answer any }
}

func readRecordedAnswers(t *testing.T) recordedAnswers {
	r := recordedAnswers{T: t}
	if err := json.Unmarshal([]byte(read(t, "testdata/forge/recorded.json")), &r.answers); err != nil {
		t.Fatal(err)
	}
	return r
}

// with returns a recorded answer with other values, without the members named last. A value that
// isn't in the recording, or has another type there, fails the test: no forge would answer so.
func (r recordedAnswers) with(name string, values map[string]any, without ...string) any {
	r.Helper()
	recorded, found := r.answers[name]
	if !found {
		r.Errorf("%q isn't recorded", name)
		return nil
	}
	text, _ := json.Marshal(values)
	var decoded any // numbers as they are in the recording
	_ = json.Unmarshal(text, &decoded)
	answer := r.merge(name, recorded.Answer, decoded)
	for _, member := range without {
		delete(answer.(map[string]any), member)
	}
	return answer
}

// merge puts values in the place of recorded ones: members of objects by name, and each element of
// a list over the first one recorded.
func (r recordedAnswers) merge(path string, recorded, value any) any {
	r.Helper()
	switch recorded := recorded.(type) {
	case map[string]any:
		values, ok := value.(map[string]any)
		if !ok && value != nil {
			r.Errorf("%s is an object in the recording, not %v", path, value)
		}
		merged := maps.Clone(recorded)
		for name, v := range values {
			old, found := recorded[name]
			if !found {
				r.Errorf("%s has no %q in the recording", path, name)
			}
			merged[name] = r.merge(path+"."+name, old, v)
		}
		return merged
	case []any:
		values, ok := value.([]any)
		if !ok || len(recorded) == 0 {
			r.Errorf("%s: %v can't be put over the recorded list", path, value)
			return recorded
		}
		merged := make([]any, len(values))
		for i, v := range values {
			merged[i] = r.merge(path, recorded[0], v)
		}
		return merged
	case nil:
		return value
	default:
		if value != nil && fmt.Sprintf("%T", value) != fmt.Sprintf("%T", recorded) {
			r.Errorf("%s is %v in the recording, not %v", path, recorded, value)
		}
		return value
	}
}

// refusal is the recorded body of an error.
func (r recordedAnswers) refusal(kind string, status int) any {
	r.Helper()
	return r.with(fmt.Sprintf("%s error %d", kind, status), nil)
}

// forgeOf says whose API has a path.
func forgeOf(path string) string {
	if strings.HasPrefix(path, "/projects/") || path == "/user" {
		return "gitlab"
	}
	return "github"
}
