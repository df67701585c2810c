package recording

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"streamdesk/model"
)

// Masked stands in the place of a value that was masked.
const Masked = "•••"

// Masks replace values by their paths. A path is one or more names, such as .api_key or .customer.email; it applies to each value at the
// end of these names, however deep that is, also in elements of arrays and in JSON that a string holds. The zero Masks replace nothing.
type Masks struct {
	paths [][]string
	// Hits is how many values each path has replaced.
	Hits []int
	// Whole is how many values were replaced whole because they are no text: a path can't be looked for in them.
	Whole int
}

// ParseMasks parses paths. A name with other characters than letters, digits, _ and - is written in quotes: ."card number".
func ParseMasks(texts []string) (*Masks, error) {
	m := &Masks{Hits: make([]int, len(texts))}
	for _, text := range texts {
		path, err := parsePath(text)
		if err != nil {
			return nil, err
		}
		m.paths = append(m.paths, path)
	}
	return m, nil
}

// errPath says what a path is.
var errPath = errors.New(`want names with a dot before each, such as .api_key or .customer."card number"`)

func parsePath(text string) (path []string, err error) {
	rest := strings.TrimSpace(text)
	for rest != "" {
		if rest = strings.TrimPrefix(rest, "[]"); rest == "" {
			break
		}
		after, ok := strings.CutPrefix(rest, ".")
		if !ok {
			return nil, fmt.Errorf("mask %q: %w", text, errPath)
		}
		name := ""
		if strings.HasPrefix(after, `"`) {
			quoted, failed := strconv.QuotedPrefix(after)
			if failed == nil {
				name, failed = strconv.Unquote(quoted)
			}
			if failed != nil {
				return nil, fmt.Errorf("mask %q: %w", text, errPath)
			}
			rest = after[len(quoted):]
		} else {
			end := strings.IndexFunc(after, func(r rune) bool { return strings.ContainsRune(".[]\"' ", r) })
			if end < 0 {
				end = len(after)
			}
			name, rest = after[:end], after[end:]
		}
		if name == "" {
			return nil, fmt.Errorf("mask %q: %w", text, errPath)
		}
		path = append(path, name)
	}
	if len(path) == 0 {
		return nil, fmt.Errorf("mask %q: %w", text, errPath)
	}
	return path, nil
}

// Fields returns the fields of an entry with their masked values. A field of an entry is a name, too. With any mask, a value that is no
// text is replaced whole.
func (m *Masks) Fields(fields []model.Field) []model.Field {
	if m == nil || len(m.paths) == 0 {
		return fields
	}
	out := slices.Clone(fields)
	for i := range out {
		f := &out[i]
		switch {
		case m.hit([]string{f.Name}):
			f.Value = Masked
		case !utf8.ValidString(f.Value):
			f.Value = Masked
			m.Whole++
		default:
			f.Value = m.text(f.Value, []string{f.Name})
		}
	}
	return out
}

// hit reports whether a value at the end of these names is masked, and counts it.
func (m *Masks) hit(names []string) bool {
	for i, path := range m.paths {
		if len(names) >= len(path) && slices.Equal(names[len(names)-len(path):], path) {
			m.Hits[i]++
			return true
		}
	}
	return false
}

// text returns a text with its masked values. Text that is no JSON object or array stays as it is.
func (m *Masks) text(text string, names []string) string {
	if trimmed := strings.TrimLeft(text, " \t\r\n"); !strings.HasPrefix(trimmed, "{") && !strings.HasPrefix(trimmed, "[") {
		return text
	}
	out, err := m.json([]byte(text), names)
	if err != nil {
		return text
	}
	return string(out)
}

// place is a part of a JSON text that is replaced.
type place struct {
	from, to int
	with     []byte
}

// json returns a JSON text with its masked values; all else keeps its bytes. The text may hold several values.
func (m *Masks) json(text []byte, names []string) ([]byte, error) {
	w := masking{masks: m, text: text, decoder: json.NewDecoder(bytes.NewReader(text))}
	w.decoder.UseNumber()
	for {
		if err := w.value(names); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, err
		}
	}
	var out []byte
	at := 0
	for _, p := range w.places {
		out = append(append(out, text[at:p.from]...), p.with...)
		at = p.to
	}
	return append(out, text[at:]...), nil
}

// masking walks through a JSON text.
type masking struct {
	masks   *Masks
	text    []byte
	decoder *json.Decoder
	places  []place
}

// value reads the next value, which stands at the end of these names.
func (w *masking) value(names []string) error {
	from := int(w.decoder.InputOffset())
	for from < len(w.text) && strings.IndexByte(" \t\r\n:,", w.text[from]) >= 0 {
		from++
	}
	token, err := w.decoder.Token()
	if err != nil {
		return err
	}
	kept := len(w.places)
	switch token := token.(type) {
	case json.Delim:
		if err := w.inside(token, names); err != nil {
			return err
		}
	case string:
		if within := w.masks.text(token, names); within != token {
			quoted, err := json.Marshal(within)
			if err != nil {
				return err
			}
			w.places = append(w.places, place{from, int(w.decoder.InputOffset()), quoted})
		}
	}
	if w.masks.hit(names) {
		w.places = append(w.places[:kept], place{from, int(w.decoder.InputOffset()), []byte(`"` + Masked + `"`)})
	}
	return nil
}

// inside reads the values of an object or array to its end.
func (w *masking) inside(begin json.Delim, names []string) error {
	for w.decoder.More() {
		inner := names
		if begin == '{' {
			key, err := w.decoder.Token()
			if err != nil {
				return err
			}
			name, _ := key.(string)
			inner = append(slices.Clip(names), name)
		}
		if err := w.value(inner); err != nil {
			return err
		}
	}
	_, err := w.decoder.Token()
	return err
}
