package tracing

import (
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	semconv "go.opentelemetry.io/otel/semconv/v1.43.0"
	"go.opentelemetry.io/otel/trace"

	"streamdesk/model"
)

// Attributes that the conventions have no name for.
const (
	attrEventID    = attribute.Key("streamdesk.event.id")
	attrEventType  = attribute.Key("streamdesk.event.type")
	attrDeliveries = attribute.Key("streamdesk.message.deliveries")
	attrOrigin     = attribute.Key("streamdesk.message.origin")
)

// system is the messaging system. The conventions list none for Redis Streams.
const system = "redis"

func (t *Tracer) operation(name string, kind attribute.KeyValue) []attribute.KeyValue {
	const most = 12 // attributes of a span of ours
	all := append(make([]attribute.KeyValue, 0, most+len(t.always)), t.always...)
	return append(all, semconv.MessagingSystemKey.String(system), semconv.MessagingOperationName(name), kind)
}

func (t *Tracer) sending(stream string) []attribute.KeyValue {
	return append(t.operation("send", semconv.MessagingOperationTypeSend), semconv.MessagingDestinationName(stream))
}

// appendEvent appends what is known of an event.
func appendEvent(all []attribute.KeyValue, e *model.Event) []attribute.KeyValue {
	for _, part := range [...]struct {
		key   attribute.Key
		value string
	}{{attrEventID, e.ID}, {attrEventType, string(e.Type)}, {semconv.MessagingMessageConversationIDKey, e.WorkflowID}} {
		if part.value != "" {
			all = append(all, part.key.String(part.value))
		}
	}
	return all
}

// streamOf returns the stream of all messages; empty when they are of several.
func streamOf(messages []model.Message) string {
	for i := range messages {
		if messages[i].Stream != messages[0].Stream {
			return ""
		}
	}
	return messages[0].Stream
}

// added returns what ends the span of an entry that is added.
func added(span trace.Span) func(model.Position, error) {
	return func(id model.Position, err error) {
		if !id.IsZero() {
			span.SetAttributes(semconv.MessagingMessageID(id.String()))
		}
		finish(span, err)
	}
}

// finish ends a span with its outcome.
func finish(span trace.Span, err error) {
	if err != nil {
		span.RecordError(err)
		span.SetStatus(codes.Error, err.Error())
		span.SetAttributes(semconv.ErrorType(err))
	}
	span.End()
}
