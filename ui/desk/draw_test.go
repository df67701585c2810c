package desk

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"streamdesk/ui/desk/layout"
)

// What is drawn depends on nothing but what messages have left: drawing once more gives the same, and changes nothing.
func TestDrawingChangesNothing(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{60, 15}, {80, 24}, {120, 40}, {200, 60}} {
		for _, keys := range []string{"", "2 s", "3 j space", "4 -", "5 k k", "5 g", "6 V", "6 V V enter j", "5 w", "5 w k", "P", "P P z", "/ w f", "t", "8", "5 k v k"} {
			t.Run(fmt.Sprintf("%q %dx%d", keys, size[0], size[1]), func(t *testing.T) {
				t.Parallel()
				b := withTraffic(t, size[0], size[1])
				b.press(keys)
				screen := b.desk.View()
				before := b.imprint()
				for range 2 {
					for id := range paneCount {
						rect := b.desk.tiles.Layout.Panes[id]
						if !rect.Shown() {
							continue
						}
						lines := b.desk.drawPane(id, rect)
						if !slices.Equal(lines, b.desk.drawn.panes[id]) {
							t.Errorf("%v after %q: pane %d is drawn as\n%s\nand was\n%s", size, keys, id+1, strings.Join(lines, "\n"), strings.Join(b.desk.drawn.panes[id], "\n"))
						}
					}
					if again := strings.Join(b.desk.screen(), "\n"); again != screen || b.desk.View() != screen {
						t.Errorf("%v after %q: the screen is drawn as\n%s\nand was\n%s", size, keys, again, screen)
					}
				}
				if after := b.imprint(); after != before {
					t.Errorf("%v after %q: drawing has changed the desk: %s", size, keys, difference(before, after))
				}
			})
		}
	}
}

// A pane may be fitted any number of times: a size comes and goes with the terminal.
func TestFittingAgainChangesNothing(t *testing.T) {
	b := withTraffic(t, 120, 40)
	for _, keys := range []string{"3 j", "5 k k", "6 V", "5 w", "8", "5 k v"} {
		b.press(keys)
		before := b.imprint()
		for id, rect := range b.desk.tiles.Layout.Panes {
			if !rect.Shown() {
				continue
			}
			b.desk.panes.pane(layout.PaneID(id)).Fit(b.desk.paneView(layout.PaneID(id), rect))
		}
		if after := b.imprint(); after != before {
			t.Errorf("after %q: fitting once more has changed the desk: %s", keys, difference(before, after))
		}
	}
}

// imprint is all of what the desk knows and remembers, written out; what belongs to the server's connection is left out.
func (b *harness) imprint() string {
	var out strings.Builder
	d := b.desk
	seen := map[uintptr]bool{}
	for _, part := range []any{
		&d.panes, &d.tiles, &d.windows, &d.pointer, &d.filter, &d.subject, &d.notes, &d.drawn, d.data,
	} {
		imprint(&out, reflect.ValueOf(part), seen)
		out.WriteByte('\n')
	}
	return out.String()
}

// imprint writes a value with all that hangs on it, unexported parts included; functions and channels have none.
func imprint(out *strings.Builder, v reflect.Value, seen map[uintptr]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || seen[v.Pointer()] {
			fmt.Fprint(out, "*", v.IsNil())
			return
		}
		seen[v.Pointer()] = true
		imprint(out, v.Elem(), seen)
	case reflect.Interface:
		if v.IsNil() {
			out.WriteString("nil")
			return
		}
		imprint(out, v.Elem(), seen)
	case reflect.Struct:
		fmt.Fprint(out, v.Type().Name(), "{")
		for i := range v.NumField() {
			fmt.Fprint(out, " ", v.Type().Field(i).Name, ":")
			imprint(out, v.Field(i), seen)
		}
		out.WriteString("}")
	case reflect.Slice, reflect.Array:
		fmt.Fprint(out, "[", v.Len())
		for i := range v.Len() {
			out.WriteByte(' ')
			imprint(out, v.Index(i), seen)
		}
		out.WriteString("]")
	case reflect.Map:
		var entries []string
		for _, key := range v.MapKeys() {
			var entry strings.Builder
			imprint(&entry, key, map[uintptr]bool{})
			entry.WriteByte('=')
			imprint(&entry, v.MapIndex(key), seen)
			entries = append(entries, entry.String())
		}
		slices.Sort(entries)
		fmt.Fprint(out, entries)
	case reflect.Func, reflect.Chan, reflect.UnsafePointer:
		out.WriteString("-")
	default:
		fmt.Fprint(out, v)
	}
}

// difference is where two texts part.
func difference(a, b string) string {
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	from := max(at-200, 0)
	return fmt.Sprintf("…%.400s… became …%.400s…", a[from:], b[from:])
}
