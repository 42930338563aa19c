package view

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// TerraformReport says what an import from Terraform has written, and what is to be done.
type TerraformReport struct {
	From   string `json:"from"`
	Folder string `json:"folder"`
	// Objects got a block, made of what the org holds; for a folder of .tf files there are none.
	Objects []TerraformObject `json:"objects"`
	// Declared is how many resources a folder of .tf files declares that were translated.
	Declared int `json:"translated,omitempty"`
	// Left are resources that stay with Terraform.
	Left []TerraformLeft `json:"left"`
	// Others is how many resources of other providers there are.
	Others int `json:"other_providers"`
	// Remarks are the lines that were not translated one to one.
	Remarks []TerraformRemark `json:"remarks"`
	// Secrets are where the state holds secrets in the clear.
	Secrets []TerraformSecret `json:"secrets"`
	Notes   []string          `json:"notes"`
	// Removed is the file with removed blocks; Instances are for terraform state rm.
	Removed   string   `json:"removed_file"`
	Instances []string `json:"state_rm"`
	// Checked: the new configuration was planned. Imported is how many objects it imports,
	// Changes are what it would change besides marks, and Plan shows that.
	Checked  bool     `json:"checked"`
	Imported int      `json:"imported"`
	Changes  []string `json:"changes"`
	Plan     string   `json:"-"`
	// Flags are those of the next commands, which name the org and give values to variables.
	Flags string `json:"-"`
}

// TerraformObject is an object that got a block.
type TerraformObject struct {
	Addr string   `json:"address"`
	ID   string   `json:"id"`
	From []string `json:"from"`
}

// TerraformLeft is a resource that stays with Terraform.
type TerraformLeft struct {
	Address string `json:"address"`
	Reason  string `json:"reason"`
}

// TerraformRemark is a line of a .tf file that was not translated one to one.
type TerraformRemark struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Text string `json:"text"`
}

// TerraformSecret is where a state holds a secret in the clear.
type TerraformSecret struct {
	Address   string `json:"address"`
	Attribute string `json:"attribute"`
}

// TerraformJSON is the report for programs.
func TerraformJSON(r *TerraformReport) (string, error) {
	out := *r
	out.Objects, out.Left, out.Remarks = OrEmpty(r.Objects), OrEmpty(r.Left), OrEmpty(r.Remarks)
	out.Secrets, out.Notes, out.Instances, out.Changes = OrEmpty(r.Secrets), OrEmpty(r.Notes), OrEmpty(r.Instances), OrEmpty(r.Changes)
	text, err := json.MarshalIndent(out, "", "  ")
	return string(text) + "\n", err
}

// Terraform is the report for people.
func Terraform(r *TerraformReport) string {
	var b strings.Builder
	if r.Declared > 0 {
		fmt.Fprintf(&b, "%s translated into %s.\n", countOf(r.Declared, "resource is", "resources are"), Plain(r.Folder))
	} else {
		resources := 0
		for _, o := range r.Objects {
			resources += len(o.From)
		}
		fmt.Fprintf(&b, "%s written to %s, for %s of Terraform's.\n", countOf(len(r.Objects), "object is", "objects are"), Plain(r.Folder), countOf(resources, "resource", "resources"))
	}
	list := func(title string, lines []string) {
		if len(lines) == 0 {
			return
		}
		b.WriteString("\n" + title + "\n")
		for _, line := range lines {
			b.WriteString("  " + Plain(line) + "\n")
		}
	}
	list("Not translated one to one:", linesOf(r.Remarks, func(m TerraformRemark) string { return fmt.Sprintf("%s:%d: %s", m.File, m.Line, m.Text) }))
	left := linesOf(r.Left, func(l TerraformLeft) string { return l.Address + ": " + l.Reason })
	if r.Others > 0 {
		left = append(left, countOf(r.Others, "resource", "resources")+" of other providers")
	}
	list("Stays with Terraform:", left)
	list("Notes:", r.Notes)
	secrets := linesOf(r.Secrets, func(s TerraformSecret) string { return s.Address + ": " + s.Attribute })
	list("The state contains secrets in plain text. None of them was copied, but everybody who can read the state, or an old copy\nof it, has them. Replace those that still work:", secrets)
	b.WriteString("\n" + r.check() + "\n" + r.order())
	return b.String()
}

// check describes the result of the plan of the new configuration.
func (r *TerraformReport) check() string {
	switch {
	case !r.Checked:
		return "The new configuration could not be planned: the error says why. Mend it, and run oktaform plan " + ShellWord(r.Folder) + r.Flags + " before you go on.\n"
	case len(r.Changes) == 0:
		unmarked := ""
		if n := len(r.Objects) - r.Imported; n > 0 && r.Declared == 0 {
			unmarked = fmt.Sprintf(" (%d users and admins carry none)", n)
		}
		return fmt.Sprintf("Checked with a plan: %s imported, and nothing but the marks of their owner%s would change in the org.\n", countOf(r.Imported, "object is", "objects are"), unmarked)
	}
	return fmt.Sprintf("Checked with a plan: more than marks would change, of %s. Bring the blocks in line with the org, or the other way round, before you go on:\n\n%s", strings.Join(r.Changes, ", "), r.Plan)
}

// order explains how to switch.
func (r *TerraformReport) order() string {
	var steps []string
	if r.Removed != "" {
		steps = append(steps, fmt.Sprintf("In Terraform's folder, take out the blocks of what has moved, with what refers to them, and put %s\n     beside the other files. terraform plan must end with \"0 to add, 0 to change, 0 to destroy\"; then run\n     terraform apply. Terraform forgets the objects, and the org keeps them.", Plain(r.Removed)))
	}
	if len(r.Instances) > 0 {
		var rm []string
		for _, address := range r.Instances {
			rm = append(rm, "       terraform state rm "+ShellWord(address))
		}
		steps = append(steps, "Some instances of a resource stay with Terraform, and removed blocks are about whole resources. So forget\n     the others one by one, and take them out of for_each or count:\n"+strings.Join(rm, "\n"))
	}
	steps = append(steps, fmt.Sprintf("Then run oktaform plan %s%s, and oktaform apply %s%s, which marks the objects.", ShellWord(r.Folder), r.Flags, ShellWord(r.Folder), r.Flags))
	var b strings.Builder
	b.WriteString("Switch in this order, so that the two tools never fight:\n\n")
	for i, step := range steps {
		fmt.Fprintf(&b, "  %d. %s\n", i+1, step)
	}
	b.WriteString(`
In the other order, terraform apply would take the marks out again: it writes an app's profile, and the
descriptions and names of the others, as its files say. Where that has happened, the next plan of oktaform
imports the objects again, as long as their import blocks are there.
`)
	return b.String()
}

func linesOf[T any](list []T, line func(T) string) []string {
	var lines []string
	for _, element := range list {
		lines = append(lines, line(element))
	}
	return slices.Clip(lines)
}

func countOf(n int, one, several string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, several)
}
