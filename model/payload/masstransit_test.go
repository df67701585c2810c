package payload_test

import (
	"encoding/json"
	"testing"

	"streamdesk/model"
)

func TestMassTransit(t *testing.T) {
	const whole = `{"messageId":"d1b60000-5d3a-0015-0c5a-08dc2c5f9d3e","requestId":null,"correlationId":"c-1","conversationId":"d1b60000-5d3a-0015-1111-08dc2c5f9d3e",` +
		`"initiatorId":null,"sourceAddress":"rabbitmq://localhost/shop_bus_1","destinationAddress":"rabbitmq://localhost/Orders:OrderPaid",` +
		`"messageType":["urn:message:Orders.Contracts:OrderPaid","urn:message:Orders.Contracts:IOrderEvent"],"message":{"orderId":7},"expirationTime":null,` +
		`"sentTime":"2025-11-05T13:07:09.1234567Z","headers":{"MT-Activity-Id":"` + traceparent + `"},"host":{"machineName":"web1","processName":"dotnet","processId":1,"assembly":"Shop.Api","massTransitVersion":"8.2.0.0"}}`
	event := model.Event{
		ID: "d1b60000-5d3a-0015-0c5a-08dc2c5f9d3e", Type: "Orders.Contracts:OrderPaid", WorkflowID: "d1b60000-5d3a-0015-1111-08dc2c5f9d3e",
		Timestamp: at("2025-11-05T13:07:09.1234567Z"), SourceAgent: "Shop.Api", Data: json.RawMessage(`{"orderId":7}`),
	}
	const bare = `{"correlationId":"c-1","messageType":["urn:message:A:B"],"message":null}`
	check(t, "masstransit", []sample{
		{name: "in data", stream: "orders", fields: []string{"data", whole}, want: event, trace: trace, payloadField: "data"},
		{name: "in body, compressed", stream: "orders", fields: []string{"body", zipped(whole), "x", "y"}, want: event, trace: trace, way: "gzip", payloadField: "body"},
		{name: "in a field of any name", stream: "orders", fields: []string{"envelope", whole}, want: event, trace: trace, payloadField: "envelope"},
		{name: "with little in it", stream: "orders", fields: []string{"data", bare}, want: model.Event{Type: "A:B", WorkflowID: "c-1", Data: json.RawMessage("null")}, payloadField: "data"},
	})
}
