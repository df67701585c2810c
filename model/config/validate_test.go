package config

import (
	"errors"
	"testing"
	"time"
)

func TestTheDefaultsAreValid(t *testing.T) {
	if err := Default().Validate(); err != nil {
		t.Error(err)
	}
}

func TestValidateNamesKeyValueAndMend(t *testing.T) {
	// profile changes the one profile there is.
	profile := func(change func(*Profile)) func(*Config) {
		return func(c *Config) {
			p := DefaultProfile()
			change(&p)
			c.Profiles[DefaultProfileName] = p
		}
	}
	tests := []struct {
		name   string
		change func(*Config)
		want   string
	}{
		{
			"profile", func(c *Config) { c.Profile = "production.eu" },
			`profile: there is no profile "production.eu"; name one of default, or add a table [profiles."production.eu"] with its redis`,
		},
		{"no family", func(c *Config) { c.Workflow.Stages = List{"audit.failed"} }, `workflow.stages: "audit.failed" is no family; write what stands before the dot of event types, such as "audit" of audit.failed`},
		{"a family with a place of its own", func(c *Config) { c.Workflow.Stages = List{"a2a"} }, `workflow.stages: "a2a" has a place of its own; leave it out`},
		{"a profile of no streams", func(c *Config) { c.Workflow.Profiles = []WorkflowProfile{{Stages: List{"a"}}} }, `workflow.profile[0].streams: it is missing; name the streams, such as streams = "orders:*"`},
		{"a stage twice in a profile", func(c *Config) { c.Workflow.Profiles = []WorkflowProfile{{"a:*", List{"a", "a"}}} }, `workflow.profile[0].stages: "a" stands twice; keep one`},
		{"a schema of no streams", func(c *Config) { c.Schemas = []Schema{{Avro: List{"a.avsc"}}} }, `schema[0].streams: it is missing; name the streams, such as streams = "orders:*", or the events to check, such as type = "order.*"`},
		{"a schema of no files", func(c *Config) { c.Schemas = []Schema{{Streams: "a:*"}} }, `schema[0]: it names no file; add proto = ["order.proto"], avro = ["order.avsc"] or confluent = { 7 = "order.avsc" }`},
		{"a message of no files", func(c *Config) { c.Schemas = []Schema{{Streams: "a:*", Avro: List{"a.avsc"}, Message: "m"}} }, `schema[0].message: a message without files; add proto = ["order.proto"]`},
		{"imports of no files", func(c *Config) { c.Schemas = []Schema{{Streams: "a:*", Avro: List{"a.avsc"}, Import: List{"p"}}} }, `schema[0].import: directories without files; add proto = ["order.proto"]`},
		{"a check of no events", func(c *Config) { c.Schemas = []Schema{{File: "a.json"}} }, `schema[0].type: it is missing; name the events to check, such as type = "order.*"`},
		{"a check of no file", func(c *Config) { c.Schemas = []Schema{{Type: "a.*"}} }, `schema[0].file: it is missing; name a JSON Schema, such as file = "order.json"`},
		{"a check by another word", func(c *Config) { c.Schemas = []Schema{{Type: "a.*", File: "a.json", Check: "refuze"}} }, `schema[0].check: "refuze" is not known; did you mean "refuse"? (one of off, warn, refuse)`},
		{"a check that decodes", func(c *Config) { c.Schemas = []Schema{{Type: "a.*", File: "a.json", Streams: "a:*"}} }, `schema[0]: it says how payloads are decoded and how events are checked; write two tables [[schema]]`},
		{"a stage twice", func(c *Config) { c.Workflow.Stages = List{"a", "b", "a"} }, `workflow.stages: "a" stands twice; keep one`},
		{
			"scheme", profile(func(p *Profile) { p.Redis = "http://:hunter2@h" }),
			`profiles.default.redis: "http://:***@h" is no address of a Redis; write "redis://127.0.0.1:6379/0", or one with ` +
				`rediss, unix, redis+cluster or redis+sentinel, each also with +ssh`,
		},
		{
			"no server", profile(func(p *Profile) { p.Redis = "redis+cluster://" }),
			`profiles.default.redis: "redis+cluster://" names no server; write it after ://, as in "redis://127.0.0.1:6379/0"`,
		},
		{
			"environment", profile(func(p *Profile) { p.Environment = "" }),
			`profiles.default.environment: it is empty; write dev, staging, prod or your own word`,
		},
		{
			"prefix", profile(func(p *Profile) { p.Prefix = "events:*" }),
			`profiles.default.prefix: "events:*" holds a wildcard; write only what the names begin with, such as "events:"`,
		},
		{
			"two passwords", profile(func(p *Profile) { p.PasswordEnv, p.PasswordFile = "A", "b" }),
			`profiles.default.password_file: password_env is set too; keep one of the two`,
		},
		{
			"password for its variable", profile(func(p *Profile) { p.PasswordEnv = "hunter2=" }),
			`profiles.default.password_env: it has to be the name of an environment variable; the password itself stands in that variable`,
		},
		{
			"certificate alone", profile(func(p *Profile) { p.TLS.CertFile = "c" }),
			`profiles.default.tls.cert_file: a certificate needs its key; set key_file too`,
		},
		{
			"key alone", profile(func(p *Profile) { p.TLS.KeyFile = "k" }),
			`profiles.default.tls.key_file: a key needs its certificate; set cert_file too`,
		},
		{
			"theme", func(c *Config) { c.Desk.Theme = "Drak" },
			`desk.theme: "Drak" is not known; did you mean "dark"? (one of auto, light, dark, high-contrast, ansi, none)`,
		},
		{
			"glyphs", func(c *Config) { c.Desk.Glyphs = "asci" },
			`desk.glyphs: "asci" is not known; did you mean "ascii"? (one of auto, unicode, ascii)`,
		},
		{
			"time", func(c *Config) { c.Desk.Time = "Europe/Berlin" },
			`desk.time: "Europe/Berlin" is not known; write one of local, utc`,
		},
		{
			"limit of a group", func(c *Config) { c.Work.HTTP.Limit = "fast" },
			`work.http.limit: "fast": want a number of events per second such as 200/s, or 30/min, 500/h; off for no limit`,
		},
		{
			"frame rate", func(c *Config) { c.Desk.FrameRate = 60 },
			`desk.frame_rate: 60 is out of range; write a number from 10 to 15`,
		},
		{
			"refresh", func(c *Config) { c.Desk.Refresh = Duration(time.Millisecond) },
			`desk.refresh: "1ms" is out of range; write a duration from "250ms" to "1m"`,
		},
		{
			"kept events", func(c *Config) { c.Desk.KeepEvents = 0 },
			`desk.keep_events: 0 is out of range; write a number from 100 to 50000`,
		},
		{
			"chart window", func(c *Config) { c.Desk.ChartWindow = Duration(48 * time.Hour) },
			`desk.chart_window: "48h" is out of range; write a duration from "1m" to "24h"`,
		},
		{
			"key", func(c *Config) { c.Keys["quit"] = KeyList{"q", ""} },
			`keys.quit: a key is empty; write its name, such as "ctrl+r", or [] for no key at all`,
		},
		{
			"filter", func(c *Config) { c.Filters["last hour"] = " " },
			`filters."last hour": the filter is empty; write one such as "type:workflow.* age<5m", or remove the line`,
		},
		{
			"template without a name", func(c *Config) { c.Templates = []Template{{Type: "a.b"}} },
			`templates[0].name: the template has no name; add name = "…"`,
		},
		{
			"two templates of one name", func(c *Config) { c.Templates = []Template{{Name: "a"}, {Name: "a"}} },
			`templates[1].name: another template is named "a"; give this one a name of its own`,
		},
		{
			"template's type", func(c *Config) { c.Templates = []Template{{Name: "a", Type: "started"}} },
			`templates[0].type: not an event type: "started" (want family.name, such as workflow.started)`,
		},
		{
			"alert", func(c *Config) { c.Alerts.Lag = -1 },
			`alerts.lag: -1 is out of range; write 1 or more, or 0 to switch it off`,
		},
		{
			"oldest", func(c *Config) { c.Alerts.Oldest = -1 },
			`alerts.oldest: "-1ns" is out of range; write a duration from "0s" to "168h"`,
		},
		{
			"envelope's kind", func(c *Config) { c.Envelope.Kind = "watermil" },
			`envelope.kind: "watermil" is not known; did you mean "watermill"? (one of auto, bullmq, cloudevents, connect, debezium, faststream, flat, masstransit, spring, streamdesk, taskiq, watermill)`,
		},
		{
			"path", func(c *Config) { c.Envelope.Workflow = "meta..id" },
			`envelope.workflow: "meta..id" is no path; write names joined by dots, such as "meta.id" or "field:meta.id"`,
		},
		{
			"max_len", func(c *Config) { c.Publish.MaxLen = -5 },
			`publish.max_len: -5 is out of range; write the number of entries to keep, or 0 to keep all`,
		},
		{
			"ack_wait", func(c *Config) { c.Consume.AckWait = Duration(time.Millisecond) },
			`consume.ack_wait: "1ms" is out of range; write a duration from "1s" to "24h"`,
		},
		{
			"concurrency", func(c *Config) { c.Consume.Concurrency = 0 },
			`consume.concurrency: 0 is out of range; write a number from 1 to 1024`,
		},
		{
			"dead letter", func(c *Config) { c.Consume.DeadLetter = "dead" },
			`consume.dead_letter: "dead" names one stream for all; write {stream} where the stream's name goes, such as "dead:{stream}"`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			config := Default()
			test.change(&config)
			err := config.Validate()
			if err == nil {
				t.Fatal("no error")
			}
			if err.Error() != test.want {
				t.Errorf("got  %s\nwant %s", err, test.want)
			}
		})
	}
}

func TestATemplatesDataHasToBeAJSONObject(t *testing.T) {
	for data, valid := range map[string]bool{`{}`: true, `{"a": [1]}`: true, "": true, `[1]`: false, `{"a":}`: false, `null`: false} {
		config := Default()
		config.Templates = []Template{{Name: "a", Data: data}}
		var problems *Error
		if err := config.Validate(); (err == nil) != valid || !valid && (!errors.As(err, &problems) || problems.Problems[0].Key != "templates[0].data") {
			t.Errorf("%s: %v", data, err)
		}
	}
}
