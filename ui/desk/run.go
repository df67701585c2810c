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
	"streamdesk/bus/fault"
	"streamdesk/model/config"
	"streamdesk/model/payload/decode"
	"streamdesk/ui/dialog"
	"streamdesk/ui/filterbar"
	"streamdesk/ui/state"
	"streamdesk/ui/theme"
)

// Options are what a desk is made from.
type Options struct {
	// Bus is the bus to watch. The desk doesn't close it.
	Bus *bus.Bus
	// Config gives the looks and the keys.
	Config config.Config
	// ThemeAsked says that the theme of Config was asked for by whoever started the desk: it goes before one that was chosen with
	// a key in an earlier run.
	ThemeAsked bool
	// Profile is the profile's name; Address the server as shown, without a password.
	Profile, Address string
	// Environment is the profile's badge, such as prod.
	Environment string
	// Color tells the environment apart, in its badge and in the frames: as [theme.Theme.Tint] names it, or "" for none.
	Color string
	// Production makes every change ask for the profile's name.
	Production bool
	// ReadOnly disables every change; ReadOnlyWhy says who asked for that.
	ReadOnly    bool
	ReadOnlyWhy string
	// Embedded says that the server lives in this program and dies with it.
	Embedded bool
	// Profiles are the servers that the desk can be switched to, Open connects to one of them by its name. Without Open
	// the desk stays where it is.
	Profiles []Profile
	Open     func(ctx context.Context, profile string) (Connection, error)
	// Input and Output are the terminal; nil means stdin and stdout.
	Input  io.Reader
	Output io.Writer
	// Now is the local clock, Location the zone that times are shown in; nil means the real ones.
	Now      func() time.Time
	Location *time.Location
	// PastFilters are filters that were in force earlier, newest last. RememberFilters, when not nil, is told all of them
	// whenever one comes to it, in the desk's loop: it must not wait for anything.
	PastFilters     []string
	RememberFilters func(filters []string)
	// Copy puts text on the clipboard; nil means through the terminal.
	Copy func(text string)
	// Save writes a picture of the screen to a file that isn't there yet; nil means to disk.
	Save func(path string, content []byte) error
	// OpenPayload opens a value that is read whole as far as it goes; nil means with every form that describes itself.
	OpenPayload func(stored string) decode.Value
}

// Run shows the desk until the person quits or ctx ends. It puts the terminal back as it was on every way out, a
// panic in any of its goroutines included, which comes back as a [fault.PanicError]. It handles no signals: the caller ends ctx on those it
// wants to end the desk.
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
		Dark:    darkByEnvironment(os.Getenv("COLORFGBG")),
		Profile: termenv.NewOutput(os.Stdout).EnvColorProfile(),
		NoColor: os.Getenv("NO_COLOR") != "",
		Own:     o.Config.Themes,
	}
	lipgloss.SetHasDarkBackground(settings.Dark) // so that nothing asks the terminal while keys are read
	th, err := theme.New(string(o.Config.Desk.Theme), settings)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	worn := looks{
		theme: th, dimmed: th.Dimmed(), settings: settings, configured: string(o.Config.Desk.Theme),
		ascii: asciiBy(o.Config.Desk.Glyphs, os.Getenv),
	}
	if o.ThemeAsked {
		worn.asked = worn.configured
	}
	desk := newDesk(run{base: ctx, leaving: &leaving{}, onPanic: func(*fault.PanicError) {}}, o, worn, keys)
	if dir := o.Config.Desk.StateDir; dir != "" {
		kept, err := state.Load(state.Path(dir, o.Profile))
		if err != nil {
			desk.notes.status.say(levelWarn, err.Error())
		}
		desk.arrange(kept)
	}
	// Signals end ctx, which is whoever called us's matter: Bubble Tea's own handler would wait for ever to hand a signal
	// to a loop that ctx has ended already.
	mouse := &bursts{now: time.Now}
	options := []tea.ProgramOption{tea.WithAltScreen(), tea.WithoutSignalHandler(), tea.WithFilter(mouse.filter)}
	var tell func(tea.Msg) // once there is a program
	if o.Input == nil {
		if in := newTerminalInput(os.Stdin, func(dark bool) { tell(backgroundMsg{dark}) }); in != nil {
			o.Input = in
			if ask := asksBackground(os.Getenv("TERM"), o.output()); ask != nil {
				desk.looks.background.ask = func() { in.replies.asked.Store(true); ask() }
			}
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
	mouse.send, tell = program.Send, program.Send
	desk.run.onPanic = func(p *fault.PanicError) { program.Send(fatalMsg{p}) }
	desk.pointer.off = !o.Config.Desk.Mouse
	desk.begin()
	stopped := context.AfterFunc(ctx, program.Quit)
	_, err = program.Run()
	stopped()
	desk.leave()
	cancel()
	desk.run.leaving.group.Wait()
	leftErr := errors.Join(desk.run.leaving.errs...)
	return errors.Join(running.verdict(err), leftErr)
}

func (o *Options) output() io.Writer {
	if o.Output == nil {
		return os.Stdout
	}
	return o.Output
}

// prefix begins the keys of the bus's streams.
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
	if o.Copy == nil {
		o.Copy = copyThroughTerminal
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

// readOnlyBySettings is why a desk is read-only when nobody said it better.
const readOnlyBySettings = "by its settings"

// rebound are the keys that the config has chosen for actions.
func (o *Options) rebound() map[string][]string {
	rebound := map[string][]string{}
	for name, keys := range o.Config.Keys {
		rebound[name] = keys
	}
	return rebound
}
