package config

import (
	"time"

	"streamdesk/model/workflow"
)

// Clock says in which zone times are shown.
type Clock string

// The clocks of the desk.
const (
	ClockLocal Clock = "local" // the zone of the machine that the desk runs on
	ClockUTC   Clock = "utc"   // what the events themselves carry
)

// Glyphs says which characters the desk is drawn with.
type Glyphs string

// The characters.
const (
	GlyphsAuto    Glyphs = "auto"    // as the locale says: LC_ALL, else LC_CTYPE, else LANG
	GlyphsUnicode Glyphs = "unicode" // any character
	GlyphsASCII   Glyphs = "ascii"   // letters, digits and signs of ASCII alone
)

// Notify is the sequence that asks a terminal for a desktop notification.
type Notify string

// The sequences; no terminal supports all of them, and it should ignore those that it doesn't know.
const (
	NotifyOff    Notify = "off"    // none
	NotifyOSC9   Notify = "osc9"   // iTerm2, WezTerm, Windows Terminal, ghostty, kitty
	NotifyOSC777 Notify = "osc777" // urxvt, foot, VTE terminals, ghostty, WezTerm
	NotifyBoth   Notify = "both"   // both; a terminal that supports both shows it twice
)

const (
	// DefaultFrameRate redraws every 83 ms: motion looks live, and half of the time the frame after a key comes within
	// its 50 ms without any wait.
	DefaultFrameRate = 12
	// MinFrameRate is where a moving list starts to look like a slide show.
	MinFrameRate = 10
	// MaxFrameRate is what a slow SSH link still carries without a queue of old frames.
	MaxFrameRate = 15

	// DefaultRefresh asks Redis for all groups once a second: rates are per second, and a person reads no faster.
	DefaultRefresh = Duration(time.Second)
	// MinRefresh keeps the snapshot under 3 % of Redis's time with a hundred groups.
	MinRefresh = Duration(250 * time.Millisecond)
	// MaxRefresh is where "live" stops being true.
	MaxRefresh = Duration(time.Minute)

	// DefaultKeepEvents is half a second of events at the highest rate and hours at a usual one, in about 5 MB.
	DefaultKeepEvents = 5_000
	// MinKeepEvents is a few screens, so that scrolling back has somewhere to go.
	MinKeepEvents = 100
	// MaxKeepEvents keeps the list within the memory the desk promises, at 600 bytes an event.
	MaxKeepEvents = 50_000
	// MinKeepWorkflows is a few screens.
	MinKeepWorkflows = 100
	// MaxKeepWorkflows takes about 200 MB.
	MaxKeepWorkflows = 100_000

	// DefaultChartWindow shows a deployment and what came before it.
	DefaultChartWindow = Duration(15 * time.Minute)
	// MinChartWindow is one point a second over the narrowest chart.
	MinChartWindow = Duration(time.Minute)
	// MaxChartWindow is how far back the series are kept.
	MaxChartWindow = Duration(24 * time.Hour)

	// DefaultAuditFile is in the XDG directory for state that should survive; $XDG_STATE_HOME replaces ~/.local/state
	// when it is set.
	DefaultAuditFile = "~/.local/state/streamdesk/audit.jsonl"
	// DefaultStateDir is its directory.
	DefaultStateDir = "~/.local/state/streamdesk"
)

// Desk is how the desk looks and behaves.
type Desk struct {
	// Theme is one of [ThemeNames].
	Theme Theme `toml:"theme"`
	// Glyphs is auto, unicode or ascii.
	Glyphs Glyphs `toml:"glyphs"`
	// FrameRate is the number of frames drawn in a second, MinFrameRate to MaxFrameRate.
	FrameRate int `toml:"frame_rate"`
	// Refresh is the interval between snapshots of streams, groups and consumers.
	Refresh Duration `toml:"refresh"`
	// KeepEvents is the max number of events in the list; the oldest are evicted.
	KeepEvents int `toml:"keep_events"`
	// KeepWorkflows is the max number of workflows known at once.
	KeepWorkflows int `toml:"keep_workflows"`
	// ChartWindow is the span of the throughput chart, once there is enough to show, until somebody chooses another.
	ChartWindow Duration `toml:"chart_window"`
	// Mouse lets the desk use the mouse; without it the terminal selects text as usual.
	Mouse bool `toml:"mouse"`
	// Follow starts the event list at its newest end.
	Follow bool `toml:"follow"`
	// Bell rings the terminal's bell on a new alert.
	Bell bool `toml:"bell"`
	// AuditFile gets one JSON line for each change; empty means that no file is written.
	AuditFile string `toml:"audit_file"`
	// StateDir is the directory for how the desk was arranged, a file for each profile, and the traces of panics; empty
	// means that nothing is kept.
	StateDir string `toml:"state_dir"`
	// Record keeps how the bus fares in a file of StateDir while the desk is open, so that the desk can go back in time.
	Record bool `toml:"record"`
	// Notify asks the terminal for a desktop notification of each new alert: off, osc9, osc777 or both.
	Notify Notify `toml:"notify"`
	// Time is local or utc.
	Time Clock `toml:"time"`
}

func defaultDesk() Desk {
	return Desk{
		Theme:         ThemeAuto,
		Glyphs:        GlyphsAuto,
		FrameRate:     DefaultFrameRate,
		Refresh:       DefaultRefresh,
		KeepEvents:    DefaultKeepEvents,
		KeepWorkflows: workflow.MaxWorkflows,
		ChartWindow:   DefaultChartWindow,
		Mouse:         true,
		Follow:        true,
		Bell:          false, // in a shared terminal the bell must be asked for
		AuditFile:     DefaultAuditFile,
		StateDir:      DefaultStateDir,
		Record:        true,
		Notify:        NotifyOff,
		Time:          ClockLocal,
	}
}
