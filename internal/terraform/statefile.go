package terraform

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/oktaform/oktaform/internal/files"
)

// stateFile is a state file of version 4.
type stateFile struct {
	Outputs map[string]struct {
		Value     any  `json:"value"`
		Sensitive bool `json:"sensitive"`
	} `json:"outputs"`
	Resources []struct {
		Module    string `json:"module"`
		Mode      string `json:"mode"`
		Type      string `json:"type"`
		Name      string `json:"name"`
		Instances []struct {
			IndexKey            any               `json:"index_key"`
			Status              string            `json:"status"`
			Deposed             string            `json:"deposed"`
			Attributes          map[string]any    `json:"attributes"`
			AttributesFlat      map[string]string `json:"attributes_flat"`
			SensitiveAttributes json.RawMessage   `json:"sensitive_attributes"`
			Dependencies        []string          `json:"dependencies"`
		} `json:"instances"`
	} `json:"resources"`
}

func readStateFile(data []byte) (*State, error) {
	var file stateFile
	if err := json.Unmarshal(data, &file); err != nil {
		return nil, fmt.Errorf("it is not a Terraform state: %w", err)
	}
	state := &State{}
	for _, r := range file.Resources {
		if !hclsyntax.ValidIdentifier(r.Type) || !hclsyntax.ValidIdentifier(r.Name) {
			return nil, fmt.Errorf("it holds a resource whose type or name is none of Terraform's: %s", files.Quoted(r.Type+"."+r.Name))
		}
		modules, err := parseModules(r.Module)
		if err != nil {
			return nil, err
		}
		for _, i := range r.Instances {
			key, err := indexKey(i.IndexKey)
			if err != nil {
				return nil, fmt.Errorf("%s.%s: %w", r.Type, r.Name, err)
			}
			attributes := i.Attributes
			if attributes == nil {
				attributes = map[string]any{}
				for name, value := range i.AttributesFlat {
					attributes[name] = value
				}
			}
			resource := Resource{
				Address:    Address{Modules: modules, Data: r.Mode == "data", Type: r.Type, Step: Step{r.Name, key}},
				Attributes: attributes, Deposed: i.Deposed != "", Tainted: i.Status == "tainted", DependsOn: i.Dependencies,
			}
			state.Resources = append(state.Resources, resource)
			state.findSecrets(resource.Address.String(), attributes, sensitivePaths(i.SensitiveAttributes))
		}
	}
	for name, output := range file.Outputs {
		state.findOutput(name, output.Value, output.Sensitive)
	}
	return state, nil
}

// indexKey reads the key of an instance from JSON.
func indexKey(key any) (any, error) {
	switch key := key.(type) {
	case nil, string:
		return key, nil
	case float64:
		if key == math.Trunc(key) && math.Abs(key) < 1<<53 {
			return int64(key), nil
		}
	}
	return nil, fmt.Errorf("%v is no key of an instance", key)
}

// sensitivePaths returns the first steps of the paths that a state marks as sensitive.
func sensitivePaths(raw json.RawMessage) map[string]bool {
	var paths [][]struct {
		Type  string `json:"type"`
		Value any    `json:"value"`
	}
	if json.Unmarshal(raw, &paths) != nil {
		return nil
	}
	names := map[string]bool{}
	for _, path := range paths {
		if len(path) > 0 {
			if name, ok := path[0].Value.(string); ok {
				names[name] = true
			}
		}
	}
	return names
}
