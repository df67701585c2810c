package payload_test

import (
	"encoding/json"
	"testing"

	"streamdesk/model"
)

func TestSpring(t *testing.T) {
	check(t, "spring", []sample{
		{
			name: "an object of ObjectHashMapper", stream: "orders",
			fields: []string{"_class", "com.acme.orders.OrderPaid", "id", "o-7", "correlationId", "c-1", "amount", "12.50", "customer.name", "Ann", "createdAt", "2025-11-05T13:07:09Z"},
			want: model.Event{
				ID: "o-7", Type: "com.acme.orders.OrderPaid", WorkflowID: "c-1", Timestamp: at("2025-11-05T13:07:09Z"),
				Data: json.RawMessage(`{"_class":"com.acme.orders.OrderPaid","id":"o-7","correlationId":"c-1","amount":"12.50","customer.name":"Ann","createdAt":"2025-11-05T13:07:09Z"}`),
			},
		},
		{
			name: "values that a JSON serializer has written", stream: "orders", fields: []string{"@class", `"com.acme.Paid"`, "sagaId", `"c-1"`, "lines", `[{"n":1}]`, "amount", "12"},
			want: model.Event{Type: "com.acme.Paid", WorkflowID: "c-1", Data: json.RawMessage(`{"@class":"com.acme.Paid","sagaId":"c-1","lines":[{"n":1}],"amount":"12"}`)},
		},
		{
			name: "a text that holds JSON", stream: "orders", fields: []string{"_class", "java.lang.String", "_raw", `{"type":"order.paid","n":1}`},
			want: model.Event{Type: "order.paid", Data: json.RawMessage(`{"type":"order.paid","n":1}`)}, payloadField: "_raw",
		},
	})
}
