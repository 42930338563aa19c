package cli

import (
	"fmt"
	"os"

	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/plan"
)

// TakePlan reads the saved plan if the arguments begin with one, and returns the configuration's
// folder. A saved plan needs no further approval.
func (o *ApplyOptions) TakePlan(a *App, args []string) (string, error) {
	if len(args) == 0 {
		return ".", nil
	}
	if info, err := os.Stat(args[0]); err != nil || info.IsDir() {
		if len(args) > 1 {
			return "", fmt.Errorf("%s is not a saved plan: of two arguments, the first is a file of oktaform plan --out FILE, the second the configuration's folder", args[0])
		}
		return args[0], nil
	}
	saved, err := a.ReadPlan(args[0])
	if err != nil {
		return "", err
	}
	o.Saved, o.AutoApprove = saved, true
	return Folder(args[1:]), nil
}

// holds returns an error if a plan made now is not the saved one.
func (s *Session) holds(saved *plan.Saved, p *plan.Plan, o plan.Options) error {
	if saved == nil {
		return nil
	}
	return s.Failed(saved.Approves(p.Document(o, s.Stamp())))
}

// ReadPlan reads a saved plan.
func (a *App) ReadPlan(file string) (*plan.Saved, error) {
	data, err := a.Trees("").Read(file, files.PlanLimit)
	if err != nil {
		return nil, fmt.Errorf("the saved plan can't be read: %w", err)
	}
	saved, err := plan.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s is not a saved plan that this version of oktaform can read: %w. Make one with oktaform plan --out FILE", files.Quoted(file), err)
	}
	return saved, nil
}
