package redistest_test

import (
	"strings"
	"testing"

	"streamdesk/bus/redistest"
)

func TestWhatTheServerHasIsFoundOutByUse(t *testing.T) {
	if !redistest.Has(t, "XADD") || redistest.Has(t, "XNOSUCHCOMMAND") {
		t.Error("a command is taken for what it isn't")
	}
	version := redistest.Version(t)
	if name, number, ok := strings.Cut(version, " "); !ok || name != "redis" && name != "valkey" || strings.Count(number, ".") != 2 {
		t.Errorf("the server is %q", version)
	}
	// Each came with a later version than the one after it.
	order := []redistest.Ability{redistest.Idempotence, redistest.Inactive, redistest.Lag, redistest.TrimMinID}
	for i, ability := range order[:len(order)-1] {
		if redistest.Has(t, ability) && !redistest.Has(t, order[i+1]) {
			t.Errorf("%s has %s and lacks %s, which is older", version, ability, order[i+1])
		}
	}
}

func TestATestIsSkippedForALackAlone(t *testing.T) {
	var ran, ranOn bool
	t.Run("has", func(t *testing.T) {
		redistest.Needs(t, "XADD", "XREADGROUP")
		ran = true
	})
	t.Run("lacks", func(t *testing.T) {
		redistest.Needs(t, "XADD", "XNOSUCHCOMMAND")
		ranOn = true
	})
	if !ran || ranOn {
		t.Errorf("with all it needs it ran: %t; without: %t", ran, ranOn)
	}
}

func TestAServerCanBeMadeToLackACommand(t *testing.T) {
	for _, command := range []string{"XPENDING", "XNOSUCHCOMMAND"} {
		err := redistest.Start(t, redistest.Without(t, command)).Client().Do(t.Context(), command, "s", "g").Err()
		if err == nil || !strings.Contains(err.Error(), "unknown command") {
			t.Errorf("%s without it: %v", command, err)
		}
	}
}
