package pane

// DetailSpec is where the pane stands.
var DetailSpec = Spec{
	Name: "Event", Lower: true,
	Menu: []string{"open", "view", "read", "copy", "copy-path", "workflow", "pin", "", "ack", "claim", "republish", "delete", "edit", "", "zoom"},
}
