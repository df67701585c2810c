package tty

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"

	tea "github.com/charmbracelet/bubbletea"
)

// Edit opens text in the person's editor ($VISUAL, $EDITOR, else vi) while the desk is suspended, and passes the result to back.
func Edit(text string, back func(text string, err error) tea.Msg) tea.Cmd {
	failed := func(err error) tea.Cmd { return func() tea.Msg { return back("", err) } }
	file, err := os.CreateTemp("", "streamdesk-*.json")
	if err != nil {
		return failed(fmt.Errorf("make a file to edit: %w", err))
	}
	_, err = file.WriteString(text)
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return failed(fmt.Errorf("write the file to edit: %w", err))
	}
	editor := strings.Fields(cmp.Or(os.Getenv("VISUAL"), os.Getenv("EDITOR"), "vi"))
	// The editor may outlive the desk, so that the person doesn't lose what they typed.
	command := exec.CommandContext(context.Background(), editor[0], append(editor[1:], file.Name())...)
	return tea.ExecProcess(command, func(err error) tea.Msg {
		defer func() { _ = os.Remove(file.Name()) }() // the file may be gone already
		if err != nil {
			return back("", fmt.Errorf("%s: %w (set EDITOR to your editor)", editor[0], err))
		}
		edited, err := os.ReadFile(file.Name())
		return back(strings.TrimRight(string(edited), "\n"), err)
	})
}
