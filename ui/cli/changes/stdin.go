package changes

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"streamdesk/model"
	"streamdesk/model/jsontext"
	"streamdesk/ui/cli/program"
)

// givenRow is an entry as it was named on stdin. Only ID is sure to be there.
type givenRow struct {
	Stream     string  `json:"stream"`
	Group      string  `json:"group"`
	Consumer   string  `json:"consumer"`
	ID         *string `json:"id"`
	Deliveries *int64  `json:"deliveries"`

	line int
	id   model.Position
}

// strangeID says what an entry ID looks like.
func strangeID(text string) error {
	return fmt.Errorf("%w: %.80q (want milliseconds-sequence, such as 1700000000000-0)", model.ErrPosition, text)
}

// maxSelected bounds what one command acts on: a selection is held in memory, so that what was shown is what is acted on.
const maxSelected = 5_000_000

// readRows reads the entries on stdin to their end, so that nothing is done when one of them is wrong: a JSON array, JSON
// objects with an "id", JSON strings, or plain IDs, one a line. Errors name the line.
func readRows(in io.Reader) ([]givenRow, error) {
	lines := &lineReader{from: in}
	reader := bufio.NewReader(lines)
	for {
		first, err := reader.Peek(1)
		switch {
		case errors.Is(err, io.EOF):
			return nil, nil
		case err != nil:
			return nil, fmt.Errorf("stdin: %w", err)
		case first[0] == program.ByteOrderMark[0]:
			n := program.SkipMark(reader)
			if lines.skipped += int64(n); n == 0 {
				return readPlainRows(reader, lines)
			}
		case bytes.ContainsAny(first, " \t\r\n"):
			_, _ = reader.Discard(1) // it was peeked at
			lines.skipped++
			continue
		case bytes.ContainsAny(first, `[{"`):
			rows := &jsonRows{lines: lines, decoder: json.NewDecoder(reader)}
			err := rows.read()
			return rows.list, err
		default:
			return readPlainRows(reader, lines)
		}
	}
}

func readPlainRows(reader io.Reader, lines *lineReader) ([]givenRow, error) {
	line := lines.at(lines.skipped)
	var rows []givenRow
	for scanner := bufio.NewScanner(reader); ; line++ {
		if !scanner.Scan() {
			if err := scanner.Err(); err != nil {
				return nil, program.WrongUse("stdin, line %d: %w", line, err)
			}
			return rows, nil
		}
		text := strings.TrimSpace(scanner.Text())
		if text == "" {
			continue
		}
		row := givenRow{ID: &text, line: line}
		if err := row.check(); err != nil {
			return nil, err
		}
		if rows = append(rows, row); len(rows) > maxSelected {
			return nil, tooMany()
		}
	}
}

func tooMany() error {
	return fmt.Errorf("more than %d entries are chosen: narrow them with --from and --to, and go on from there", maxSelected)
}

func (r *givenRow) check() (err error) {
	if r.ID == nil {
		return program.WrongUse(`stdin, line %d: it has no "id": pipe the JSON of 'streamdesk pending', or IDs`, r.line)
	}
	if r.id, err = parseEntryID(*r.ID); err != nil {
		return program.WrongUse("stdin, line %d: %w", r.line, err)
	}
	return nil
}

// jsonRows reads JSON, whatever the white space in it.
type jsonRows struct {
	lines   *lineReader
	decoder *json.Decoder
	list    []givenRow
}

func (r *jsonRows) read() error {
	for r.decoder.More() {
		if err := r.value(0); err != nil {
			return err
		}
	}
	return nil
}

// maxNesting is how deep arrays may lie in each other: jq makes one level, its --slurp another.
const maxNesting = 3

// value reads one value; an array is one of many.
func (r *jsonRows) value(depth int) error {
	line, first := r.next()
	if first != '[' {
		row := givenRow{line: line}
		var err error
		if first == '"' {
			err = r.decoder.Decode(&row.ID)
		} else {
			var text json.RawMessage
			if err = r.decoder.Decode(&text); err == nil {
				err = jsontext.Unmarshal(text, &row, false)
			}
		}
		if err != nil {
			return r.broken(line, err)
		}
		if err := row.check(); err != nil {
			return err
		}
		if r.list = append(r.list, row); len(r.list) > maxSelected {
			return tooMany()
		}
		return nil
	}
	if depth == maxNesting {
		return program.WrongUse("stdin, line %d: arrays in arrays: want one array of entries", line)
	}
	if _, err := r.decoder.Token(); err != nil {
		return r.broken(line, err)
	}
	for r.decoder.More() {
		if err := r.value(depth + 1); err != nil {
			return err
		}
	}
	if _, err := r.decoder.Token(); err != nil {
		return r.broken(r.line(), err)
	}
	return nil
}

// next is the line on which the next value begins, and its first character.
func (r *jsonRows) next() (line int, first byte) {
	line = r.line()
	waiting := bufio.NewReader(r.decoder.Buffered())
	for {
		c, err := waiting.ReadByte()
		switch {
		case err != nil:
			return line, 0
		case c == '\n':
			line++
		case c != ' ' && c != '\t' && c != '\r' && c != ',':
			return line, c
		}
	}
}

// line is the one that was read last.
func (r *jsonRows) line() int { return r.lines.at(r.lines.skipped + r.decoder.InputOffset()) }

func (*jsonRows) broken(line int, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("it ends in the middle")
	}
	return program.WrongUse("stdin, line %d: not a list of entries in JSON: %w", line, err)
}

// lineReader knows where the lines of what passes through it end.
type lineReader struct {
	from    io.Reader
	read    int64
	skipped int64   // bytes that were passed over at the beginning
	ends    []int64 // offsets of line ends that haven't been asked about yet
	line    int     // how many ends were
}

// Read reads, and takes note of the line ends.
func (l *lineReader) Read(b []byte) (int, error) {
	n, err := l.from.Read(b)
	for i, c := range b[:n] {
		if c == '\n' {
			l.ends = append(l.ends, l.read+int64(i))
		}
	}
	l.read += int64(n)
	return n, err
}

// at is the number, from 1, of the line that the offset lies on; offsets have to grow from call to call.
func (l *lineReader) at(offset int64) int {
	for len(l.ends) > 0 && l.ends[0] < offset {
		l.ends = l.ends[1:]
		l.line++
	}
	return l.line + 1
}
