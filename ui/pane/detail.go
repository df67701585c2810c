package pane

import (
	"streamdesk/model"
	"streamdesk/ui/live"
)

// Detail shows one entry whole: its envelope, where it stands with each group, and its payload.
type Detail struct {
	record *model.Record
}

// NewDetail makes a pane that shows nothing yet.
func NewDetail() *Detail { return &Detail{} }

// Show puts a record into the pane; nil for none.
func (d *Detail) Show(r *model.Record) { d.record = r }

// Shown is the record in the pane, nil for none.
func (d *Detail) Shown() *model.Record { return d.record }

// SetDelivery tells where the entry stands with its groups. It is ignored when another entry is shown.
func (d *Detail) SetDelivery(key model.Key, dl *model.Delivery, err error) {}

// Toggle folds or unfolds at the cursor.
func (d *Detail) Toggle() {}

// NextView goes on to the next way to look at the payload.
func (d *Detail) NextView() {}

// Text is what is copied from the pane.
func (d *Detail) Text() string { return "" }

// Draw draws the pane.
func (d *Detail) Draw(v View) Frame { return Frame{Title: "6 Event"} }

// Move moves the cursor.
func (d *Detail) Move(m Move, _ *live.Data) {}

// Click puts the cursor on a line.
func (d *Detail) Click(line int, _ *live.Data) {}
