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

// givenRow is an entry named on stdin. Only ID is required.
type givenRow struct {
	Stream     string  `json:"stream"`
	Group      string  `json:"group"`
	Consumer   string  `json:"consumer"`
	ID         *string `json:"id"`
	Deliveries *int64  `json:"deliveries"`

	line int
	id   model.Position
}

// strangeID returns an error that says what an entry ID looks like.
func strangeID(text string) error {
	return fmt.Errorf("%w: %.80q (want milliseconds-sequence, such as 1700000000000-0)", model.ErrPosition, text)
}

// maxSelected is the max number of entries for one command. A selection is held in memory, so that the change acts on
// exactly what was shown.
const maxSelected = 5_000_000

// readRows reads all entries on stdin before anything is done, so that one wrong entry stops everything. It accepts a
// JSON array, JSON objects with an "id", JSON strings, or plain IDs, one a line. Errors name the line.
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

// jsonRows reads JSON with any white space.
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

// maxNesting is the max depth of nested arrays: jq makes one level, its --slurp another.
const maxNesting = 3

// value reads one value; an array contains several.
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

// next returns the line on which the next value begins, and its first character.
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

// line returns the line that was read last.
func (r *jsonRows) line() int { return r.lines.at(r.lines.skipped + r.decoder.InputOffset()) }

func (*jsonRows) broken(line int, err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("it ends in the middle")
	}
	return program.WrongUse("stdin, line %d: not a list of entries in JSON: %w", line, err)
}

// lineReader records the line ends in what it reads.
type lineReader struct {
	from    io.Reader
	read    int64
	skipped int64   // bytes skipped at the beginning
	ends    []int64 // offsets of line ends after the last call of at
	line    int     // how many line ends were before that
}

// Read reads, and records the line ends.
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

// at returns the number, from 1, of the line at an offset. Offsets must grow from call to call.
func (l *lineReader) at(offset int64) int {
	for len(l.ends) > 0 && l.ends[0] < offset {
		l.ends = l.ends[1:]
		l.line++
	}
	return l.line + 1
}
