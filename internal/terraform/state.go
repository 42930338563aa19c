package terraform

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/oktaform/oktaform/internal/budget"
)

// State is what Terraform knows about an org's objects.
type State struct {
	Resources []Resource
	Secrets   []Secret
	// Hosts are the hosts in the URLs of Okta's API in the state, and in the provider's settings.
	Hosts []string
	// Pending are the changes of a plan that Terraform has not made yet.
	Pending []Pending
}

// Resource is an instance of a resource or data source.
type Resource struct {
	Address    Address
	Attributes map[string]any
	// Deposed means that Terraform has replaced the object but not deleted it yet.
	Deposed bool
	// Tainted means that Terraform would replace the object in its next apply.
	Tainted bool
	// DependsOn are addresses of resources, without keys of instances.
	DependsOn []string
}

// Pending is a change that a plan would make.
type Pending struct {
	Address string
	Action  string // create, update, replace, delete
}

// Attr returns an attribute of the resource; nil if it has none of that name.
func (r *Resource) Attr(name string) any { return r.Attributes[name] }

// id returns the id of the object; "" if the resource has none.
func (r *Resource) id() string {
	id, _ := r.Attr("id").(string)
	return id
}

// Okta reports whether the resource is of Okta's provider.
func (r *Resource) Okta() bool { return strings.HasPrefix(r.Address.Type, oktaPrefix) }

// oktaPrefix is the prefix of the types of Okta's provider.
const oktaPrefix = "okta_"

// ParseState parses a state file, or the output of terraform show -json for a state or plan.
func ParseState(data []byte) (*State, error) {
	data = bytes.TrimPrefix(bytes.TrimSpace(data), []byte("\xef\xbb\xbf"))
	switch {
	case len(data) == 0:
		return nil, errors.New("it is empty: the state may be stored elsewhere; terraform state pull writes it")
	case bytes.HasPrefix(data, []byte("PK\x03\x04")):
		return nil, errors.New("it is a plan in Terraform's binary format: give the output of terraform show -json FILE")
	case data[0] != '{':
		return nil, errors.New("it is not a JSON object: give a state file, or the output of terraform show -json")
	}
	if err := budget.JSON(data); err != nil {
		return nil, err
	}
	var form form
	if err := json.Unmarshal(data, &form); err != nil {
		return nil, fmt.Errorf("it is not JSON: %w", err)
	}
	if err := form.refuse(); err != nil {
		return nil, err
	}
	read := readStateFile
	switch {
	case form.is(form.FormatVersion) && (form.is(form.PlannedValues) || form.is(form.ResourceChanges) || form.is(form.PriorState)):
		read = readPlanJSON
	case form.is(form.FormatVersion):
		read = readStateJSON
	}
	state, err := read(data)
	if err != nil {
		return nil, err
	}
	state.finish()
	return state, nil
}

// form holds the members that distinguish the forms of input.
type form struct {
	Version          json.RawMessage `json:"version"`
	TerraformVersion json.RawMessage `json:"terraform_version"`
	FormatVersion    json.RawMessage `json:"format_version"`
	PlannedValues    json.RawMessage `json:"planned_values"`
	ResourceChanges  json.RawMessage `json:"resource_changes"`
	PriorState       json.RawMessage `json:"prior_state"`
	Backend          json.RawMessage `json:"backend"`
	EncryptedData    json.RawMessage `json:"encrypted_data"`
	Resources        json.RawMessage `json:"resources"`
	ProviderSchemas  json.RawMessage `json:"provider_schemas"`
	Type             json.RawMessage `json:"@level"`
}

func (form) is(member json.RawMessage) bool { return len(member) > 0 && string(member) != "null" }

// refuse explains why an input cannot be read.
func (f form) refuse() error {
	switch {
	case f.is(f.EncryptedData):
		return errors.New("it is encrypted: terraform state pull, or tofu state pull, writes the state in the clear; keep that file from others and delete it afterwards")
	case f.is(f.Backend) && !f.is(f.FormatVersion):
		var backend struct {
			Type string `json:"type"`
		}
		_ = json.Unmarshal(f.Backend, &backend)
		return fmt.Errorf("it names the backend of the state (%q) and does not contain the state: run terraform state pull > state.json in that folder, and give state.json", backend.Type)
	case f.is(f.ProviderSchemas):
		return errors.New("it describes providers (terraform providers schema): give what terraform show -json prints")
	case f.is(f.FormatVersion):
		return nil
	case f.is(f.Type):
		return errors.New("it is the log of a run with -json: give what terraform show -json prints")
	case !f.is(f.Version):
		return errors.New("it is neither a Terraform state nor output of terraform show -json: it has no version and no format_version")
	case string(f.Version) != "4":
		return fmt.Errorf("it is a state of version %s, and version 4 is read, which Terraform writes since 0.12: run terraform apply -refresh-only with a newer Terraform, or give what terraform show -json prints", f.Version)
	}
	return nil
}
