package program

import (
	"net/url"
	"path/filepath"

	"streamdesk/bus/recording"
	"streamdesk/model/config"
)

// Recording returns where a profile's recording is: a file in the state directory, or none when nothing is kept there. Any name of
// a profile gives a valid file name.
func Recording(settings *config.Settings) recording.File {
	if settings.Desk.StateDir == "" {
		return recording.File{}
	}
	return recording.File{Path: filepath.Join(settings.Desk.StateDir, "recording-"+url.PathEscape(settings.Profile)+".db")}
}
