package wire

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"testing/iotest"

	"streamdesk/bus/fault"
	"streamdesk/model"
)

// socket is a connection from which a text is read, and which keeps what is written.
type socket struct {
	net.Conn
	in    io.Reader
	wrote strings.Builder
}

func (s *socket) Read(b []byte) (int, error)  { return s.in.Read(b) }
func (s *socket) Write(b []byte) (int, error) { return s.wrote.Write(b) }

func lineOn(in io.Reader) *Line {
	return &Line{conn: &socket{in: in}, of: &Lines{}, in: make([]byte, lineBuffer)}
}

func TestALineReadsWhatAnXADDIsAnswered(t *testing.T) {
	const answers = "$15\r\n1526919030474-5\r\n$3\r\n0-1\r\n-OOM command not allowed\r\n$41\r\n18446744073709551615-18446744073709551615\r\n"
	for name, in := range map[string]io.Reader{
		"at once": strings.NewReader(answers), "byte by byte": iotest.OneByteReader(strings.NewReader(answers)),
	} {
		line := lineOn(in)
		for i, want := range []model.Position{{Ms: 1526919030474, Seq: 5}, {Seq: 1}, {}, {Ms: 1<<64 - 1, Seq: 1<<64 - 1}} {
			id, err := line.ID()
			if id != want || (err != nil) != (i == 2) {
				t.Errorf("%s: reply %d = %s, %v, want %s", name, i, id, err, want)
			}
			if i == 2 && ErrorWord(err) != "OOM" {
				t.Errorf("%s: the refusal is %v", name, err)
			}
		}
		if _, err := line.ID(); !errors.Is(err, io.EOF) {
			t.Errorf("%s: after all = %v", name, err)
		}
	}
}

func TestALineRefusesWhatIsNoAnswerToAnXADD(t *testing.T) {
	for _, answer := range []string{
		"+OK\r\n", ":1\r\n", "*0\r\n", "$-1\r\n", "$3\r\n1-\r\n\r\n", "$3\r\n-12\r\n", "$4\r\n1-2\r\n\r\n", "$2\r\n1-2\r\n", "$3\r\n1-x\r\n",
		"\r\n", "\n", "$\r\n", "$3\n", "$99\r\n", "$22\r\n18446744073709551616-1\r\n", "$00000000000000000000000000003\r\n1-2",
		"-" + strings.Repeat("x", lineBuffer),
	} {
		line := lineOn(strings.NewReader(answer + strings.Repeat("$3\r\n1-1\r\n", 100)))
		_, err := line.ID()
		if !errors.Is(err, fault.ErrReply) {
			t.Errorf("%.40q = %v, want ErrReply", answer, err)
		}
		if _, again := line.ID(); !errors.Is(again, err) {
			t.Errorf("%.40q, and then %v", answer, again)
		}
	}
}

func TestACommandIsAnArrayOfStrings(t *testing.T) {
	args := []any{"xadd", "events:a.b", "maxlen", "~", "1000", "*", "data", strings.Repeat("{}", 99), "empty", ""}
	want := "*10\r\n$4\r\nxadd\r\n$10\r\nevents:a.b\r\n$6\r\nmaxlen\r\n$1\r\n~\r\n$4\r\n1000\r\n$1\r\n*\r\n$4\r\ndata\r\n$198\r\n" +
		strings.Repeat("{}", 99) + "\r\n$5\r\nempty\r\n$0\r\n\r\n"
	if got := string(AppendCommand(nil, args)); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestTheLineTakenIsThatOfTheConnectionThatWasMarked(t *testing.T) {
	var lines *Lines
	if lines.take() != nil {
		t.Error("a client without lines has one")
	}
	lines = &Lines{}
	var made []*socket
	dial := lines.follow(func(context.Context, string, string) (net.Conn, error) {
		made = append(made, &socket{in: strings.NewReader("")})
		return made[len(made)-1], nil
	})
	var conns []net.Conn
	for range 2 {
		conn, err := dial(t.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		conns = append(conns, conn)
	}
	_, _ = conns[0].Write(lineMark)
	_, _ = conns[1].Write([]byte("*1\r\n$4\r\nping\r\n"))
	line := lines.take()
	if line == nil || line.conn != made[0] {
		t.Errorf("line = %v", line)
	}
	if lines.take() != nil {
		t.Error("a line was taken twice")
	}
}
