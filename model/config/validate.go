package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"streamdesk/model"
	"streamdesk/model/words"
)

// Validate checks every setting and returns all problems in one *Error, or nil. The problems carry no source; Decode
// and Load add it.
func (c Config) Validate() error {
	if problems := c.problems(); len(problems) > 0 {
		return &Error{Problems: problems}
	}
	return nil
}

// check collects problems.
type check struct{ problems []Problem }

func (c Config) problems() []Problem {
	var found check
	if _, ok := c.Profiles[c.Profile]; !ok {
		found.refuse("profile", "%s", noSuchProfile(c))
	}
	found.duration("wait", c.Wait, MinWait, MaxWait)
	for _, name := range slices.Sorted(maps.Keys(c.Profiles)) {
		found.profile(keyName("profiles", name), c.Profiles[name])
	}
	oneOf(&found, "desk.theme", c.Desk.Theme, ThemeNames(c.Themes)...)
	found.desk(c.Desk)
	found.themes(c.Themes)
	found.keys(c.Keys)
	found.filters(c.Filters)
	found.templates(c.Templates)
	found.alerts(c.Alerts)
	found.watch(c.Watch)
	found.envelope(envelopeKey, c.Envelope)
	found.streamEnvelopes(c.Envelopes)
	found.schemas(c.Schemas)
	found.trace(c.Trace)
	found.workflow(c.Workflow)
	found.retention(c.Retention)
	found.traffic(c.Publish, c.Consume)
	found.work(c.Work)
	found.serve(c.Serve)
	return found.problems
}

func (f *check) refuse(key, format string, args ...any) {
	f.problems = append(f.problems, Problem{Key: key, Text: fmt.Sprintf(format, args...)})
}

func (f *check) number(key string, value, least, most int) {
	if value < least || value > most {
		f.refuse(key, "%d is out of range; write a number from %d to %d", value, least, most)
	}
}

func (f *check) duration(key string, value, least, most Duration) {
	if value < least || value > most {
		f.refuse(key, `%q is out of range; write a duration from "%s" to "%s"`, value, least, most)
	}
}

// oneOf checks a value that must be one of a few words.
func oneOf[T ~string](f *check, key string, value T, known ...T) {
	if slices.Contains(known, value) {
		return
	}
	list := make([]string, len(known))
	for i, word := range known {
		list[i] = string(word)
	}
	mend := "write one of " + strings.Join(list, ", ")
	if meant := words.Nearest(strings.ToLower(string(value)), list); meant != "" {
		mend = fmt.Sprintf("did you mean %q? (one of %s)", meant, strings.Join(list, ", "))
	}
	f.refuse(key, "%q is not known; %s", value, mend)
}

func noSuchProfile(c Config) string {
	names := slices.Sorted(maps.Keys(c.Profiles))
	if meant := words.Nearest(c.Profile, names); meant != "" {
		return fmt.Sprintf("there is no profile %q; did you mean %q?", c.Profile, meant)
	}
	return fmt.Sprintf("there is no profile %q; name one of %s, or add a table [%s] with its redis",
		c.Profile, strings.Join(names, ", "), keyName("profiles", c.Profile))
}

func (f *check) profile(table string, p Profile) {
	if scheme := strings.TrimSuffix(p.Redis.Scheme(), throughSSH); !slices.Contains(schemes, scheme) {
		f.refuse(table+".redis", "%q is no address of a Redis; write %q, or one with rediss, unix, redis+cluster or redis+sentinel, each also with +ssh",
			p.Redis, DefaultRedis)
	} else if strings.HasSuffix(string(p.Redis), "://") {
		f.refuse(table+".redis", "%q names no server; write it after ://, as in %q", p.Redis, DefaultRedis)
	}
	if p.Environment == "" {
		f.refuse(table+".environment", "it is empty; write dev, staging, prod or your own word")
	}
	oneOf(f, table+".color", p.Color, colors...)
	f.number(table+".max_reply", p.MaxReply, 1, MaxMaxReply)
	if strings.ContainsAny(p.Prefix, "*?[]\\") {
		f.refuse(table+".prefix", `%q holds a wildcard; write only what the names begin with, such as "events:"`, p.Prefix)
	}
	if p.PasswordEnv != "" && p.PasswordFile != "" {
		f.refuse(table+".password_file", "password_env is set too; keep one of the two")
	}
	if strings.ContainsAny(p.PasswordEnv, "= ") {
		f.refuse(table+".password_env", "it has to be the name of an environment variable; the password itself stands in that variable")
	}
	if p.TLS.CertFile != "" && p.TLS.KeyFile == "" {
		f.refuse(table+".tls.cert_file", "a certificate needs its key; set key_file too")
	}
	if p.TLS.KeyFile != "" && p.TLS.CertFile == "" {
		f.refuse(table+".tls.key_file", "a key needs its certificate; set cert_file too")
	}
	f.ssh(table, p.SSH, p.Redis)
}

func (f *check) desk(d Desk) {
	oneOf(f, "desk.glyphs", d.Glyphs, GlyphsAuto, GlyphsUnicode, GlyphsASCII)
	oneOf(f, "desk.notify", d.Notify, NotifyOff, NotifyOSC9, NotifyOSC777, NotifyBoth)
	oneOf(f, "desk.time", d.Time, ClockLocal, ClockUTC)
	f.number("desk.frame_rate", d.FrameRate, MinFrameRate, MaxFrameRate)
	f.number("desk.keep_events", d.KeepEvents, MinKeepEvents, MaxKeepEvents)
	f.number("desk.keep_workflows", d.KeepWorkflows, MinKeepWorkflows, MaxKeepWorkflows)
	f.duration("desk.refresh", d.Refresh, MinRefresh, MaxRefresh)
	f.duration("desk.chart_window", d.ChartWindow, MinChartWindow, MaxChartWindow)
}

func (f *check) keys(keys map[string]KeyList) {
	for _, action := range slices.Sorted(maps.Keys(keys)) {
		if slices.Contains(keys[action], "") {
			f.refuse(keyName("keys", action), `a key is empty; write its name, such as "ctrl+r", or [] for no key at all`)
		}
	}
}

// filters refuses empty filters; the filter bar checks their language, since it knows more terms than the model does.
func (f *check) filters(filters map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(filters)) {
		key := keyName("filters", name)
		if strings.TrimSpace(filters[name]) == "" {
			f.refuse(key, `the filter is empty; write one such as "type:workflow.* age<5m", or remove the line`)
		}
	}
}

func (f *check) templates(templates []Template) {
	seen := map[string]bool{}
	for i, t := range templates {
		table := elementName("templates", i)
		switch {
		case t.Name == "":
			f.refuse(table+".name", `the template has no name; add name = "…"`)
		case seen[t.Name]:
			f.refuse(table+".name", "another template is named %q; give this one a name of its own", t.Name)
		}
		seen[t.Name] = true
		if t.Type != "" {
			if err := model.Type(t.Type).Validate(); err != nil {
				f.refuse(table+".type", "%s", err)
			}
		}
		if t.Data != "" {
			if err := model.ValidateData(t.Data); err != nil {
				f.refuse(table+".data", "%s", err)
			}
		}
	}
}

func (f *check) alerts(a Alerts) {
	f.threshold("alerts.pending", a.Pending)
	f.threshold("alerts.lag", a.Lag)
	f.threshold("alerts.deliveries", a.Deliveries)
	f.duration("alerts.oldest", a.Oldest, 0, MaxAlertTime)
	f.duration("alerts.idle", a.Idle, 0, MaxAlertTime)
	f.threshold("alerts.stage_times", a.StageTimes)
	f.duration("alerts.silence", a.Silence, 0, MaxAlertTime)
}

func (f *check) threshold(key string, value int) {
	if value < 0 {
		f.refuse(key, "%d is out of range; write 1 or more, or 0 to switch it off", value)
	}
}

func (f *check) traffic(p Publish, c Consume) {
	if p.MaxLen < 0 {
		f.refuse("publish.max_len", "%d is out of range; write the number of entries to keep, or 0 to keep all", p.MaxLen)
	}
	f.duration("consume.ack_wait", c.AckWait, MinAckWait, MaxAckWait)
	f.number("consume.max_deliver", c.MaxDeliver, 1, MaxMaxDeliver)
	f.number("consume.max_ack_pending", c.MaxAckPending, 1, MaxMaxAckPending)
	f.number("consume.concurrency", c.Concurrency, 1, MaxConcurrency)
	if !strings.Contains(c.DeadLetter, "{stream}") {
		f.refuse("consume.dead_letter", "%q names one stream for all; write {stream} where the stream's name goes, such as %q",
			c.DeadLetter, DefaultDeadLetter)
	}
}
