package importcmd

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/oktaform/oktaform/internal/cli"
	"github.com/oktaform/oktaform/internal/cli/inventory"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/generate"
	"github.com/oktaform/oktaform/internal/org"
	"github.com/oktaform/oktaform/internal/terraform"
	"github.com/oktaform/oktaform/internal/view"
	"github.com/oktaform/oktaform/schema"
	"github.com/oktaform/oktaform/schema/kinds"
)

// terraformFolder is where what Terraform needs is written, below the configuration.
const terraformFolder = "terraform"

// fromTerraform imports what Terraform holds: a state, a plan, or a folder of .tf files.
func fromTerraform(ctx context.Context, a *cli.App, o *importOptions) error {
	info, err := a.Trees("").Stat(o.fromTerraform)
	isFolder := err == nil && info.IsDir()
	if err := o.checkTerraformFlags(isFolder); err != nil {
		return err
	}
	report := &view.TerraformReport{Folder: o.out, From: o.fromTerraform}
	if isFolder {
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
	} else {
		a.Print(view.Terraform(report))
	}
	if checked == nil && !isFolder && len(report.Changes) > 0 { // .tf files may differ from the org, and blocks of its objects may not
		return cli.StatusError(cli.ExitError)
	}
	return checked
}

// checkTerraformFlags refuses flags that mean nothing for what is imported.
func (o *importOptions) checkTerraformFlags(isFolder bool) error {
	what := files.Quoted(o.fromTerraform)
	switch {
	case o.out == "":
		return fmt.Errorf("--from-terraform needs --out DIR, the folder to write the configuration into")
	case o.ownUsers:
		return fmt.Errorf("--own-users is not for --from-terraform: the people who become user blocks are those whom Terraform manages as okta_user. Leave it out")
	case isFolder && len(o.selects)+len(o.exclude) > 0:
		return fmt.Errorf("--select and --exclude choose objects of a state, and %s is a folder, whose files are translated as they are. Give the state (terraform state pull > state.json)", what)
	case isFolder && o.add:
		return fmt.Errorf("--add adds the objects of a state to a configuration, and %s is a folder, which becomes a configuration of its own. Give the state (terraform state pull > state.json), or leave --add out and name a new folder with --out", what)
	case !isFolder && !o.add && len(o.Inputs.List) > 0:
		return fmt.Errorf("--var and --var-file give values to the variables of a folder of .tf files, or with --add to those of the configuration in --out: a state has no variables. Leave them out")
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
		return fmt.Errorf("--from-terraform: %s declares no object that oktaform can declare: it contains %s. Give the state of the folder that declares the apps, groups and roles (terraform state pull)",
			files.Quoted(o.fromTerraform), counted(len(state.Resources), "resource"))
	}
	i, err := o.begin(ctx, a)
	if err != nil {
		return err
	}
	defer i.Session.Close()
	report.Flags = i.OrgFlag()
	people, members := readFor(m)
	inv, err := i.Session.Client.Inventory(ctx, org.InventoryOptions{MostMembers: max(inventory.MostMembers, members), Claims: true, People: len(people) > 0})
	if err != nil {
		return err
	}
	if err := addUsers(ctx, i.Session, inv, people); err != nil {
		return err
	}
	i.Identify(inv)
	i.Options.Own, i.Options.LeaveOut = map[string]bool{}, map[string][]string{}
	var selection []generate.Object
	selected, others := i.selectTerraform(inv, m)
	for _, object := range selected {
		selection = append(selection, generate.Object{Kind: object.Kind.Name, ID: object.ID, Name: object.Name})
		i.Options.Own[object.ID] = object.Kind.Person
		i.Options.LeaveOut[object.ID] = object.Unmanaged()
	}
	if len(selection) == 0 {
		return fmt.Errorf("--from-terraform: --select and --exclude leave none of the %s of %s, such as %s.%s", counted(len(m.Objects), "object"), files.Quoted(o.fromTerraform), m.Objects[0].Kind.Name, m.Objects[0].Name)
	}
	result, err := generate.Configuration(inv, selection, i.Options)
	if err != nil {
		return err
	}
	t := &takenOver{importing: i, state: state, result: result, report: report}
	if err := t.match(selected, others); err != nil {
		return err
	}
	release := state.Release(t.taken, t.kept)
	removed, err := o.removedFile(a, release, report)
	if err != nil {
		return err
	}
	if err := i.write(result, removed); err != nil {
		return err
	}
	report.Notes, report.Others = slices.Concat(report.Notes, m.Notes, state.Dependents(t.taken)), m.Others
	for _, l := range m.Left {
		report.Left = append(report.Left, view.TerraformLeft(l))
	}
	for _, secret := range state.Secrets {
		report.Secrets = append(report.Secrets, view.TerraformSecret{Address: secret.Address, Attribute: secret.Attr})
	}
	return nil
}

// selectTerraform separates the objects that --select and --exclude choose from the others.
func (i *importing) selectTerraform(inv *schema.Inventory, m *terraform.Mapping) (selected, others []*terraform.Object) {
	labels := map[string]string{}
	for k := range inv.Objects {
		labels[inv.Objects[k].ID] = generate.Label(&inv.Objects[k])
	}
	for _, o := range m.Objects {
		if generate.SelectedBlock(i.selects, i.excluded, o.Kind, o.Name, labels[o.ID]) {
			selected = append(selected, o)
		} else {
			others = append(others, o)
		}
	}
	return selected, others
}

func (o *importOptions) readState(a *cli.App) ([]byte, error) {
	if o.fromTerraform == "-" {
		return files.Copy(a.Env.Stdin, files.PlanLimit)
	}
	return a.Trees("").Read(o.fromTerraform, files.PlanLimit)
}

// readFor returns the ids of users whom the state declares, and how long the longest list in it is.
func readFor(m *terraform.Mapping) (people []string, members int) {
	for _, object := range m.Objects {
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
	return people, min(members, maxTerraformMembers)
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

// takenOver separates what Terraform releases from what it keeps.
type takenOver struct {
	*importing
	state  *terraform.State
	result *generate.Result
	report *view.TerraformReport
	// taken are the objects that the configuration declares now, kept those that Terraform keeps.
	taken, kept []*terraform.Object
	missing     int
}

// match reports what became of each object. A state none of whose objects is in the org is that of
// another org.
func (t *takenOver) match(selected, others []*terraform.Object) error {
	for _, object := range selected {
		t.object(object)
	}
	for _, object := range others {
		t.keep(object, "it is not selected")
	}
	for _, l := range t.result.LeftOut {
		if l.Part != "" {
			t.report.Notes = append(t.report.Notes, fmt.Sprintf("%s of %s (%s) is not written: %s.", l.Part, l.Label, l.ID, strings.TrimSuffix(l.Why, ".")))
		}
	}
	from, orgURL, host := files.Quoted(t.report.From), t.Session.Client.URL(), ""
	if u, err := url.Parse(orgURL); err == nil {
		host = u.Host
	}
	other := len(t.state.Hosts) > 0 && !slices.Contains(t.state.Hosts, host)
	if t.missing == len(selected) {
		of := ""
		if other {
			of = fmt.Sprintf(", and it names %s", strings.Join(t.state.Hosts, ", "))
		}
		return fmt.Errorf("--from-terraform: %s is the state of another org: %s has none of its %s%s. Use a credential for the state's org (OKTA_CLIENT_ORGURL, OKTA_CLIENT_TOKEN)",
			from, orgURL, counted(len(selected), "object"), of)
	}
	if len(t.taken) == 0 {
		return fmt.Errorf("--from-terraform: nothing of %s can be imported. %s: %s", from, t.report.Left[0].Address, t.report.Left[0].Reason)
	}
	if other {
		t.report.Notes = append(t.report.Notes, fmt.Sprintf("The state names %s, and the org is %s. The org has the state's objects, so both URLs count as the same org.", strings.Join(t.state.Hosts, ", "), host))
	}
	return nil
}

// object reports what became of one object.
func (t *takenOver) object(object *terraform.Object) {
	var addresses []string
	for _, r := range object.Resources {
		addresses = append(addresses, r.Address.String())
	}
	if i := slices.IndexFunc(t.result.Written, func(w generate.Written) bool { return w.ID == object.ID }); i >= 0 {
		t.taken = append(t.taken, object)
		t.report.Objects = append(t.report.Objects, view.TerraformObject{Addr: t.result.Written[i].Addr.String(), ID: object.ID, From: addresses})
		return
	}
	if address := t.declared(object); address != "" {
		t.taken = append(t.taken, object)
		t.report.Notes = append(t.report.Notes, fmt.Sprintf("%s: %s declares it already, as %s, and no block is written.", strings.Join(addresses, ", "), view.ShellWord(t.Dir), address))
		return
	}
	why := "oktaform does not write it"
	if i := slices.IndexFunc(t.result.LeftOut, func(l generate.LeftOut) bool { return l.ID == object.ID && l.Part == "" }); i >= 0 {
		why = t.result.LeftOut[i].Why
	}
	if strings.HasPrefix(why, "the org has no such object") {
		t.missing++
		why = fmt.Sprintf("the org has no %s with the id %s, or the credential in use can't see it", object.Kind.Title, object.ID)
	}
	t.keep(object, why)
}

// declared returns the address by which the configuration already declared an object; "" if it did
// not.
func (t *takenOver) declared(object *terraform.Object) string {
	kindNames := []string{object.Kind.Name}
	if object.Kind.OnExisting {
		kindNames = append(kindNames, kinds.PrincipalKinds()...)
	}
	for _, kind := range kindNames {
		if address := t.Options.Declared[kind+" "+object.ID]; address != "" {
			return address
		}
	}
	return ""
}

// keep leaves an object, and the resources that declare parts of it, with Terraform.
func (t *takenOver) keep(object *terraform.Object, why string) {
	t.kept = append(t.kept, object)
	for _, r := range object.Resources {
		reason := why
		if i := slices.IndexFunc(t.taken, func(o *terraform.Object) bool { return slices.Contains(o.Resources, r) }); i >= 0 {
			taken := t.taken[i]
			reason = fmt.Sprintf("it declares a part of %s.%s, which has moved, and of another object, which has not: take the first out of it", taken.Kind.Name, taken.Name)
		}
		t.report.Left = append(t.report.Left, view.TerraformLeft{Address: r.Address.String(), Reason: reason})
	}
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
