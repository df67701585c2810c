package tty

import (
	"strings"

	"streamdesk/model/config"
)

// Notice returns the sequences that ask the terminal to notify the person. A semicolon separates the fields of OSC 777, and tmux forwards only what is wrapped for it.
func Notice(how config.Notify, title, text string, tmux bool) string {
	var sequences []string
	if how == config.NotifyOSC9 || how == config.NotifyBoth {
		sequences = append(sequences, "\x1b]9;"+title+": "+text+"\a")
	}
	if how == config.NotifyOSC777 || how == config.NotifyBoth {
		part := strings.NewReplacer(";", ",")
		sequences = append(sequences, "\x1b]777;notify;"+part.Replace(title)+";"+part.Replace(text)+"\a")
	}
	if tmux {
		for i, s := range sequences {
			sequences[i] = "\x1bPtmux;" + strings.ReplaceAll(s, "\x1b", "\x1b\x1b") + "\x1b\\"
		}
	}
	return strings.Join(sequences, "")
}
