package cli

import (
	"streamdesk/model/config"
	"streamdesk/ui/cli/program"
)

// recordingFile returns the file of a profile's recording: the one that a flag names, or one in the state directory.
func recordingFile(named string, settings *config.Settings) (string, error) {
	switch {
	case named != "":
		return named, nil
	case settings.Desk.StateDir == "":
		return "", program.WrongUse("state_dir of the settings is empty: name the recording with --file")
	default:
		return program.Recording(settings).Path, nil
	}
}
