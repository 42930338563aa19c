package cli

import (
	"errors"
	"fmt"
	"path/filepath"

	"github.com/oktaform/oktaform/internal/files"
)

// Trees returns the folders with files from others that a given path can lead to: the repository
// around the current folder and that around the configuration's folder, or the configuration's
// folder if there is none. dir is "" for commands without a configuration.
func (a *App) Trees(dir string) files.Trees {
	var trees files.Trees
	add := func(dir string, alone bool) {
		found, err := a.checkout(dir)
		if err != nil || !alone && found.GitDir == "" && found.Root == found.Dir {
			return // the command reports what is wrong with its folder
		}
		if root, err := files.Open(found.Root); err == nil {
			trees = append(trees, root)
		}
	}
	add(".", false)
	if dir != "" {
		add(dir, true)
	}
	a.opened = append(a.opened, trees...)
	return trees
}

// Within refuses a configuration's folder whose name is in the current repository but which a link
// leads out of it.
func (a *App) Within(dir string) error {
	root, name, inside := a.Trees("").Find(dir)
	if !inside {
		return nil
	}
	if _, err := root.Stat(name); errors.Is(err, files.ErrOutside) {
		return fmt.Errorf("the folder %s: %w", files.Quoted(dir), files.ErrOutside)
	}
	return nil
}

// Absolute returns the absolute path of a folder, or dir itself if it cannot be determined.
func Absolute(dir string) string {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return dir
	}
	return abs
}
