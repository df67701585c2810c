package embedded

import "fmt"

// failure is an error reply: its first word is the code that clients check.
type failure string

// Error implements error.
func (f failure) Error() string { return string(f) }

func failf(format string, args ...any) error { return failure(fmt.Sprintf(format, args...)) }

// Redis's own messages: clients match on some of them.
const (
	errSyntax      failure = "ERR syntax error"
	errNotInteger  failure = "ERR value is not an integer or out of range"
	errWrongType   failure = "WRONGTYPE Operation against a key holding the wrong kind of value"
	errNoKey       failure = "ERR no such key"
	errBadID       failure = "ERR Invalid stream ID specified as stream command argument"
	errBusyGroup   failure = "BUSYGROUP Consumer Group name already exists"
	errGroupGone   failure = "NOGROUP the consumer group this client was blocked on no longer exists"
	errKeyGone     failure = "UNBLOCKED the stream key no longer exists"
	errUnblocked   failure = "UNBLOCKED client unblocked via CLIENT UNBLOCK"
	errStartID     failure = "ERR invalid start ID for the interval"
	errEndID       failure = "ERR invalid end ID for the interval"
	errDBIndex     failure = "ERR DB index is out of range"
	errExecAborted failure = "EXECABORT Transaction discarded because of previous errors."
)

func errNoGroup(key, group string) error {
	return failf("NOGROUP No such key '%s' or consumer group '%s'", key, group)
}

func errNoGroupForKey(key, group string) error {
	return failf("NOGROUP No such consumer group '%s' for key name '%s'", group, key)
}

func errArity(command string) error {
	return failf("ERR wrong number of arguments for '%s' command", command)
}

func errSubcommand(command, sub string) error {
	return failf("ERR unknown subcommand '%.128s'. Try %s HELP.", sub, command)
}

func errSubcommandSyntax(command, sub string) error {
	return failf("ERR unknown subcommand or wrong number of arguments for '%.128s'. Try %s HELP.", sub, command)
}
