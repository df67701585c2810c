package recording

import "regexp"

// namedUser matches what Redis says about the ACL user of a connection in its replies.
var namedUser = regexp.MustCompile(`(?i)\b(user )\S+( has no permissions)`)

// withoutUser returns an error reply without the name of the user, which is part of how one logs in.
func withoutUser(reply string) string { return namedUser.ReplaceAllString(reply, "${1}•••${2}") }
