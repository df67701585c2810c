package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"time"

	"streamdesk/bus/recording"
	"streamdesk/model"
	"streamdesk/model/jsontext"
	"streamdesk/model/words"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/table"
	"streamdesk/ui/widget"
)

// writeHistory writes the rows of each moment in the form that was asked for, and returns how many there were. JSON and CSV are
// written as they come; text waits for the widths of its columns, and has alerts and changes between the lines.
func writeHistory[R any](ctx context.Context, p *program.Program, h *history, columns *table.List[R], of func(*judged) []R) (written int, err error) {
	if p.Flags.Output == program.OutputCSV {
		return historyCSV(ctx, p.Out, h, columns, of)
	}
	if p.JSON() {
		return historyJSON(ctx, p.Out, h, columns, of)
	}
	var rows []R
	notes := map[int][]string{} // what stands before the row of that number
	note := func(at time.Time, text string) {
		notes[len(rows)] = append(notes[len(rows)], "-- "+at.In(h.zone).Format(historyTime)+" "+widget.Clean(text))
	}
	actions, err := h.actions(ctx)
	if err != nil {
		return 0, err
	}
	tell := func(until time.Time) {
		for len(actions) > 0 && !actions[0].At.After(until) {
			note(actions[0].At, actionText(&actions[0]))
			actions = actions[1:]
		}
	}
	for j, err := range h.moments(ctx) {
		if err != nil {
			return 0, err
		}
		tell(j.Snapshot.At)
		for i := range j.began {
			note(j.Snapshot.At, "alert: "+j.began[i].Text(""))
		}
		for i := range j.ended {
			note(j.Snapshot.At, "alert ended: "+j.ended[i].Text(""))
		}
		rows = append(rows, of(j)...)
	}
	if len(rows) == 0 {
		return 0, nil
	}
	tell(h.to)
	return len(rows), withNotes(p.Out, columns.Text(rows), notes)
}

// withNotes writes a table with lines between its rows.
func withNotes(out io.Writer, text *table.Text, notes map[int][]string) error {
	var b bytes.Buffer
	if err := text.Write(&b); err != nil {
		return err
	}
	w, row := bufio.NewWriter(out), -1 // the line of titles
	for line := range strings.Lines(b.String()) {
		if row >= 0 {
			for _, note := range notes[row] {
				_, _ = w.WriteString(note + "\n") // Flush returns the error
			}
		}
		_, _ = w.WriteString(line)
		row++
	}
	for _, note := range notes[row] {
		_, _ = w.WriteString(note + "\n")
	}
	return w.Flush()
}

// actions returns the recorded changes of the stream, or of the group.
func (h *history) actions(ctx context.Context) (ours []recording.Action, err error) {
	all, err := h.store.Actions(ctx, h.from, h.to)
	for i := range all {
		if a := &all[i]; h.isStream && a.Stream == h.key || !h.isStream && a.Group == h.name {
			ours = append(ours, *a)
		}
	}
	return ours, err
}

// actionText says who did what to what.
func actionText(a *recording.Action) string {
	text := a.Who + ": " + a.Name
	if a.IDs > 0 {
		text += " of " + words.Plural(a.IDs, "entry")
	}
	if a.Stream != "" {
		text += " in " + a.Stream
	}
	if a.Group != "" {
		text += " for " + a.Group
	}
	if a.Err != "" {
		text += "; failed: " + a.Err
	}
	return text
}

func historyJSON[R any](ctx context.Context, out io.Writer, h *history, columns *table.List[R], of func(*judged) []R) (written int, err error) {
	w := bufio.NewWriter(out)
	var b bytes.Buffer
	for j, err := range h.moments(ctx) {
		if err != nil {
			return written, err
		}
		for _, object := range columns.JSON(of(j)) {
			b.Reset()
			if err := jsontext.AppendLine(&b, object); err != nil {
				return written, err
			}
			written++
			if written == 1 {
				_, _ = w.WriteString("[\n") // Flush returns the error
			} else {
				_, _ = w.WriteString(",\n")
			}
			_, _ = w.Write(bytes.TrimSuffix(b.Bytes(), []byte("\n")))
		}
	}
	if written > 0 {
		_, _ = w.WriteString("\n]\n")
	}
	return written, w.Flush()
}

func historyCSV[R any](ctx context.Context, out io.Writer, h *history, columns *table.List[R], of func(*judged) []R) (written int, err error) {
	w := csv.NewWriter(out)
	for j, err := range h.moments(ctx) {
		if err != nil {
			return written, err
		}
		for _, object := range columns.JSON(of(j)) {
			written++
			if written == 1 {
				_ = w.Write(columns.Keys()) // Error returns it
			}
			cells := make([]string, len(object))
			for i := range object {
				if cells[i], err = csvCell(object[i].Value); err != nil {
					return written, err
				}
			}
			_ = w.Write(cells)
		}
	}
	w.Flush()
	return written, w.Error()
}

// csvCell writes a value as JSON does, without the quotes; what is unknown is empty.
func csvCell(value any) (string, error) {
	switch v := value.(type) {
	case string:
		return v, nil
	case nil:
		return "", nil
	case model.Count:
		if !v.Known {
			return "", nil
		}
	}
	text, err := jsontext.Marshal(value)
	if err != nil {
		return "", fmt.Errorf("write a cell: %w", err)
	}
	if len(text) > 1 && text[0] == '"' {
		return jsontext.Unquote(string(text)), nil
	}
	return strings.TrimSuffix(string(text), "\n"), nil
}
