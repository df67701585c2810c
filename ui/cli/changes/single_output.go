package changes

import (
	"bytes"
	"fmt"
	"io"

	"streamdesk/model"
	"streamdesk/model/jsontext"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/table"
	"streamdesk/ui/widget"
)

// singleOutput prints a single change. There may be thousands of receipts, so none has to be kept: JSON writes each at
// once, and text shows only a few.
type singleOutput struct {
	to     io.Writer
	json   bool
	change *singleChange
	sent   int           // the number of receipts
	first  []jsonReceipt // the receipts in text
	err    error         // the first failure; nothing is written after it
}

// singleHead is the beginning of a single change in JSON, singleTail its end. The receipts are between them, in one
// object.
type singleHead struct {
	Action   string  `json:"action"`
	Stream   *string `json:"stream,omitempty"`
	Group    *string `json:"group,omitempty"`
	Consumer *string `json:"consumer,omitempty"`
}

type singleTail struct {
	Changed int64   `json:"changed"`
	Moved   *int64  `json:"moved,omitempty"`
	Error   *string `json:"error"`
}

// took writes or counts the receipts of sent commands.
func (o *singleOutput) took(receipts []model.Receipt) {
	var text bytes.Buffer
	for _, receipt := range receipts {
		one := jsonReceipt{receipt.Command, receipt.Reply}
		switch {
		case o.json:
			o.open(&text)
			o.add(&text, one)
		case len(o.first) < shownReceipts:
			o.first = append(o.first, one)
		}
		o.sent++
	}
	o.write(&text)
}

// open begins the object, or writes a comma when that was done.
func (o *singleOutput) open(text *bytes.Buffer) {
	if o.sent > 0 {
		text.WriteString(",")
		return
	}
	of := &o.change.of
	o.add(text, singleHead{Action: o.change.kind.Name, Stream: table.TextOrNull(of.Stream), Group: table.TextOrNull(of.Group), Consumer: table.TextOrNull(of.Consumer)})
	text.Truncate(text.Len() - len("}"))
	text.WriteString(`,"receipts":[`)
}

// add appends a value as JSON.
func (o *singleOutput) add(text *bytes.Buffer, v any) {
	if err := jsontext.AppendLine(text, v); err != nil {
		o.fail(err)
		return
	}
	text.Truncate(text.Len() - len("\n"))
}

func (o *singleOutput) write(text *bytes.Buffer) {
	if o.err != nil || text.Len() == 0 {
		return
	}
	_, err := o.to.Write(text.Bytes())
	o.fail(err)
}

// fail remembers the first failure.
func (o *singleOutput) fail(err error) {
	if o.err == nil {
		o.err = err
	}
}

// end prints the result of the change. Its error is a failure to print.
func (o *singleOutput) end(result *singleResult, failed error) error {
	var text bytes.Buffer
	if o.json {
		if o.sent == 0 {
			o.open(&text)
		}
		tail := singleTail{Changed: result.changed, Moved: result.moved}
		if failed != nil {
			tail.Error = new((&program.PlainError{Err: failed}).Error())
		}
		var rest bytes.Buffer
		o.add(&rest, tail)
		text.WriteString("],")
		text.Write(bytes.TrimPrefix(rest.Bytes(), []byte("{")))
		text.WriteString("\n")
	} else {
		if result.summary != "" {
			fmt.Fprintln(&text, widget.Clean(result.summary))
		}
		writeReceipts(&text, o.first, o.sent)
	}
	o.write(&text)
	return o.err
}
