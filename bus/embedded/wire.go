package embedded

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
)

// Redis's own limits on a request. They protect the process from a client that doesn't speak Redis's protocol.
const (
	maxArgs     = 1 << 20
	maxBulkSize = 512 << 20
)

// usualArgs is the max capacity allocated for arguments before they arrive.
const usualArgs = 64

var errProtocol = errors.New("protocol error")

// readRequest reads one request: an array of bulk strings, or an inline line of words. It returns no arguments for an
// empty request, which has no reply.
func readRequest(in *bufio.Reader) ([]string, error) {
	line, err := readLine(in)
	if err != nil {
		return nil, err
	}
	if len(line) == 0 || line[0] != '*' {
		return strings.Fields(string(line)), nil
	}
	count, err := strconv.Atoi(string(line[1:]))
	if err != nil || count > maxArgs {
		return nil, errProtocol
	}
	args := make([]string, 0, min(max(count, 0), usualArgs))
	for len(args) < count {
		header, err := readLine(in)
		if err != nil {
			return nil, err
		}
		if len(header) == 0 || header[0] != '$' {
			return nil, errProtocol
		}
		size, err := strconv.Atoi(string(header[1:]))
		if err != nil || size < 0 || size > maxBulkSize {
			return nil, errProtocol
		}
		arg, err := readBulk(in, size)
		if err != nil {
			return nil, err
		}
		args = append(args, arg)
	}
	return args, nil
}

func readLine(in *bufio.Reader) ([]byte, error) {
	line, err := in.ReadSlice('\n')
	if err != nil {
		return nil, err
	}
	return bytes.TrimRight(line, "\r\n"), nil
}

func readBulk(in *bufio.Reader, size int) (string, error) {
	const terminator = len("\r\n")
	if size+terminator <= in.Size() {
		raw, err := in.Peek(size + terminator)
		if err != nil {
			return "", err
		}
		arg := string(raw[:size])
		_, err = in.Discard(size + terminator)
		return arg, err
	}
	var b strings.Builder
	if _, err := io.CopyN(&b, in, int64(size)); err != nil {
		return "", err
	}
	_, err := in.Discard(terminator)
	return b.String(), err
}
