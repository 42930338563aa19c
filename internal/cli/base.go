package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/oktaform/oktaform/internal/checkout"
	"github.com/oktaform/oktaform/internal/ci"
	"github.com/oktaform/oktaform/internal/config"
	"github.com/oktaform/oktaform/internal/files"
	"github.com/oktaform/oktaform/internal/revision"
)

// BaseFlags name the version that a review compares with.
type BaseFlags struct {
	base       string
	baseDir    string
	baseFromCI bool
}

// Add adds the flags to a command.
func (o *BaseFlags) Add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.base, "base", "", "compare with the git `REVISION`")
	cmd.Flags().StringVar(&o.baseDir, "base-dir", "", "compare with the configuration in the folder `DIR`")
	cmd.Flags().BoolVar(&o.baseFromCI, "base-from-ci", false, "compare with the version that the event of the CI job (GitHub, GitLab) names")
}

// Untracked reports of files in dir whether git doesn't have them, where the flags name a version
// in git; otherwise it is nil.
func (a *App) Untracked(dir string, o *BaseFlags) func(name string) bool {
	if o.base == "" && !o.baseFromCI {
		return nil
	}
	c, err := a.checkout(dir)
	if err != nil {
		return nil
	}
	return revision.Untracked(c)
}

// Base is the version that a review compares with.
type Base struct {
	Name   string // for messages and positions
	Commit string // "" unless it is a git revision
	Folder string // of the configuration; "" if the version has none
	Lost   error  // why it is unknown whether the version has a configuration
	Notes  []string
	Temp   string // folder that the version was unpacked to
	// Converted are files of the checkout whose contents differ from what git stores.
	Converted []string
	// Before and Now are the folders that the configuration's path leads to in the base and in the
	// checkout, with links resolved.
	Before, Now string
	Config      *config.Config // nil until loaded
}

// Close deletes the unpacked files.
func (b *Base) Close() {
	if b.Config != nil {
		_ = b.Config.Close()
	}
	if b.Temp != "" {
		_ = os.RemoveAll(b.Temp)
	}
}

// Base returns the version that the flags name, or nil.
func (a *App) Base(dir string, o *BaseFlags, in *Inputs) (*Base, error) {
	switch {
	case o.baseDir != "":
		return &Base{Name: o.baseDir, Folder: o.baseDir}, nil
	case o.base != "":
		return a.unpacked(dir, in, func(r *revision.Repository) (revision.ID, string, error) {
			id, err := baseCommit(r, o.base)
			if unknown := (*revision.UnknownError)(nil); errors.As(err, &unknown) {
				return id, "", fmt.Errorf("--base %s is not a git revision: %w. Name a folder with --base-dir", o.base, err)
			}
			if err != nil {
				err = fmt.Errorf("--base %s: %w", o.base, err)
			}
			return id, o.base, err
		})
	case o.baseFromCI:
		event, err := ci.Read(a.Env.Get)
		if err != nil {
			return nil, fmt.Errorf("--base-from-ci: %w", err)
		}
		return a.unpacked(dir, in, func(r *revision.Repository) (revision.ID, string, error) {
			id, err := eventCommit(r, event)
			if err != nil {
				err = fmt.Errorf("--base-from-ci: %s: %w", event.Name, err)
			}
			const shown = 12
			return id, id.String()[:shown], err
		})
	}
	return nil, nil
}

// baseCommit returns the commit of --base. With three dots after it, it is the merge base with the
// checkout, as for git diff.
func baseCommit(r *revision.Repository, name string) (revision.ID, error) {
	name, forked := strings.CutSuffix(name, "...")
	id, err := r.Resolve(name)
	if err != nil || !forked {
		return id, err
	}
	head, err := r.Resolve("HEAD")
	if err != nil {
		return id, err
	}
	return r.Fork(id, head)
}

// eventCommit returns the commit to compare a CI job's change with. Nothing that the author of the
// change wrote decides it: no name, and no parent of a commit by its position alone.
func eventCommit(r *revision.Repository, event ci.Event) (revision.ID, error) {
	head, err := r.Resolve("HEAD")
	if err != nil {
		return head, err
	}
	if err := isAbout(r, event, head); err != nil {
		return head, err
	}
	id := revision.ParseID(event.Base)
	parents, err := r.Parents(head)
	if err != nil {
		return id, err
	}
	merged := len(parents) == 2 && parents[0] == id
	if event.Base != "" && (event.Exact || merged) {
		_, err := r.Parents(id)
		return id, notFetched(err, event)
	}
	// The fetched branch may be newer than the event. What was removed from it since must not come
	// back unnoticed.
	if end, err := r.Ref("refs/remotes/origin/" + event.Branch); err == nil {
		newer := event.Base == ""
		if !newer {
			newer, err = r.Contains(end, id)
		}
		if err == nil && newer {
			id = end
		}
	} else if event.Base == "" {
		return id, notFetched(fmt.Errorf("the branch %s is not in this clone", event.Branch), event)
	}
	id, err = r.Fork(id, head)
	return id, notFetched(err, event)
}

// isAbout refuses a checkout of something other than the event's change: it would be compared with
// itself, without findings.
func isAbout(r *revision.Repository, event ci.Event, head revision.ID) error {
	if event.Head == "" {
		return nil
	}
	contains, err := r.Contains(head, revision.ParseID(event.Head))
	if contains {
		return nil
	}
	message := fmt.Errorf("the checked-out commit, %s, does not contain the change's last commit, %s: check out the commit of the event", head, event.Head)
	if err != nil {
		return fmt.Errorf("%w (%w)", message, err)
	}
	return message
}

// notFetched says how to fetch a commit that a job has not fetched.
func notFetched(err error, event ci.Event) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("the version to compare with can't be found: %w. Set %s", err, event.Depth)
}

// unpacked writes the version that choose selects to a temporary folder.
func (a *App) unpacked(dir string, in *Inputs, choose func(*revision.Repository) (revision.ID, string, error)) (*Base, error) {
	c, err := a.checkout(dir)
	if err != nil {
		return nil, err
	}
	if c.GitDir == "" {
		return nil, noRepository(dir, c)
	}
	r, err := revision.Open(c.GitDir, c.CommonDir)
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	b := &Base{Converted: revision.Converted(c, in.isSourceFile)}
	var id revision.ID
	if id, b.Name, err = choose(r); err != nil {
		return nil, err
	}
	b.Commit = id.String()
	if b.Temp, err = os.MkdirTemp("", "oktaform-base-"); err != nil {
		return nil, err
	}
	found, absent, err := r.Export(id, c.Named, in.isSourceFile, b.Temp)
	lost, isLost := errors.AsType[*revision.LostError](err)
	switch {
	case isLost:
		b.Lost, err = lost, nil
	case err != nil:
		b.Close()
		return nil, fmt.Errorf("version %s: %w", b.Name, err)
	case found:
		b.Folder = filepath.Join(b.Temp, filepath.FromSlash(c.Named))
		if err = os.MkdirAll(b.Folder, 0o700); err == nil { // git stores no empty folders
			led, _ := checkout.Find(b.Folder, checkout.Options{Root: b.Temp})
			b.Before, b.Now = led.Prefix, c.Prefix
		}
		if isNew, err := holdsNoConfiguration(b.Folder); err == nil && isNew {
			b.Folder = ""
			b.Notes = append(b.Notes, fmt.Sprintf("The folder %s of %s contains no configuration, so all of it is new.", dir, b.Name))
		}
	default:
		b.Notes = append(b.Notes, fmt.Sprintf("%s has no folder %s, so all of it is new. If it had another name there, check that revision out (git worktree add) and name its folder with --base-dir.", b.Name, dir))
	}
	for _, module := range absent {
		b.Notes = append(b.Notes, fmt.Sprintf("The submodule %s is not compared: %s has it at a commit that is not in this clone (git submodule update --init).", module, b.Name))
	}
	return b, err
}

// holdsNoConfiguration reports whether a folder has no entry that would be part of a configuration;
// a dangling link counts as an entry.
func holdsNoConfiguration(dir string) (bool, error) {
	root, err := files.Open(dir)
	if err != nil {
		return false, err
	}
	defer root.Close()
	entries, err := root.List(".")
	return err == nil && !slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return config.IsSourceFile(e.Name()) }), err
}

func noRepository(dir string, c checkout.Checkout) error {
	passed := ""
	if len(c.Passed) > 0 {
		passed = " (not used: " + strings.Join(c.Passed, "; ") + ")"
	}
	return fmt.Errorf("%s lies in no git repository%s, so there is no version to compare with. Name its folder with --base-dir", dir, passed)
}

// InputsOf returns the options with values for the base: files in the repository or the
// configuration's folder are those of the base.
func (a *App) InputsOf(b *Base, dir string, in *Inputs) (list []config.Input) {
	var repository files.Trees
	if c, err := a.checkout(dir); err == nil && len(in.Args) > 0 {
		if root, err := files.Open(c.Root); err == nil {
			repository = append(repository, root)
			a.opened = append(a.opened, root)
		}
	}
	for i := 0; i+1 < len(in.Args); i += 2 {
		if in.Args[i] != varFile {
			list = append(list, config.Var(in.Args[i+1]))
			continue
		}
		name, own := in.Args[i+1], ""
		if b.Temp != "" {
			if _, below, inside := repository.Find(name); inside {
				own = filepath.Join(b.Temp, below)
			}
		} else if below, err := filepath.Rel(dir, name); err == nil && filepath.IsLocal(below) {
			own = filepath.Join(b.Folder, below)
		}
		if own == "" {
			own = name
		} else if _, err := os.Lstat(own); errors.Is(err, fs.ErrNotExist) {
			b.Notes = append(b.Notes, fmt.Sprintf("%s has no file %s: there, its variables have their defaults or the values of other files.", b.Name, name))
			continue
		}
		list = append(list, config.VarFile(own))
	}
	return list
}

// isSourceFile reports whether a file with this name may be part of a configuration or a test of
// it, or be named by an option.
func (in *Inputs) isSourceFile(name string) bool {
	for i := 0; i+1 < len(in.Args); i += 2 {
		if in.Args[i] == varFile && filepath.Base(in.Args[i+1]) == name {
			return true
		}
	}
	return config.IsSourceFile(name) || config.IsTestFile(name)
}
