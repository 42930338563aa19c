package terraform

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	tfjson "github.com/hashicorp/terraform-json"
)

func readStateJSON(data []byte) (*State, error) {
	var shown tfjson.State
	if err := json.Unmarshal(data, &shown); err != nil {
		return nil, fmt.Errorf("it is not what terraform show -json prints: %w", err)
	}
	state := &State{}
	return state, state.addValues(shown.Values)
}

// readPlanJSON reads what exists from a plan: its prior state. Objects that the plan would create
// have no id yet, and those that it would delete still exist.
func readPlanJSON(data []byte) (*State, error) {
	var plan tfjson.Plan
	if err := json.Unmarshal(data, &plan); err != nil {
		return nil, fmt.Errorf("it is not what terraform show -json prints of a plan: %w", err)
	}
	state := &State{}
	for _, change := range plan.ResourceChanges {
		if change == nil || change.Change == nil || change.Mode != tfjson.ManagedResourceMode {
			continue
		}
		if action := actionOf(change.Change.Actions); action != "" {
			state.Pending = append(state.Pending, Pending{change.Address, action})
		}
	}
	state.addProviders(plan.Config)
	for name, variable := range plan.Variables {
		declared := plan.Config != nil && plan.Config.RootModule != nil && plan.Config.RootModule.Variables[name] != nil && plan.Config.RootModule.Variables[name].Sensitive
		if variable != nil {
			state.findValue("var."+name, variable.Value, declared)
		}
	}
	if plan.PriorState == nil || plan.PriorState.Values == nil {
		if len(state.Pending) > 0 {
			return nil, errors.New("the plan was made before anything exists, and only existing objects can be imported: apply it first, or give the state")
		}
		return state, nil
	}
	return state, state.addValues(plan.PriorState.Values)
}

func actionOf(actions tfjson.Actions) string {
	switch {
	case actions.Create():
		return "create"
	case actions.Update():
		return "update"
	case actions.Replace():
		return "replace"
	case actions.Delete():
		return "delete"
	}
	return ""
}

// addValues adds the resources of all modules.
func (s *State) addValues(values *tfjson.StateValues) error {
	if values == nil {
		return nil
	}
	for name, output := range values.Outputs {
		if output != nil {
			s.findOutput(name, output.Value, output.Sensitive)
		}
	}
	modules := []*tfjson.StateModule{values.RootModule}
	for len(modules) > 0 {
		module := modules[0]
		modules = modules[1:]
		if module == nil {
			continue
		}
		modules = slices.Concat(module.ChildModules, modules)
		for _, r := range module.Resources {
			if r == nil {
				continue
			}
			address, err := parseAddress(r.Address)
			if err != nil {
				return err
			}
			attributes := r.AttributeValues
			if attributes == nil {
				attributes = map[string]any{}
			}
			s.Resources = append(s.Resources, Resource{Address: address, Attributes: attributes,
				Deposed: r.DeposedKey != "", Tainted: r.Tainted, DependsOn: r.DependsOn})
			s.findSecrets(address.String(), attributes, sensitiveNames(r.SensitiveValues))
		}
	}
	return nil
}

// sensitiveNames returns the attributes that contain something sensitive.
func sensitiveNames(raw json.RawMessage) map[string]bool {
	var values map[string]any
	if json.Unmarshal(raw, &values) != nil {
		return nil
	}
	names := map[string]bool{}
	for name, value := range values {
		if anyTrue(value) {
			names[name] = true
		}
	}
	return names
}

func anyTrue(value any) bool {
	switch value := value.(type) {
	case bool:
		return value
	case []any:
		return slices.ContainsFunc(value, anyTrue)
	case map[string]any:
		for _, v := range value {
			if anyTrue(v) {
				return true
			}
		}
	}
	return false
}

// addProviders records the hosts of orgs in the settings of Okta's provider.
func (s *State) addProviders(config *tfjson.Config) {
	if config == nil {
		return
	}
	for _, provider := range config.ProviderConfigs {
		if provider == nil || provider.Name != "okta" {
			continue
		}
		constant := func(name string) string {
			e := provider.Expressions[name]
			if e == nil || e.ExpressionData == nil {
				return ""
			}
			text, _ := e.ConstantValue.(string)
			return text
		}
		if constant("http_proxy") == "" {
			s.addOrg(constant("org_name"), constant("base_url"))
		}
		if secret := constant("api_token"); secret != "" {
			s.secret("provider.okta", "api_token")
		}
		if secret := constant("private_key"); secret != "" {
			s.secret("provider.okta", "private_key")
		}
	}
}
