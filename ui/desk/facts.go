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

// openServer shows details of the server that the top line has no room for.
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

// openStream shows details of the selected stream (XINFO STREAM) that the pane has no room for.
func (d *Desk) openStream() tea.Cmd {
	s := d.data.Snapshot.Stream(d.panes.scope.Stream)
	lines := []string{"stream       " + d.panes.scope.Stream}
	switch {
	case s == nil || s.Missing:
		lines = append(lines, "no such key (any more)")
	case s.Problem != "":
		lines = append(lines, s.Problem)
	default:
		lines = append(lines,
			fmt.Sprintf("entries      %s, of %s ever added", words.Grouped(s.Length), words.Counted(s.EntriesAdded)),
			"first        "+d.placeText(s.First),
			"last         "+d.placeText(s.Last),
			"deleted to   "+d.placeText(s.MaxDeleted),
			fmt.Sprintf("groups       %d", len(s.Groups)),
		)
		if i := s.Idempotence; i != nil {
			lines = append(lines,
				"idempotence  "+plural(i.Added, "entry", "entries")+" with an ID of their own, "+plural(i.Duplicates, "repeat", "repeats")+" not added",
				fmt.Sprintf("remembered   %s of %s; of each at most %s, for %s", plural(i.IDs, "ID", "IDs"),
					plural(i.Producers, "producer", "producers"), words.Grouped(i.MaxSize), words.Age(i.Duration)),
			)
		}
	}
	return d.open(dialog.NewMessage("Stream", lines...), nil)
}

// placeText returns an ID with its age, if known; "-" for no ID.
func (d *Desk) placeText(id model.Position) string {
	if id.IsZero() {
		return "-"
	}
	if age, known := id.Age(d.shownNow()); known {
		return id.String() + ", " + words.Age(age) + " ago"
	}
	return id.String()
}

func plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return words.Grouped(n) + " " + many
}
