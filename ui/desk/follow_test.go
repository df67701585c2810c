package desk

import (
	"fmt"
	"testing"

	"streamdesk/model"
)

func TestAnEventThatIsReadStaysWhileTheListFollows(t *testing.T) {
	b := newHarness(t, 120, 40)
	next := 0
	arrive := func(n int) {
		t.Helper()
		for range n {
			next++
			b.publish(model.AuditCompleted, fmt.Sprint("wf-", next), fmt.Sprintf(`{"number":%d}`, next))
		}
		b.look()
		b.pass(2 * followPace)
		b.frame()
	}
	arrive(1)
	b.press("5")
	arrive(1)
	b.sees(`"number": 2`)
	arrive(1)
	b.sees(`"number": 3`)

	b.press("6")
	arrive(2)
	b.sees(`"number": 3`)
	b.sees(" 2 newer ")
	b.sees("▶ live")
	arrive(3)
	b.sees(`"number": 3`)
	b.sees(" 5 newer ")
	b.sees("7 Workflow wf-3 ")

	b.press("f")
	b.frame()
	b.sees(`"number": 8`)
	b.seesNot(" newer ")

	arrive(2)
	b.sees(`"number": 8`)
	b.press("esc") // back to the row, which the list stays on now
	b.frame()
	b.sees(`"number": 8`)
	b.seesNot("▶ live")
	if row := b.cursorRow(); row == "" {
		t.Errorf("there is no row: %s", b.screen())
	}
	b.press("f")
	b.frame()
	b.sees(`"number": 10`)
	b.sees("▶ live")
}
