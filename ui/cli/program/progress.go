package program

import (
	"fmt"
	"io"
	"time"

	"streamdesk/model/words"
)

// progressEvery is the interval of updates: often enough to look alive.
const progressEvery = 250 * time.Millisecond

// Progress shows how far long work is, with an estimate of the time left. It rewrites one line on stderr, only when
// stderr is a terminal.
type Progress struct {
	To          io.Writer // nil when stderr is no terminal
	noun        string
	began, told time.Time
}

// NewProgress starts the clock. noun is what is counted, such as "entries".
func (p *Program) NewProgress(noun string) *Progress {
	g := &Progress{noun: noun, began: time.Now()}
	if p.ErrIsTerminal() {
		g.To = p.Err
	}
	return g
}

// Tell shows that done of all are done. all is 0 when it isn't known.
func (g *Progress) Tell(done, all int64) {
	now := time.Now()
	if g.To == nil || now.Sub(g.told) < progressEvery || now.Sub(g.began) < progressEvery {
		return
	}
	g.told = now
	Rewrite(g.To, progressText(g.noun, done, all, now.Sub(g.began)))
}

// progressText returns a text such as "120,000 of 1,000,000 entries (12%), 98.7k/s, 9s left".
func progressText(noun string, done, all int64, took time.Duration) string {
	rate := float64(done) / took.Seconds()
	text := words.Grouped(done) + " " + noun
	if all >= done && all > 0 {
		text = fmt.Sprintf("%s of %s %s (%d%%)", words.Grouped(done), words.Grouped(all), noun, 100*done/all)
	}
	text += ", " + words.Rate(rate) + "/s"
	if left := all - done; left > 0 && done > 0 {
		text += ", " + words.Age(time.Duration(float64(left)/rate*float64(time.Second))) + " left"
	}
	return text + "; ctrl+c stops"
}

// End clears the line.
func (g *Progress) End() {
	if g.To != nil && !g.told.IsZero() {
		Rewrite(g.To, "")
		g.told = time.Time{}
	}
}
