package bus

// Writer sends the changes that a person asks for.
type Writer struct {
	conn   *conn
	reader *Reader
}
