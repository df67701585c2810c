package cli

import (
	"fmt"
	"strings"

	"streamdesk/bus/sink"
	"streamdesk/model/config"
)

// workGroup is a consumer group that this program can work as.
type workGroup struct {
	name string
	// does says in a few words what the group does, and example how it is started.
	does, example string
	// types are the event types that it is to consume.
	types func(config.Work) config.List
	// open makes the service, and checks everything that can be checked before an event is read. Its errors name the
	// setting; those of *usageError are wrong use.
	open func(p *program, settings *config.Settings, setup sink.Setup) (sink.Service, error)
}

// workGroups are all of them, in the order of the help.
var workGroups = []workGroup{}

func groupsHelp() string {
	var b strings.Builder
	for _, g := range workGroups {
		fmt.Fprintf(&b, "  %-20s %s\n", g.name, g.does)
	}
	return b.String()
}

func groupExamples() string {
	lines := make([]string, 0, len(workGroups)+1)
	for _, g := range workGroups {
		lines = append(lines, "  "+g.example)
	}
	return strings.Join(append(lines, "  streamdesk work "+strings.Join(workGroupNames(), " ")), "\n")
}
