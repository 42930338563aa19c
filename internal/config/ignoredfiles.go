package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"github.com/oktaform/oktaform/internal/files"
)

// unread warns of files that Terraform would read but that are not part of the configuration.
func (c *Config) unread() hcl.Diagnostics {
	entries, err := c.folders.list(".")
	if err != nil {
		return nil // already reported
	}
	var diags hcl.Diagnostics
	var sources []string
	for _, entry := range entries {
		switch name := entry.Name(); {
		case strings.HasPrefix(name, "."):
		case name == "terraform.tfvars", name == "terraform.tfvars.json":
			own := strings.Replace(name, "terraform", "oktaform", 1)
			diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: "Variables file is not read",
				Detail: fmt.Sprintf("%s is not read automatically: rename it to %s, or give it with --var-file %s.", files.Quoted(name), own, name)})
		case slices.ContainsFunc([]string{".tf", ".tf.json", ".tofu", ".tofu.json"}, func(end string) bool { return strings.HasSuffix(name, end) }):
			sources = append(sources, files.Quoted(name))
		}
	}
	if len(sources) > 0 {
		diags = append(diags, &hcl.Diagnostic{Severity: hcl.DiagWarning, Summary: "Terraform files are not read",
			Detail: fmt.Sprintf("oktaform reads files that end in .hcl or .hcl.json. These are not read: %s.", strings.Join(sources, ", "))})
	}
	return diags
}

// overrideFile returns a file that Terraform would merge into the others; "" if there is none.
func overrideFile(names []string) string {
	for _, name := range names {
		base := strings.TrimSuffix(strings.TrimSuffix(name, ".json"), ".hcl")
		if base == "override" || strings.HasSuffix(base, "_override") {
			return name
		}
	}
	return ""
}
