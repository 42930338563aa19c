package terminal

import (
	"os"

	"golang.org/x/sys/windows"
)

// ShowsColor makes a console interpret escape sequences, and reports whether it does: consoles
// before Windows 10 cannot.
func ShowsColor(file *os.File) bool {
	console := windows.Handle(file.Fd())
	var mode uint32
	if windows.GetConsoleMode(console, &mode) != nil {
		return false
	}
	return windows.SetConsoleMode(console, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
