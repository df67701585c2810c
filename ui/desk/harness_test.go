package desk

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/muesli/termenv"
	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/doctor"
	"streamdesk/bus/embedded"
	"streamdesk/bus/fault"
	"streamdesk/bus/redistest"
	"streamdesk/model"
	"streamdesk/model/config"
	"streamdesk/ui/desk/layout"
	"streamdesk/ui/desk/looks"
	"streamdesk/ui/live"
	"streamdesk/ui/pane/events"
	"streamdesk/ui/pane/groups"
	"streamdesk/ui/pane/pending"
	"streamdesk/ui/pane/streams"
	workflowpane "streamdesk/ui/pane/workflow"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// harness is a desk on a server of its own, driven by hand: no goroutine runs, no clock ticks, every command is carried
// out at once.
type harness struct {
	ticking sync.Mutex // held while clock is moved, or read elsewhere
	t       testing.TB
	desk    *Desk
	client  *redis.Client
	bus     *bus.Bus
	clock   time.Time
	quit    bool
	copied  string
	then    time.Time // the moment of the past that was shown last
	ends    []func()  // what close does, the last first
}

// start is the clock's first reading.
var start = time.Date(2026, 11, 23, 14, 4, 25, 0, time.UTC)

// newHarness makes a desk of that size on an embedded server, whose clock is the harness's.
func newHarness(t testing.TB, width, height int, change ...func(*Options)) *harness {
	t.Helper()
	b := &harness{t: t, clock: start}
	server, err := embedded.Start(embedded.WithClock(b.reading))
	if err != nil {
		t.Fatal(err)
	}
	b.atEnd(server.Close)
	b.connect(server.Addr())
	b.open(width, height, b.reading, change...)
	return b
}

// newRealHarness makes a desk on a real redis-server, with the real clock.
func newRealHarness(t testing.TB, width, height int, change ...func(*Options)) *harness {
	t.Helper()
	b := &harness{t: t, clock: start}
	b.connect(redistest.Start(t).Addr())
	b.open(width, height, time.Now, change...)
	return b
}

// connect opens the bus.
func (b *harness) connect(addr string) {
	b.t.Helper()
	b.client = redis.NewClient(&redis.Options{Addr: addr})
	var err error
	if b.bus, err = bus.Open(context.Background(), b.client); err != nil {
		b.t.Fatal(err)
	}
	b.atEnd(func() {
		if err := b.bus.Close(context.Background()); err != nil {
			b.t.Error(err)
		}
		if err := b.client.Close(); err != nil {
			b.t.Error(err)
		}
	})
}

// atEnd has something done when the test is over, or before that by close.
func (b *harness) atEnd(f func()) {
	if b.ends = append(b.ends, f); len(b.ends) == 1 {
		b.t.Cleanup(b.close)
	}
}

// close ends the harness before its test does. A test that makes hundreds of them in one go closes each: servers and connections that
// wait for nothing make the race detector slower by the square of their number.
func (b *harness) close() {
	for len(b.ends) > 0 {
		last := len(b.ends) - 1
		end := b.ends[last]
		b.ends = b.ends[:last]
		end()
	}
}

// open makes the desk.
func (b *harness) open(width, height int, now func() time.Time, change ...func(*Options)) {
	b.t.Helper()
	o := Options{
		Bus: b.bus, Config: config.Default(), Profile: "default", Address: "localhost:6379/0",
		Now: now, Location: time.UTC,
		Copy: func(text string) { b.copied = text },
		Save: func(string, []byte) error { return nil }, // whatever key is tried, the checkout stays as it is
		Examine: func(ctx context.Context) ([]doctor.Finding, error) {
			e, err := doctor.Examine(ctx, b.bus, doctor.Options{})
			if err != nil {
				return nil, err
			}
			return doctor.Diagnose(e, doctor.DefaultLimits, doctor.Programs{}), nil
		},
	}
	o.Config.Desk.StateDir = "" // no test keeps how its desk is arranged unless it says so
	for _, f := range change {
		f(&o)
	}
	o.setDefaults()
	keys, err := newKeymap(actions(), o.rebound())
	if err != nil {
		b.t.Fatal(err)
	}
	th, err := theme.New("none", theme.Settings{Profile: termenv.TrueColor})
	if err != nil {
		b.t.Fatal(err)
	}
	r := run{base: context.Background(), leaving: &leaving{}, onPanic: func(*fault.PanicError) {}}
	b.desk = newDesk(r, o, looks.Looks{Theme: th, Dimmed: th.Dimmed()}, keys)
	b.desk.line.feed.Add(func(b *live.Batch) { b.Skipped = model.Exactly(0) })
	b.send(tea.WindowSizeMsg{Width: width, Height: height})
}

// send gives the desk a message and carries out what it asks for.
func (b *harness) send(msg tea.Msg) {
	b.t.Helper()
	_, cmd := b.desk.Update(msg)
	b.carryOut(cmd)
}

func (b *harness) carryOut(cmd tea.Cmd) {
	b.t.Helper()
	if cmd == nil {
		return
	}
	switch msg := cmd().(type) {
	case nil:
	case tea.BatchMsg:
		for _, c := range msg {
			b.carryOut(c)
		}
	case tea.QuitMsg:
		b.quit = true
	default:
		b.send(msg)
	}
}

// press sends keys, named as Bubble Tea names them and apart by spaces; "space" is the space bar.
func (b *harness) press(keys string) {
	b.t.Helper()
	for key := range strings.FieldsSeq(keys) {
		b.send(keyMsg(key))
	}
}

// typing sends text a letter at a time.
func (b *harness) typing(text string) {
	b.t.Helper()
	for _, r := range text {
		b.send(tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune{r}})
	}
}

func keyMsg(key string) tea.KeyMsg {
	if key == "space" {
		return tea.KeyMsg{Type: tea.KeySpace, Runes: []rune{' '}}
	}
	if rest, ok := strings.CutPrefix(key, "alt+"); ok {
		k := keyMsg(rest)
		k.Alt = true
		return k
	}
	for t := tea.KeyF20; t < 128; t++ {
		if k := (tea.KeyMsg{Type: t}); k.String() == key && t != tea.KeyRunes {
			return k
		}
	}
	return tea.KeyMsg{Type: tea.KeyRunes, Runes: []rune(key)}
}

// look lets the desk see the server as it is now, as its feed would, and draw a frame: the snapshot, and the entries
// that came since the last look.
func (b *harness) look() {
	b.t.Helper()
	ctx := context.Background()
	keys, err := b.bus.Reader().Discover(ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	snapshot, err := b.bus.Reader().Snapshot(ctx, keys)
	if err != nil {
		b.t.Fatal(err)
	}
	server, err := b.bus.Reader().Server(ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	b.desk.line.feed.Add(func(batch *live.Batch) {
		batch.Snapshot, batch.SnapshotAt, batch.RoundTrip = &snapshot, b.desk.options.Now(), 1200*time.Microsecond
		batch.Server, batch.Healthy = &server, true
	})
	b.frame()
}

// frame draws a frame with what the feed holds.
func (b *harness) frame() {
	b.t.Helper()
	b.carryOut(b.desk.frame())
	b.desk.redraw()
}

// arrive hands entries to the desk as its tail would.
func (b *harness) arrive(entries ...model.Entry) {
	records := make([]model.Record, len(entries))
	for i := range entries {
		records[i] = b.bus.Reader().Decode(entries[i])
	}
	b.desk.line.feed.Add(func(batch *live.Batch) { batch.Records = append(batch.Records, records...) })
}

// event is an event at the clock's time.
func (b *harness) event(t model.Type, workflow, data string) model.Event {
	return model.Event{
		ID: fmt.Sprintf("0192f7b2-0000-7000-8000-%012d", b.desk.data.Log.Total()), Type: t, WorkflowID: workflow,
		Timestamp: b.clock, Data: []byte(data), SourceAgent: "coordinator",
	}
}

// publish writes an event to the server at the clock's time and hands it to the desk.
func (b *harness) publish(t model.Type, workflow, data string) model.Entry {
	b.t.Helper()
	e := b.event(t, workflow, data)
	return b.add(b.bus.StreamKey(t), "data", string(e.AppendJSON(nil)))
}

// add writes an entry of these fields and hands it to the desk.
func (b *harness) add(stream string, fields ...string) model.Entry {
	b.t.Helper()
	id, err := b.client.XAdd(context.Background(), &redis.XAddArgs{Stream: stream, Values: fields}).Result()
	if err != nil {
		b.t.Fatal(err)
	}
	position, err := model.ParsePosition(id)
	if err != nil {
		b.t.Fatal(err)
	}
	entry := model.Entry{Stream: stream, ID: position}
	for i := 0; i < len(fields); i += 2 {
		entry.Fields = append(entry.Fields, model.Field{Name: fields[i], Value: fields[i+1]})
	}
	b.arrive(entry)
	return entry
}

// deliver makes a group and lets a consumer of it read n entries without acknowledging them.
func (b *harness) deliver(stream, group, consumer string, n int64) {
	b.t.Helper()
	ctx := context.Background()
	_ = b.client.XGroupCreateMkStream(ctx, stream, group, "0") // it may be there
	err := b.client.XReadGroup(ctx, &redis.XReadGroupArgs{
		Group: group, Consumer: consumer, Streams: []string{stream, ">"}, Count: n, Block: -1,
	}).Err()
	if err != nil && !errors.Is(err, redis.Nil) {
		b.t.Fatal(err)
	}
}

// pendingIDs are the IDs that the server has pending.
func (b *harness) pendingIDs(stream, group string) []string {
	b.t.Helper()
	rows, err := b.client.XPendingExt(context.Background(), &redis.XPendingExtArgs{
		Stream: stream, Group: group, Start: "-", End: "+", Count: 1000,
	}).Result()
	if err != nil {
		b.t.Fatal(err)
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	return ids
}

// pass lets the clock go on.
func (b *harness) pass(d time.Duration) {
	b.ticking.Lock()
	defer b.ticking.Unlock()
	b.clock = b.clock.Add(d)
}

// reading is the clock for whoever asks from another goroutine: the server, when a connection is made.
func (b *harness) reading() time.Time {
	b.ticking.Lock()
	defer b.ticking.Unlock()
	return b.clock
}

// screen is what the desk shows, after what a test did to it without a message.
func (b *harness) screen() string {
	b.desk.redraw()
	return b.desk.View()
}

// sees fails unless the screen shows the text.
func (b *harness) sees(text string) {
	b.t.Helper()
	if screen := b.screen(); !strings.Contains(stripped(screen), text) {
		b.t.Fatalf("the screen doesn't show %q:\n%s", text, screen)
	}
}

// seesNot fails when the screen shows the text.
func (b *harness) seesNot(text string) {
	b.t.Helper()
	if screen := b.screen(); strings.Contains(stripped(screen), text) {
		b.t.Fatalf("the screen shows %q:\n%s", text, screen)
	}
}

// fits fails unless every line is as wide as the screen at most, and there are as many as the screen is high.
func (b *harness) fits() {
	b.t.Helper()
	lines := strings.Split(b.screen(), "\n")
	if b.desk.tiles.Layout.Width == 0 || b.desk.tiles.Layout.Height == 0 {
		return // a terminal without a cell
	}
	if len(lines) != b.desk.tiles.Layout.Height {
		b.t.Fatalf("%d lines on a screen of %d:\n%s", len(lines), b.desk.tiles.Layout.Height, b.desk.View())
	}
	for i, line := range lines {
		if width := widget.Width(line); width > b.desk.tiles.Layout.Width {
			b.t.Fatalf("line %d is %d wide on a screen of %d: %q", i, width, b.desk.tiles.Layout.Width, line)
		}
	}
}

// The numbers of the panes.
const (
	StreamsPane layout.PaneID = iota
	GroupsPane
	PendingPane
	ThroughputPane
	EventsPane
	DetailPane
	WorkflowPane
	DeadLettersPane
	MatrixPane
	WorkflowsPane
	ConversationPane
	MapPane
)

// streams is the desk's pane of that kind, as are the others.
func (b *harness) streams() *streams.Pane { p, _ := the[*streams.Pane](&b.desk.panes); return p }
func (b *harness) groups() *groups.Pane   { p, _ := the[*groups.Pane](&b.desk.panes); return p }
func (b *harness) pending() *pending.Pane { p, _ := the[*pending.Pane](&b.desk.panes); return p }
func (b *harness) events() *events.Pane   { p, _ := the[*events.Pane](&b.desk.panes); return p }
func (b *harness) workflow() *workflowpane.Pane {
	p, _ := the[*workflowpane.Pane](&b.desk.panes)
	return p
}

// detached says whether what the events show isn't joined on to the newest, as after a jump.
func (b *harness) detached() bool { _, _, detached := b.desk.data.Log.Past(); return detached }

// chosen are the pending entries that an action is about.
func (b *harness) chosen() []model.Position { _, ids := b.pending().Chosen(); return ids }

// pendingOf is the key of the group that the pending pane shows.
func (b *harness) pendingOf() live.GroupKey { return b.pending().Key() }
