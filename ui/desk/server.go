package desk

import (
	"fmt"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/dialog"
)

func needServer(d *Desk) string {
	if d.data.Server.Name == "" && d.data.Server.Withheld == "" {
		return "the server hasn't answered yet"
	}
	return ""
}

// openServer shows what is known of the server: what the top line has no room for.
func (d *Desk) openServer() tea.Cmd {
	s, o := &d.data.Server, &d.options
	memory := bytesOf(s.UsedMemory)
	if s.MaxMemory.Known && s.MaxMemory.N > 0 {
		memory += fmt.Sprintf(" of %s, then %s", bytesOf(s.MaxMemory), s.MaxMemoryPolicy)
	} else {
		memory += ", without a limit"
	}
	server := s.Name + " " + s.Version + ", " + s.Mode + ", " + s.Role
	if s.Withheld != "" {
		server, memory = "it doesn't say: "+s.Withheld, "?"
	}
	lines := []string{
		"profile     " + o.Profile + " (" + o.Environment + ")",
		"address     " + o.Address,
		"server      " + server,
		"up for      " + words.Age(s.Uptime),
		"memory      " + memory,
		"durability  " + s.Durability.String(),
		"streams     " + o.Bus.Reader().Prefix() + "*",
	}
	if o.Embedded {
		lines = append(lines, "embedded    it lives in this program and dies with it")
	}
	return d.open(dialog.NewMessage("Server", lines...), nil)
}

func bytesOf(c model.Count) string {
	if !c.Known {
		return "?"
	}
	return words.Bytes(int(c.N))
}
