package change

// Kinds are all kinds of change.
func Kinds() []*Kind {
	return []*Kind{&Ack, &Claim, &DeadLetter, &Delete}
}
