package changes

import (
	"errors"
	"testing"

	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/ui/cli/programtest"
)

func TestTheReceiptsOfASingleChangeAreWrittenAsTheyCome(t *testing.T) {
	var out programtest.Screen
	o := singleOutput{to: &out, json: true, change: &singleChange{
		kind: &change.DeleteConsumer, of: change.Target{Stream: "events:a.b", Group: "g", Consumer: "c"},
	}}
	o.took([]model.Receipt{{Command: model.Command{"XCLAIM", "1-1"}, Reply: "1-1"}, {Command: model.Command{"XCLAIM", "2-1"}, Reply: "<\x7f>"}})
	first := `{"action":"consumer delete","stream":"events:a.b","group":"g","consumer":"c","receipts":[` +
		`{"command":["XCLAIM","1-1"],"reply":"1-1"},{"command":["XCLAIM","2-1"],"reply":"<\u007f>"}`
	if got := out.String(); got != first {
		t.Errorf("before the end it is %s", got)
	}
	o.took(nil)
	o.took([]model.Receipt{{Command: model.Command{"EVAL"}, Reply: "(error) ERR"}})
	if err := o.end(&singleResult{moved: new(int64(2))}, errors.New("refused")); err != nil {
		t.Error(err)
	}
	if got, want := out.String(), first+`,{"command":["EVAL"],"reply":"(error) ERR"}],"changed":0,"moved":2,"error":"refused"}`+"\n"; got != want {
		t.Errorf("it is %s, want %s", got, want)
	}
}

func TestASingleChangeThatSentNothingIsAWholeObject(t *testing.T) {
	var out programtest.Screen
	o := singleOutput{to: &out, json: true, change: &singleChange{kind: &change.Trim, of: change.Target{Stream: "events:a.b"}}}
	if err := o.end(&singleResult{}, nil); err != nil || out.String() != `{"action":"trim","stream":"events:a.b","receipts":[],"changed":0,"error":null}`+"\n" {
		t.Errorf("%v, %s", err, out.String())
	}
}
