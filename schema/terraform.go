package schema

import "slices"

// TerraformType is a resource type of Terraform's provider okta/okta that declares objects of a
// kind, or a part of them.
type TerraformType struct {
	Name string // okta_group
	// ID names the attribute with the id of the object, or with the URLs of several.
	ID string
	// Part is the attribute or nested block that the resource declares; "" for the object.
	Part string
	// When names an attribute and its value for objects of this kind, if the type declares several
	// kinds.
	When [2]string
	// Path is the element before the id in the URLs of ID: "users".
	Path string
	// Rename maps names of Terraform's attributes to those of the kind, if they differ.
	Rename map[string]string
	// Ignore are attributes that have no meaning here and can be dropped.
	Ignore []string
	// Attrs are the attributes that declare the part, besides ID.
	Attrs []string
	// Switch maps booleans to attributes of the kind that are ACTIVE or INACTIVE.
	Switch map[string]string
	// Computed are attributes that a state holds although no file sets them.
	Computed []string
	// Defaults are the values of omitted attributes in Terraform, as HCL, if they differ from the
	// kind's defaults.
	Defaults map[string]string
}

// TerraformTypes returns the resource types with that name that declare the kind or a part of it.
func (k *Kind) TerraformTypes(name string) []TerraformType {
	return slices.DeleteFunc(slices.Clone(k.Terraform), func(t TerraformType) bool { return t.Name != name })
}

// Declares reports whether a resource of the type, whose attributes attr returns, declares objects
// of the kind.
func (t TerraformType) Declares(attr func(name string) any) bool {
	return t.Part == "" && (t.When[0] == "" || attr(t.When[0]) == t.When[1])
}
