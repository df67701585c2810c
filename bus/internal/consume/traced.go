package consume

import (
	"context"

	"streamdesk/bus/report"
	"streamdesk/model"
)

// trace returns the handler's context, which is in the trace of the event, and what has to be called with the handler's error.
func (c *consumer) trace(d *delivery) (ctx context.Context, end func(error)) {
	if c.all.tracer != nil {
		ctx, end = c.all.tracer.Handle(c.handling, []model.Message{d.message})
		d.attemptedIn(ctx)
		return ctx, end
	}
	ctx = c.handling
	if d.message.TraceContext.Parent != "" {
		ctx = report.WithTrace(ctx, d.message.TraceContext)
	}
	return ctx, untraced
}

// traceBatch is trace for a batch handler. Its context is in no trace unless the tracer says so: each message may be in another.
func (c *consumer) traceBatch(todo []*delivery, messages []model.Message) (ctx context.Context, end func(error)) {
	if c.all.tracer == nil {
		return c.handling, untraced
	}
	ctx, end = c.all.tracer.Handle(c.handling, messages)
	for _, d := range todo {
		d.attemptedIn(ctx)
	}
	return ctx, end
}

// attemptedIn sets the context of the last attempt.
func (d *delivery) attemptedIn(ctx context.Context) { d.within = ctx }

func untraced(error) {}

// sendLetter sends the XADD of a dead letter, as a part of the last attempt at the entry. The handlers' context may be over;
// dead letters are written anyway.
func (c *consumer) sendLetter(d *delivery, to string, command model.Command) (model.Position, error) {
	ctx := c.handling
	if d.within != nil {
		ctx = d.within
	}
	ctx = context.WithoutCancel(ctx)
	end := func(model.Position, error) {}
	if c.all.tracer != nil {
		end = c.all.tracer.Add(ctx, &d.message.Record, to)
	}
	answer, err := c.all.conn.OnceOn(ctx, c.client, command.Args())
	var id model.Position
	if err == nil {
		id = answer.Position()
	}
	end(id, err)
	return id, err
}
