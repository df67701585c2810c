package bus

import "streamdesk/bus/internal/wire"

// Writer sends the changes that a person asks for.
type Writer struct {
	conn   *wire.Conn
	reader *Reader
}
