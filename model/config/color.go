package config

import "strings"

// Color is the colour that marks an environment.
type Color string

// The colours of environments.
const (
	ColorAuto   Color = "auto" // red for production, amber for staging, none for others
	ColorNone   Color = "none"
	ColorBlue   Color = "blue"
	ColorGreen  Color = "green"
	ColorAmber  Color = "amber"
	ColorRed    Color = "red"
	ColorViolet Color = "violet"
)

var colors = []Color{ColorAuto, ColorNone, ColorBlue, ColorGreen, ColorAmber, ColorRed, ColorViolet}

// EnvironmentColor returns the profile's colour; auto is red for what is marked or named as production, amber for what
// is named as a stage before it, none for anything else.
func (p Profile) EnvironmentColor() Color {
	if p.Color != ColorAuto && p.Color != "" {
		return p.Color
	}
	switch name := strings.ToLower(p.Environment); {
	case p.Production, strings.HasPrefix(name, "prod"), name == "live":
		return ColorRed
	case strings.HasPrefix(name, "stag"), strings.HasPrefix(name, "preprod"), name == "uat":
		return ColorAmber
	default:
		return ColorNone
	}
}
