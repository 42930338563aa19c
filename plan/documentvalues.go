package plan

import (
	"encoding/json"
	"maps"
	"slices"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/oktaform/oktaform/schema"
)

// stateFormatVersion is the version of Terraform's state JSON used for the prior state.
const stateFormatVersion = "1.0"

func plannedValues(p *Plan, changes []ResourceChange) tfjson.StateValues {
	outputs := map[string]*tfjson.StateOutput{}
	for _, out := range p.Outputs {
		d := &tfjson.StateOutput{Sensitive: out.Sensitive}
		if !out.Sensitive {
			d.Type = out.Value.Type()
			d.Value, _, _ = split(out.Value)
		}
		outputs[out.Name] = d
	}
	return tfjson.StateValues{Outputs: outputs, RootModule: rootModule(changes, func(d *ChangeDocument) (any, any) { return d.After, d.AfterSensitive })}
}

func priorState(changes []ResourceChange) *tfjson.State {
	return &tfjson.State{FormatVersion: stateFormatVersion,
		Values: &tfjson.StateValues{RootModule: rootModule(changes, func(d *ChangeDocument) (any, any) { return d.Before, d.BeforeSensitive })}}
}

// rootModule arranges by module the values that pick returns for each change; it omits nil values.
func rootModule(changes []ResourceChange, pick func(*ChangeDocument) (value, sensitive any)) *tfjson.StateModule {
	modules := map[string][]*tfjson.StateResource{}
	for i := range changes {
		r := &changes[i]
		value, sensitive := pick(&r.Change)
		values, ok := value.(map[string]any)
		if !ok {
			continue
		}
		flags, _ := json.Marshal(sensitive) // of maps, lists and booleans: it cannot fail
		modules[r.ModuleAddress] = append(modules[r.ModuleAddress], &tfjson.StateResource{Address: r.Address, Mode: r.Mode, Type: r.Type, Name: r.Name,
			Index: r.Index, ProviderName: r.ProviderName, DeposedKey: r.DeposedKey, AttributeValues: values, SensitiveValues: flags})
	}
	return stateModule("", modules, children(slices.Collect(maps.Keys(modules))))
}

func stateModule(path string, modules map[string][]*tfjson.StateResource, children map[string][]string) *tfjson.StateModule {
	m := &tfjson.StateModule{Address: path, Resources: modules[path]}
	for _, child := range children[path] {
		m.ChildModules = append(m.ChildModules, stateModule(child, modules, children))
	}
	return m
}

// children returns the direct children of each module, including modules that only contain others.
func children(paths []string) map[string][]string {
	out := map[string][]string{}
	for _, path := range paths {
		calls, err := schema.ParseModule(path)
		if err != nil {
			continue
		}
		parent := ""
		for _, call := range calls {
			child := schema.ModulePath(parent, call.Name, call.Key)
			if !slices.Contains(out[parent], child) {
				out[parent] = append(out[parent], child)
			}
			parent = child
		}
	}
	for _, list := range out {
		slices.Sort(list)
	}
	return out
}
