package desk

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"

	"streamdesk/bus"
	"streamdesk/bus/change"
	"streamdesk/bus/fault"
	"streamdesk/bus/recording"
	"streamdesk/model"
	"streamdesk/model/config"
	"streamdesk/model/payload/decode"
	"streamdesk/ui/desk/looks"
	"streamdesk/ui/desk/notes"
	"streamdesk/ui/dialog"
	"streamdesk/ui/feed"
	"streamdesk/ui/filterbar"
	"streamdesk/ui/state"
	"streamdesk/ui/theme"
	"streamdesk/ui/tty"
)

// Options are the settings of a desk.
type Options struct {
	// Bus is the bus to watch. The desk doesn't close it.
	Bus *bus.Bus
	// Config is the config: looks, keys, filters, templates and more.
	Config config.Config
	// ThemeAsked means that the person who started the desk asked for the theme in Config: it takes precedence over one that was
	// chosen with a key in an earlier run.
	ThemeAsked bool
	// Profile is the profile's name; Address the server as shown, without a password.
	Profile, Address string
	// Environment is the profile's badge, such as prod.
	Environment string
	// Color is the environment's colour, in its badge and in the frames: a name that [theme.Theme.Tint] knows, or "" for none.
	Color string
	// Production makes every change ask for the profile's name.
	Production bool
	// ReadOnly disables every change; ReadOnlyWhy says who asked for that.
	ReadOnly    bool
	ReadOnlyWhy string
	// Recording is where the bus is recorded, for the past to be shown from; the zero File means that the past can't be shown.
	// Record means that this desk records into it while it is open.
	Recording recording.File
	Record    bool
	// Closed is the moment that the desk begins with when the recording is all there is; zero when the bus is alive.
	Closed time.Time
	// Embedded means that the server runs in this program and ends with it.
	Embedded bool
	// Profiles are the servers that the desk can switch to. Open connects to one of them by its name; nil means that the desk
	// can't switch.
	Profiles []Profile
	Open     func(ctx context.Context, profile string) (Connection, error)
	// Input and Output are the terminal; nil means stdin and stdout.
	Input  io.Reader
	Output io.Writer
	// Env has the variables of the terminal, such as TERM; nil means those of the process.
	Env func(name string) string
	// Sizes receives the terminal's size, first and whenever it changes; nil means that the process's own terminal tells. It is for
	// a terminal elsewhere, whose desk depends on nothing of the process's.
	Sizes <-chan tty.Size
	// Away is why nothing can be done with the machine that the desk runs on (its files, its editor, its other servers); empty when
	// it is the person's own. User is who makes the changes; default the user of the process.
	Away, User string
	// Retention are the rules for how much of streams is kept.
	Retention []change.Retention
	// Hub observes the bus for several desks; nil makes the desk observe by itself.
	Hub *feed.Hub
	// Now is the local clock; nil means [time.Now]. Location is the zone in which times are shown; nil means the one of Config.
	Now      func() time.Time
	Location *time.Location
	// PastFilters are earlier filters, newest last. RememberFilters, when not nil, is called with all of them whenever one is
	// added, in the desk's loop: it must not block.
	PastFilters     []string
	RememberFilters func(filters []string)
	// Copy puts text on the clipboard; nil means through the terminal.
	Copy func(text string)
	// Save writes a picture of the screen to a new file; nil means to disk.
	Save func(path string, content []byte) error
	// Examine looks for what is wrong with the bus; nil means that it can't be examined.
	Examine dialog.Examine
	// Schema compares an event's data with the schema of its type. It returns the file of the schema, empty when the type has none,
	// and what doesn't fit. It may be nil.
	Schema func(e *model.Event) (file string, unfit *model.SchemaError)
	// OpenPayload decodes a value that is opened in a window of its own; nil means with every self-describing form.
	OpenPayload func(stored string) decode.Value
}

// Run shows the desk until the person quits or ctx ends. It always restores the terminal, even after a panic in any of its
// goroutines, which it returns as a [fault.PanicError]. It handles no signals: the caller ends ctx on those that should end the desk.
func Run(ctx context.Context, o Options) error {
	o.setDefaults()
	keys, err := newKeymap(actions(), o.rebound())
	if err != nil {
		return err
	}
	if err := filterbar.Check(o.Config.Filters); err != nil {
		return err
	}
	settings := theme.Settings{
		Dark:    tty.DarkByEnvironment(o.Env("COLORFGBG")),
		NoColor: o.Env("NO_COLOR") != "",
		Own:     o.Config.Themes,
	}
	if settings.Profile = tty.Colors(o.Env); o.Sizes == nil {
		settings.Profile = termenv.NewOutput(os.Stdout).EnvColorProfile()
		lipgloss.SetHasDarkBackground(settings.Dark) // so that nothing asks the terminal while keys are read
	}
	th, err := theme.New(string(o.Config.Desk.Theme), settings)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	worn := looks.Looks{
		Theme: th, Dimmed: th.Dimmed(), Settings: settings, Configured: string(o.Config.Desk.Theme),
		ASCII: tty.ASCII(o.Config.Desk.Glyphs, o.Env),
	}
	if o.ThemeAsked {
		worn.Asked = worn.Configured
	}
	desk := newDesk(run{base: ctx, leaving: &leaving{}, onPanic: func(*fault.PanicError) {}}, o, worn, keys)
	if dir := o.Config.Desk.StateDir; dir != "" {
		kept, err := state.Load(state.Path(dir, o.Profile))
		if err != nil {
			desk.notes.Say(notes.Warn, err.Error())
		}
		desk.arrange(kept)
	}
	// The caller ends ctx on signals. Bubble Tea's own handler would wait for ever to hand a signal to a loop that ctx has
	// already ended.
	mouse := &tty.Bursts{Now: time.Now}
	options := []tea.ProgramOption{tea.WithAltScreen(), tea.WithoutSignalHandler(), tea.WithFilter(mouse.Filter)}
	var tell func(tea.Msg) // set once the program exists
	if in := o.input(func(dark bool) { tell(backgroundMsg{dark}) }); in != nil {
		o.Input = in
		if ask := tty.AskBackground(o.Env("TERM"), o.output()); ask != nil {
			desk.looks.Background = func() { in.Expect(); ask() }
		}
	}
	if o.Input != nil {
		options = append(options, tea.WithInput(o.Input))
	}
	options = append(options, tea.WithOutput(o.output()))
	if o.Config.Desk.Mouse {
		options = append(options, tea.WithMouseCellMotion())
	}
	running := &loop{Desk: desk}
	program := tea.NewProgram(running, options...)
	mouse.Send, tell = program.Send, program.Send
	desk.run.onPanic = func(p *fault.PanicError) { program.Send(fatalMsg{p}) }
	desk.pointer.off = !o.Config.Desk.Mouse
	desk.begin()
	desk.run.leaving.group.Go(func() { tty.Resize(ctx, o.Sizes, program.Send) })
	stopped := context.AfterFunc(ctx, program.Quit)
	_, err = program.Run()
	stopped()
	desk.leave()
	cancel()
	desk.run.leaving.group.Wait()
	leftErr := errors.Join(desk.run.leaving.errs...)
	return errors.Join(running.verdict(err), leftErr)
}

// input returns the terminal's input without its answers, which are told; nil when there is no terminal that answers.
func (o *Options) input(told func(dark bool)) interface {
	io.Reader
	Expect()
} {
	if o.Sizes != nil {
		return tty.NewStream(o.Input, told)
	}
	if o.Input == nil {
		if in := tty.NewInput(os.Stdin, told); in != nil {
			return in
		}
	}
	return nil
}

func (o *Options) output() io.Writer {
	if o.Output == nil {
		return os.Stdout
	}
	return o.Output
}

// prefix returns the prefix of the keys of the bus's streams.
func (o *Options) prefix() string { return o.Bus.Reader().Prefix() }

func (o *Options) setDefaults() {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Location == nil {
		o.Location = time.Local
		if o.Config.Desk.Time == config.ClockUTC {
			o.Location = time.UTC
		}
	}
	if o.Env == nil {
		o.Env = os.Getenv
	}
	if o.Copy == nil {
		o.Copy = tty.Copy
	}
	if o.Save == nil {
		o.Save = dialog.WriteNew
	}
	if o.OpenPayload == nil {
		o.OpenPayload = decode.Opener{}.Open
	}
	if o.ReadOnlyWhy == "" {
		o.ReadOnlyWhy = readOnlyBySettings
	}
}

// readOnlyBySettings is the default of [Options.ReadOnlyWhy].
const readOnlyBySettings = "by its settings"

// rebound returns the keys that the config sets, by action name.
func (o *Options) rebound() map[string][]string {
	rebound := map[string][]string{}
	for name, keys := range o.Config.Keys {
		rebound[name] = keys
	}
	return rebound
}
