package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/generate"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/terraform"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/plan"
	"github.com/oktaform/oktaform/schema"
)

// terraformFolder is where what Terraform needs is written, below the configuration.
const terraformFolder = "terraform"

// fromTerraform imports what Terraform holds: a state, a plan, or a folder of .tf files.
func fromTerraform(ctx context.Context, a *cli.App, o *importOptions) error {
	if o.out == "" {
		return fmt.Errorf("--from-terraform needs --out DIR, the folder to write the configuration into")
	}
	report := &view.TerraformReport{Folder: o.out, From: o.fromTerraform}
	var err error
	if info, stat := a.Trees("").Stat(o.fromTerraform); stat == nil && info.IsDir() {
		err = o.fromFolder(ctx, a, report)
	} else {
		err = o.fromState(ctx, a, report)
	}
	if err != nil {
		return err
	}
	checked := o.checkByPlan(ctx, a, report)
	if a.JSON {
		text, err := view.TerraformJSON(report)
		if err != nil {
			return err
		}
		a.Print(text)
		return checked
	}
	a.Print(view.Terraform(report))
	return checked
}

// open makes the folder, which must not hold a configuration, and signs in to the org.
func (o *importOptions) open(a *cli.App, report *view.TerraformReport) (*cli.Session, error) {
	if o.owner == "" {
		o.owner = filepath.Base(cli.Absolute(o.out))
	}
	if err := schema.CheckOwner(o.owner); err != nil {
		return nil, fmt.Errorf("--owner: %q can't be one: %w", o.owner, err)
	}
	trees := a.Trees("")
	if _, err := trees.Stat(o.out); errors.Is(err, fs.ErrNotExist) {
		if err := trees.MakeFolder(o.out); err != nil {
			return nil, prefixed("--out", err)
		}
	}
	entries, err := trees.List(o.out)
	if err != nil {
		return nil, prefixed("--out", err)
	}
	for _, entry := range entries {
		if filepath.Ext(entry.Name()) == ".hcl" {
			return nil, fmt.Errorf("--out: the folder %s holds a configuration already: %s", view.ShellWord(o.out), entry.Name())
		}
	}
	s, err := a.OpenWithout(o.out, o.Target)
	if err == nil && s.Alone {
		report.Org = " --org " + cli.SandboxOrg
	}
	return s, err
}

// write creates files of the configuration.
func (o *importOptions) write(s *cli.Session, texts map[string][]byte) error {
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		if err := s.Trees.Create(filepath.Join(o.out, filepath.FromSlash(name)), texts[name], 0o644); err != nil {
			return prefixed("--out", err)
		}
	}
	return nil
}

// fromState writes the configuration of the objects that a state declares, as the org has
// them. Of the state, only addresses and ids are used.
func (o *importOptions) fromState(ctx context.Context, a *cli.App, report *view.TerraformReport) error {
	data, err := o.readState(a)
	if err != nil {
		return fmt.Errorf("--from-terraform: %w", err)
	}
	state, err := terraform.ParseState(data)
	if err != nil {
		return fmt.Errorf("--from-terraform: %s can't be read: %w", files.Quoted(o.fromTerraform), err)
	}
	m := state.Map()
	if len(m.Objects) == 0 {
		return fmt.Errorf("--from-terraform: %s declares no object that oktaform declares: it holds %s. Give the state of the folder that declares the apps, groups and roles (terraform state pull)",
			files.Quoted(o.fromTerraform), counted(len(state.Resources), "resource"))
	}
	s, err := o.open(a, report)
	if err != nil {
		return err
	}
	defer s.Close()
	selection, people, members := selectionOf(m)
	inv, err := s.Client.Inventory(ctx, org.InventoryOptions{MostMembers: max(mostMembers, members), People: len(people) > 0})
	if err != nil {
		return err
	}
	if err := addUsers(ctx, s, inv, people); err != nil {
		return err
	}
	options := generate.Options{Owner: o.owner, Header: true, Own: map[string]bool{}, LeaveOut: map[string][]string{}}
	for _, object := range m.Objects {
		options.Own[object.ID] = object.Kind.Person
		options.LeaveOut[object.ID] = object.Unmanaged()
	}
	result, err := generate.Configuration(inv, selection, options)
	if err != nil {
		return err
	}
	written, err := o.matched(m, result, state, s.Client.URL(), report)
	if err != nil {
		return err
	}
	if err := o.write(s, result.Files); err != nil {
		return err
	}
	report.Notes, report.Others = append(report.Notes, m.Notes...), m.Others
	for _, l := range m.Left {
		report.Left = append(report.Left, view.TerraformLeft(l))
	}
	for _, secret := range state.Secrets {
		report.Secrets = append(report.Secrets, view.TerraformSecret{Address: secret.Address, Attribute: secret.Attr})
	}
	return o.release(a, state.Release(written), report)
}

func (o *importOptions) readState(a *cli.App) ([]byte, error) {
	if o.fromTerraform == "-" {
		return files.Copy(a.Env.Stdin, files.PlanLimit)
	}
	return a.Trees("").Read(o.fromTerraform, files.PlanLimit)
}

// selectionOf is what is asked of the org: people are the ids of users whom the state declares,
// and members how long the longest list in it is.
func selectionOf(m *terraform.Mapping) (selection []generate.Object, people []string, members int) {
	for _, object := range m.Objects {
		selection = append(selection, generate.Object{Kind: object.Kind.Name, ID: object.ID, Name: object.Name})
		if object.Kind.Person {
			people = append(people, object.ID)
		}
		for _, r := range object.Resources {
			for _, value := range r.Attributes {
				if list, ok := value.([]any); ok {
					members = max(members, 2*len(list))
				}
			}
		}
	}
	return selection, people, min(members, maxTerraformMembers)
}

// addUsers reads the users whom nothing in the org names.
func addUsers(ctx context.Context, s *cli.Session, inv *schema.Inventory, ids []string) error {
	known := map[string]bool{}
	for i := range inv.Objects {
		known[inv.Objects[i].ID] = true
	}
	ids = slices.DeleteFunc(ids, func(id string) bool { return known[id] })
	people, err := s.Client.Users(ctx, ids)
	if err != nil {
		return err
	}
	for _, r := range people {
		r.Complete = true // the org lists everybody with admin roles, and they aren't among them
		object, err := r.Object()
		if err != nil {
			return err
		}
		inv.Objects = append(inv.Objects, object)
	}
	return nil
}

// maxTerraformMembers is the longest list of members that is read since Terraform has one
// half as long.
const maxTerraformMembers = 10_000

// matched returns the objects that were written, and reports the others. A state none of whose
// objects is in the org is that of another org.
func (o *importOptions) matched(m *terraform.Mapping, result *generate.Result, state *terraform.State, orgURL string, report *view.TerraformReport) ([]*terraform.Object, error) {
	var written []*terraform.Object
	missing := 0
	for _, object := range m.Objects {
		if isWritten(result, object.ID) {
			written = append(written, object)
			var addresses []string
			for _, r := range object.Resources {
				addresses = append(addresses, r.Address.String())
			}
			report.Objects = append(report.Objects, view.TerraformObject{Addr: object.Kind.Name + "." + object.Name, ID: object.ID, From: addresses})
			continue
		}
		why := "oktaform does not write it"
		if i := slices.IndexFunc(result.LeftOut, func(l generate.LeftOut) bool { return l.ID == object.ID && l.Part == "" }); i >= 0 {
			why = result.LeftOut[i].Why
		}
		if strings.HasPrefix(why, "the org has no such object") {
			missing++
			why = fmt.Sprintf("the org has no %s with the id %s, or the credential in use does not see it", object.Kind.Title, object.ID)
		}
		for _, r := range object.Resources {
			report.Left = append(report.Left, view.TerraformLeft{Address: r.Address.String(), Reason: why})
		}
	}
	for _, l := range result.LeftOut {
		if l.Part != "" {
			report.Notes = append(report.Notes, fmt.Sprintf("%s of %s (%s) is not written: %s.", l.Part, l.Label, l.ID, strings.TrimSuffix(l.Why, ".")))
		}
	}
	host := ""
	if u, err := url.Parse(orgURL); err == nil {
		host = u.Host
	}
	other := len(state.Hosts) > 0 && !slices.Contains(state.Hosts, host)
	if missing == len(m.Objects) {
		of := ""
		if other {
			of = fmt.Sprintf(", and it names %s", strings.Join(state.Hosts, ", "))
		}
		return nil, fmt.Errorf("--from-terraform: %s is the state of another org: %s has none of its %s%s. Use a credential for the state's org (OKTA_CLIENT_ORGURL, OKTA_CLIENT_TOKEN)",
			files.Quoted(o.fromTerraform), orgURL, counted(len(m.Objects), "object"), of)
	}
	if len(written) == 0 {
		return nil, fmt.Errorf("--from-terraform: nothing of %s can be imported. %s: %s", files.Quoted(o.fromTerraform), report.Left[0].Address, report.Left[0].Reason)
	}
	if other {
		report.Notes = append(report.Notes, fmt.Sprintf("The state names %s, and the org is %s. Its objects are there, so both are taken for names of one org.", strings.Join(state.Hosts, ", "), host))
	}
	return written, nil
}

func isWritten(result *generate.Result, id string) bool {
	for _, w := range result.Written {
		if w.ID == id {
			return true
		}
	}
	return false
}

// fromFolder translates .tf files.
func (o *importOptions) fromFolder(ctx context.Context, a *cli.App, report *view.TerraformReport) error {
	root, err := files.Open(o.fromTerraform)
	if err != nil {
		return fmt.Errorf("--from-terraform: %w", err)
	}
	defer root.Close()
	t, err := terraform.Translate(root)
	if err != nil {
		return fmt.Errorf("--from-terraform: %s can't be translated: %w", files.Quoted(o.fromTerraform), err)
	}
	if len(t.Declared) == 0 {
		return fmt.Errorf("--from-terraform: the .tf files in %s declare nothing that oktaform can declare%s", files.Quoted(o.fromTerraform), firstRemark(t))
	}
	s, err := o.open(a, report)
	if err != nil {
		return err
	}
	defer s.Close()
	t.Files["org.hcl"] = terraform.OrgBlock(o.owner)
	if err := o.write(s, t.Files); err != nil {
		return err
	}
	report.Declared = len(t.Declared)
	for _, r := range t.Remarks {
		report.Remarks = append(report.Remarks, view.TerraformRemark(r))
	}
	if u, err := url.Parse(s.Client.URL()); err == nil && len(t.Hosts) > 0 && !slices.Contains(t.Hosts, u.Host) {
		report.Notes = append(report.Notes, fmt.Sprintf("The files are for %s, and the org is %s.", strings.Join(t.Hosts, ", "), u.Host))
	}
	return o.release(a, t.Release(), report)
}

func firstRemark(t *terraform.Translation) string {
	if len(t.Remarks) == 0 {
		return ""
	}
	r := t.Remarks[0]
	return fmt.Sprintf(". %s:%d: %s", r.File, r.Line, r.Text)
}

// release writes what makes Terraform let go of the objects.
func (o *importOptions) release(a *cli.App, r terraform.Release, report *view.TerraformReport) error {
	report.Instances = r.Instances
	if r.Removed == nil {
		return nil
	}
	for n := 1; ; n++ {
		name := "removed.tf"
		if n > 1 {
			name = fmt.Sprintf("removed_%d.tf", n)
		}
		report.Removed = filepath.Join(o.out, terraformFolder, name)
		err := a.Trees(o.out).Create(report.Removed, r.Removed, 0o644)
		if !errors.Is(err, fs.ErrExist) {
			return prefixed("--out", err)
		}
	}
}

func prefixed(flag string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", flag, err)
}

// checkByPlan plans the new configuration: it should import, and change nothing but marks.
func (o *importOptions) checkByPlan(ctx context.Context, a *cli.App, report *view.TerraformReport) error {
	s, p, err := openPlanned(ctx, a, o.out, &planOptions{Target: o.Target, Refresh: cli.Refresh{From: "true"}})
	if err != nil {
		return err
	}
	defer s.Close()
	counts := p.Counts()
	report.Imported, report.Checked = counts.Import, true
	more := *p
	more.Changes = nil
	for _, c := range p.Changes {
		var n plan.Counts
		if n.Count(c); n.Add+n.Change+n.Destroy+n.Forget > 0 {
			report.Changes = append(report.Changes, c.Addr.String())
			more.Changes = append(more.Changes, c)
		}
	}
	if len(report.Changes) > 0 && !a.JSON {
		report.Plan = view.Plan(&more, a.Style())
	}
	return nil
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
