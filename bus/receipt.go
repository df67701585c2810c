package bus

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"
)

// Receipt is one change as it was sent, with what the server answered.
type Receipt struct {
	Command Command
	// Reply is the server's reply in short, as redis-cli would print it: "(integer) 3", an entry ID, "OK", or
	// "(error) …" in the server's words; "(no reply) …" when none came.
	Reply string
}

// change sends one change, once, and keeps its receipt whatever comes of it.
func (c *conn) change(ctx context.Context, command Command, receipts *[]Receipt) (reply, error) {
	r, err := c.once(ctx, command)
	var refused redis.Error
	text := r.brief()
	if err != nil && !errors.As(err, &refused) {
		text = "(no reply) " + err.Error()
	}
	*receipts = append(*receipts, Receipt{Command: command, Reply: text})
	return r, err
}

// briefElems is how many elements of a reply a receipt shows: enough to recognise what came, on one line.
const briefElems = 3

// brief is the reply on one line.
func (r reply) brief() string {
	switch r.kind {
	case kindNil:
		return "(nil)"
	case kindInt:
		return "(integer) " + strconv.FormatInt(r.n, 10)
	case kindError:
		return "(error) " + r.text
	case kindText:
		return r.text
	case kindArray:
	}
	if len(r.elems) == 0 {
		return "(empty array)"
	}
	var b strings.Builder
	for i, e := range r.elems {
		switch {
		case i == briefElems:
			b.WriteString(" … ")
			b.WriteString(itoa(len(r.elems)))
			b.WriteString(" in all")
			return b.String()
		case i > 0:
			b.WriteByte(' ')
		}
		if e.kind == kindArray { // an entry: its ID says enough
			e = e.at(0)
		}
		b.WriteString(e.brief())
	}
	return b.String()
}
