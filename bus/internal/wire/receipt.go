package wire

import (
	"cmp"
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/fault"
	"streamdesk/model"
)

// Change sends one change, once, and adds its receipt whatever the outcome.
func (c *Conn) Change(ctx context.Context, command model.Command, receipts *[]model.Receipt) (Reply, error) {
	if err := c.NeedWrite(); err != nil {
		return Reply{}, err
	}
	r, err := c.once(ctx, command)
	c.Shared.forget()
	var refused redis.Error
	text := r.brief()
	if err != nil && !errors.As(err, &refused) {
		text = "(no reply) " + err.Error()
	}
	*receipts = append(*receipts, model.Receipt{Command: command, Reply: text})
	return r, err
}

// ChangeTogether sends changes of one key in one transaction (MULTI … EXEC), once, and adds a receipt for each whatever the
// outcome. It returns the first error.
func (c *Conn) ChangeTogether(ctx context.Context, commands []model.Command, receipts *[]model.Receipt) ([]Reply, error) {
	if err := cmp.Or(fault.NeedContext(ctx), c.NeedWrite()); err != nil {
		return nil, err
	}
	pipe := c.Client.TxPipeline()
	sent := make([]*redis.Cmd, len(commands))
	for i := range commands {
		sent[i] = redis.NewCmd(ctx, commands[i].Args()...)
		if err := pipe.Process(ctx, onceParsedCmd{sent[i]}); err != nil {
			return nil, err
		}
	}
	_, ended := pipe.Exec(ctx)
	c.Shared.forget()
	var failed error
	replies := make([]Reply, len(commands))
	for i, command := range commands {
		r, err := parsedReply(sent[i], cmp.Or(sent[i].Err(), ended), MarkUncertain)
		text := r.brief()
		if err != nil && r.Kind != KindError {
			text = "(no reply) " + err.Error()
		}
		*receipts = append(*receipts, model.Receipt{Command: command, Reply: text})
		replies[i], failed = r, cmp.Or(failed, err)
	}
	return replies, failed
}

// briefElems is the max number of elements that a receipt shows: enough to recognize a reply, on one line.
const briefElems = 3

// brief returns the reply on one line.
func (r Reply) brief() string {
	switch r.Kind {
	case kindNil:
		return "(nil)"
	case kindInt:
		return "(integer) " + strconv.FormatInt(r.n, 10)
	case KindError:
		return "(error) " + r.Text
	case KindText:
		return r.Text
	case KindArray:
	}
	if len(r.Elems) == 0 {
		return "(empty array)"
	}
	var b strings.Builder
	for i, e := range r.Elems {
		switch {
		case i == briefElems:
			b.WriteString(" … ")
			b.WriteString(strconv.Itoa(len(r.Elems)))
			b.WriteString(" in all")
			return b.String()
		case i > 0:
			b.WriteByte(' ')
		}
		if e.Kind == KindArray { // an entry: its ID says enough
			e = e.At(0)
		}
		b.WriteString(e.brief())
	}
	return b.String()
}

// Deleted returns the number of deleted entries: XDEL returns that number, XDELEX a 1 for each.
func (r Reply) Deleted() int64 {
	if r.Kind != KindArray {
		return r.Integer()
	}
	n := int64(0)
	for _, e := range r.Elems {
		if e.Integer() == 1 {
			n++
		}
	}
	return n
}
