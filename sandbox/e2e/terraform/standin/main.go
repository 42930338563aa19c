// Standin is a provider for Terraform with the resource types of Okta's provider, for tests. It
// calls no org: the ids that an org would generate come from the file STANDIN_IDS, and updates and
// deletions are appended to the file STANDIN_LOG. With it, the real Terraform writes states and
// plans of an org that a seed describes.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func main() {
	ids := map[string]map[string]any{}
	if data, err := os.ReadFile(os.Getenv("STANDIN_IDS")); err == nil {
		if err := json.Unmarshal(data, &ids); err != nil {
			log.Fatal(err)
		}
	}
	server := func() tfprotov6.ProviderServer { return &provider{ids: ids} }
	if err := tf6server.Serve("registry.terraform.io/okta/okta", server); err != nil {
		log.Fatal(err)
	}
}

// provider implements the calls that Terraform makes; any other one panics, as its interface is
// nil.
type provider struct {
	tfprotov6.ProviderServer
	ids map[string]map[string]any // computed attributes, by the type and the key of the object
}

func (p *provider) GetMetadata(context.Context, *tfprotov6.GetMetadataRequest) (*tfprotov6.GetMetadataResponse, error) {
	response := &tfprotov6.GetMetadataResponse{ServerCapabilities: &tfprotov6.ServerCapabilities{}}
	for name := range types {
		response.Resources = append(response.Resources, tfprotov6.ResourceMetadata{TypeName: name})
	}
	for name := range sources {
		response.DataSources = append(response.DataSources, tfprotov6.DataSourceMetadata{TypeName: name})
	}
	return response, nil
}

func (p *provider) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	response := &tfprotov6.GetProviderSchemaResponse{
		Provider:          resourceType{"org_name": "o string", "base_url": "o string", "api_token": "os string"}.schema(),
		ResourceSchemas:   map[string]*tfprotov6.Schema{},
		DataSourceSchemas: map[string]*tfprotov6.Schema{},
	}
	for name, typ := range types {
		response.ResourceSchemas[name] = typ.schema()
	}
	for name, typ := range sources {
		response.DataSourceSchemas[name] = typ.schema()
	}
	return response, nil
}

func (p *provider) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &tfprotov6.GetResourceIdentitySchemasResponse{}, nil
}

func (p *provider) ValidateProviderConfig(_ context.Context, r *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return &tfprotov6.ValidateProviderConfigResponse{PreparedConfig: r.Config}, nil
}

func (p *provider) ConfigureProvider(context.Context, *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return &tfprotov6.ConfigureProviderResponse{}, nil
}

func (p *provider) StopProvider(context.Context, *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	return &tfprotov6.StopProviderResponse{}, nil
}

func (p *provider) ValidateResourceConfig(context.Context, *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return &tfprotov6.ValidateResourceConfigResponse{}, nil
}

func (p *provider) ValidateDataResourceConfig(context.Context, *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return &tfprotov6.ValidateDataResourceConfigResponse{}, nil
}

func (p *provider) UpgradeResourceState(_ context.Context, r *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	typ := types[r.TypeName].schema().ValueType()
	value, err := r.RawState.Unmarshal(typ)
	if err != nil {
		return nil, err
	}
	state, err := tfprotov6.NewDynamicValue(typ, value)
	return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: &state}, err
}

// ReadResource returns every object unchanged.
func (p *provider) ReadResource(_ context.Context, r *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return &tfprotov6.ReadResourceResponse{NewState: r.CurrentState}, nil
}

func (p *provider) PlanResourceChange(_ context.Context, r *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	typ := types[r.TypeName]
	wire := typ.schema().ValueType()
	proposed, err := r.ProposedNewState.Unmarshal(wire)
	if err != nil {
		return nil, err
	}
	prior, err := r.PriorState.Unmarshal(wire)
	if err != nil {
		return nil, err
	}
	response := &tfprotov6.PlanResourceChangeResponse{PlannedState: r.ProposedNewState}
	if proposed.IsNull() || !prior.IsNull() {
		return response, nil
	}
	values := map[string]tftypes.Value{}
	if err := proposed.As(&values); err != nil {
		return nil, err
	}
	for name := range values {
		if typ.computed(name) && values[name].IsNull() {
			values[name] = tftypes.NewValue(values[name].Type(), tftypes.UnknownValue)
		}
	}
	planned, err := tfprotov6.NewDynamicValue(wire, tftypes.NewValue(wire, values))
	response.PlannedState = &planned
	return response, err
}

func (p *provider) ApplyResourceChange(_ context.Context, r *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	typ := types[r.TypeName]
	wire := typ.schema().ValueType()
	planned, err := r.PlannedState.Unmarshal(wire)
	if err != nil {
		return nil, err
	}
	prior, err := r.PriorState.Unmarshal(wire)
	if err != nil {
		return nil, err
	}
	switch {
	case planned.IsNull():
		logChange("delete", r.TypeName)
		return &tfprotov6.ApplyResourceChangeResponse{NewState: r.PlannedState}, nil
	case !prior.IsNull():
		logChange("update", r.TypeName)
	}
	values := map[string]tftypes.Value{}
	if err := planned.As(&values); err != nil {
		return nil, err
	}
	p.fill(r.TypeName, typ, values)
	state, err := tfprotov6.NewDynamicValue(wire, tftypes.NewValue(wire, values))
	return &tfprotov6.ApplyResourceChangeResponse{NewState: &state}, err
}

// fill sets the attributes that the org would compute.
func (p *provider) fill(name string, typ resourceType, values map[string]tftypes.Value) {
	given := p.ids[name+" "+typ.key(values)]
	for attr, value := range values {
		if value.IsKnown() && !(typ.computed(attr) && value.IsNull()) {
			continue
		}
		var known any
		if text, ok := given[attr]; ok {
			known = text
		}
		if attr == "id" && known == nil {
			known = typ.key(values)
		}
		values[attr] = tftypes.NewValue(value.Type(), known)
	}
}

func (p *provider) ReadDataSource(_ context.Context, r *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	typ := sources[r.TypeName]
	wire := typ.schema().ValueType()
	config, err := r.Config.Unmarshal(wire)
	if err != nil {
		return nil, err
	}
	values := map[string]tftypes.Value{}
	if err := config.As(&values); err != nil {
		return nil, err
	}
	p.fill(r.TypeName, typ, values)
	state, err := tfprotov6.NewDynamicValue(wire, tftypes.NewValue(wire, values))
	return &tfprotov6.ReadDataSourceResponse{State: &state}, err
}

// logChange appends an action to the log.
func logChange(action, typ string) {
	file, err := os.OpenFile(os.Getenv("STANDIN_LOG"), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return
	}
	defer file.Close()
	fmt.Fprintln(file, action, typ)
}

// key distinguishes the objects of a type: the name, or the ids of the objects that it connects.
func (t resourceType) key(values map[string]tftypes.Value) string {
	for _, name := range []string{"label", "name", "login"} {
		if text := textOf(values[name]); t[name] != "" && text != "" {
			return text
		}
	}
	var key string
	for _, name := range []string{"app_id", "client_id", "group_id", "user_id", "resource_set_id", "custom_role_id", "uri", "type", "role_type"} {
		if text := textOf(values[name]); t[name] != "" && text != "" {
			key += "/" + text
		}
	}
	return key[1:]
}

// textOf returns a known string; "" for any other value.
func textOf(v tftypes.Value) string {
	var text *string
	if v.Type() == nil || !v.Type().Is(tftypes.String) || !v.IsKnown() || v.As(&text) != nil || text == nil {
		return ""
	}
	return *text
}

// computed reports whether the org computes the attribute if it is not declared.
func (t resourceType) computed(name string) bool {
	return slices.Contains([]byte(t.flags(name)), 'c')
}
