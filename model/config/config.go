// Package config holds every setting of streamdesk as one typed struct, and reads it from a TOML file, the environment
// and the command line, each of which overrides the one before. It opens no connection and starts nothing: a Redis URL
// stays text here, the desk checks the names of actions and the language of filters, and files and the environment are
// read through functions that the caller passes. Start reading at Config for what can be set, and at Load for how.
package config

// DefaultProfileName is the profile that exists without any file, so that streamdesk runs unconfigured.
const DefaultProfileName = "default"

// Config is everything that can be set. The toml tags are the names a person writes.
type Config struct {
	// Profile names the entry of Profiles that is used when the command line names none.
	Profile string `toml:"profile"`
	// Wait is how long a command waits for a server that is away or doesn't answer before it ends with an error.
	Wait Duration `toml:"wait"`
	// Profiles are the Redis servers a person works with, by name. DefaultProfileName is always among them.
	Profiles map[string]Profile `toml:"profiles"`
	// Desk is how the desk looks and behaves.
	Desk Desk `toml:"desk"`
	// Themes are sets of colours besides the built-in ones, by name.
	Themes map[string]Colors `toml:"themes"`
	// Keys rebinds actions of the desk: action name to the keys that run it.
	Keys map[string]KeyList `toml:"keys"`
	// Filters are saved filters: name to the text typed into the filter bar.
	Filters map[string]string `toml:"filters"`
	// Templates are events ready to be injected.
	Templates []Template `toml:"templates"`
	// Alerts are the thresholds above which the desk raises an alert.
	Alerts Alerts `toml:"alerts"`
	// Watch are those who are told of alerts by `streamdesk watch`.
	Watch []Watch `toml:"watch"`
	// Envelope says how entries are decoded as events, for all streams that Envelopes don't match.
	Envelope Envelope `toml:"envelope"`
	// Envelopes say it for some streams; the first that matches applies. In the file they have the same key, as a list
	// of tables.
	Envelopes []StreamEnvelope
	// Schemas name the files to decode payloads that don't describe themselves; the first that matches a stream
	// applies.
	Schemas []Schema `toml:"schema"`
	// Trace says where traces are looked at.
	Trace Trace `toml:"trace"`
	// Workflow says which stages workflows have.
	Workflow Workflow `toml:"workflow"`
	// Retention says how much of streams is kept; the first that fits a stream holds.
	Retention []Retention `toml:"retention"`
	// Publish is how events are written.
	Publish Publish `toml:"publish"`
	// Consume is how a consumer group works through its streams.
	Consume Consume `toml:"consume"`
	// Work is how the consumer groups of `streamdesk work` are run.
	Work Work `toml:"work"`
	// Serve is how `streamdesk serve` gives the desk to others.
	Serve Serve `toml:"serve"`
}

// Default returns the default settings. The maps are new; the caller may change them.
func Default() Config {
	return Config{
		Profile:  DefaultProfileName,
		Wait:     DefaultWait,
		Profiles: map[string]Profile{DefaultProfileName: DefaultProfile()},
		Desk:     defaultDesk(),
		Themes:   map[string]Colors{},
		Keys:     map[string]KeyList{},
		Filters:  map[string]string{},
		Alerts:   defaultAlerts(),
		Workflow: defaultWorkflow(),
		Publish:  defaultPublish(),
		Consume:  defaultConsume(),
		Work:     defaultWork(),
		Serve:    defaultServe(),
	}
}

// Active returns the profile that Profile names, or the built-in default if there is none of that name; in settings
// from Load it always exists.
func (c Config) Active() Profile {
	if p, ok := c.Profiles[c.Profile]; ok {
		return p
	}
	return DefaultProfile()
}
