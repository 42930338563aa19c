package plan

import (
	"encoding/json"
	"maps"
	"slices"

	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/oktaform/oktaform/schema"
)

// Values are objects and outputs as they are, or will be.
type Values struct {
	Outputs    map[string]OutputDocument `json:"outputs,omitempty"`
	RootModule ModuleValues              `json:"root_module"`
}

// OutputDocument is one output; without value where that is unknown or
// sensitive.
type OutputDocument struct {
	Sensitive bool            `json:"sensitive"`
	Type      json.RawMessage `json:"type,omitempty"`
	Value     any             `json:"value,omitempty"`
}

// ModuleValues are the objects of one module and those below it.
type ModuleValues struct {
	Address      string           `json:"address,omitempty"`
	Resources    []ResourceValues `json:"resources,omitempty"`
	ChildModules []ModuleValues   `json:"child_modules,omitempty"`
}

// ResourceValues is what one object will be.
type ResourceValues struct {
	Address         string `json:"address"`
	Mode            string `json:"mode"`
	Type            string `json:"type"`
	Name            string `json:"name"`
	Index           any    `json:"index,omitempty"`
	ProviderName    string `json:"provider_name"`
	DeposedKey      string `json:"deposed_key,omitempty"`
	SchemaVersion   int    `json:"schema_version"`
	Values          any    `json:"values"`
	SensitiveValues any    `json:"sensitive_values"`
}

// PriorState is what the org has of all this.
type PriorState struct {
	FormatVersion string `json:"format_version"`
	Values        Values `json:"values"`
}

// stateFormatVersion is the version of Terraform's state JSON that PriorState
// follows.
const stateFormatVersion = "1.0"

func plannedValues(p *Plan, changes []ResourceChange) Values {
	values := Values{Outputs: map[string]OutputDocument{}}
	for _, out := range p.Outputs {
		d := OutputDocument{Sensitive: out.Sensitive}
		if !out.Sensitive {
			d.Type, _ = ctyjson.MarshalType(out.Value.Type())
			d.Value, _, _ = split(out.Value)
		}
		values.Outputs[out.Name] = d
	}
	values.RootModule = rootModule(changes, func(d *ChangeDocument) (any, any) { return d.After, d.AfterSensitive })
	return values
}

func priorState(changes []ResourceChange) *PriorState {
	return &PriorState{stateFormatVersion, Values{RootModule: rootModule(changes, func(d *ChangeDocument) (any, any) { return d.Before, d.BeforeSensitive })}}
}

// rootModule arranges by modules what pick takes of each change: nil is nothing.
func rootModule(changes []ResourceChange, pick func(*ChangeDocument) (value, sensitive any)) ModuleValues {
	modules := map[string][]ResourceValues{}
	for i := range changes {
		r := &changes[i]
		value, sensitive := pick(&r.Change)
		if value == nil {
			continue
		}
		modules[r.ModuleAddress] = append(modules[r.ModuleAddress], ResourceValues{Address: r.Address, Mode: r.Mode, Type: r.Type, Name: r.Name,
			Index: r.Index, ProviderName: r.ProviderName, DeposedKey: r.Deposed, Values: value, SensitiveValues: sensitive})
	}
	return moduleValues("", modules, children(slices.Collect(maps.Keys(modules))))
}

func moduleValues(path string, modules map[string][]ResourceValues, children map[string][]string) ModuleValues {
	m := ModuleValues{Address: path, Resources: modules[path]}
	for _, child := range children[path] {
		m.ChildModules = append(m.ChildModules, moduleValues(child, modules, children))
	}
	return m
}

// children lists the modules right below each module, those on the way to the
// given paths included.
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
