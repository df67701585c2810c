package notify

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Form is the form of the body of a message.
type Form string

// The forms.
const (
	// JSON is an object of our own with the list of notices.
	JSON Form = "json"
	// Alertmanager is what the API of Prometheus's Alertmanager takes at /api/v2/alerts.
	Alertmanager Form = "alertmanager"
	// Slack is an object with a text, which Slack, Mattermost, Rocket.Chat and others take.
	Slack Form = "slack"
)

// Forms are all forms.
func Forms() []Form { return []Form{JSON, Alertmanager, Slack} }

const (
	// renewEvery is how often an Alertmanager is told again of alerts that stand, and validFor how long it believes them: it ends
	// what nobody renews, as after a crash of this process. Prometheus does the same.
	renewEvery = time.Minute
	validFor   = 5 * time.Minute
	// maxLines is the max number of alerts listed in a text for people.
	maxLines = 20
)

// Bus names the bus that alerts are about.
type Bus struct {
	// Profile is the name of the profile, Environment its word for it, and Server the address without a password.
	Profile     string `json:"profile"`
	Environment string `json:"environment"`
	Server      string `json:"server"`
}

// body returns a message about notices in a form.
func body(form Form, of Bus, notices []Notice, now time.Time) []byte {
	var v any
	switch form {
	case Alertmanager:
		v = alertmanagerBody(of, notices, now)
	case Slack:
		v = map[string]string{"text": slackText(of, notices)}
	default:
		v = struct {
			Bus
			SentAt  time.Time `json:"sent_at"`
			Notices []Notice  `json:"notices"`
		}{of, now.UTC(), notices}
	}
	text, err := json.Marshal(v)
	if err != nil {
		panic(err) // texts and times always can be written
	}
	return text
}

// alertmanagerAlert is one alert of Alertmanager's API.
type alertmanagerAlert struct {
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
	StartsAt    time.Time         `json:"startsAt"`
	EndsAt      time.Time         `json:"endsAt"`
}

// alertmanagerBody has the newest notice of each alert: what has ended isn't told to begin.
func alertmanagerBody(of Bus, notices []Notice, now time.Time) []alertmanagerAlert {
	places, list := map[string]int{}, []alertmanagerAlert{}
	for i := range notices {
		n := &notices[i]
		a := alertmanagerAlert{
			Labels:      map[string]string{"alertname": "Streamdesk" + camel(n.Kind), "profile": of.Profile, "environment": of.Environment},
			Annotations: map[string]string{"summary": n.line(), "description": n.Advice, "entry_id": n.Entry, "consumer": n.Consumer, "server": of.Server},
			StartsAt:    n.BeganAt, EndsAt: now.Add(validFor).UTC(),
		}
		if n.Stream != "" {
			a.Labels["stream"], a.Labels["group"] = n.Stream, n.Group
		}
		if n.EndedAt != nil {
			a.EndsAt = *n.EndedAt
		}
		key := identity(n.Kind, n.Stream, n.Group)
		if at, known := places[key]; known {
			list[at] = a
			continue
		}
		places[key] = len(list)
		list = append(list, a)
	}
	return list
}

// camel returns words as one: "no consumers" is NoConsumers.
func camel(text string) string {
	var b strings.Builder
	for word := range strings.FieldsSeq(text) {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

// slackText lists notices for people.
func slackText(of Bus, notices []Notice) string {
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	signs := map[string]string{Began: ":red_circle: ", Ended: ":large_green_circle: "}
	var b strings.Builder
	if len(notices) > 1 {
		fmt.Fprintf(&b, "%d alerts began or ended\n", len(notices))
	}
	for i := range notices[:min(len(notices), maxLines)] {
		n := &notices[i]
		b.WriteString(signs[n.Status] + "[" + escape.Replace(of.Environment+" · "+of.Profile) + "] " + escape.Replace(n.line()) + "\n")
	}
	if more := len(notices) - maxLines; more > 0 {
		fmt.Fprintf(&b, "… and %d more\n", more)
	}
	return strings.TrimSuffix(b.String(), "\n")
}
