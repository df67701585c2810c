package watermilltest

import (
	"strings"
	"testing"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/pubsub/tests"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
)

// TestTheBusPassesWatermillsUniversalSuite: what the bus promises is said in the features. Delivery is at least once, and order is
// that of one consumer of a group. The suite's short form is run, without its stress tests.
func TestTheBusPassesWatermillsUniversalSuite(t *testing.T) {
	server := redistest.Start(t)
	inGroup := func(t *testing.T, group string) (message.Publisher, message.Subscriber) {
		t.Helper()
		return publisher{open(t, server)}, &subscriber{bus: open(t, server), group: group}
	}
	tests.TestPubSub(t, tests.Features{
		ConsumerGroups:                      true,
		GuaranteedOrder:                     true, // of what one subscriber gets
		GuaranteedOrderWithSingleSubscriber: true,
		Persistent:                          true,
		NewSubscriberReceivesOldMessages:    true,
		ForceShort:                          true,
		GenerateTopicFunc: func(c tests.TestContext) string {
			return "topic." + strings.ToLower(string(c.TestID))
		},
	}, func(t *testing.T) (message.Publisher, message.Subscriber) {
		t.Helper()
		return inGroup(t, watermill.NewShortUUID())
	}, inGroup)
}

func open(t *testing.T, server *redistest.Server) *bus.Bus {
	t.Helper()
	b, err := bus.Open(t.Context(), server.Client())
	if err != nil {
		t.Fatal(err)
	}
	return b
}
