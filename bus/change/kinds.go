package change

// Kinds are all kinds of change.
func Kinds() []*Kind {
	return []*Kind{&Ack, &AckDelete, &Claim, &DeadLetter, &Delete, &Requeue, &DestroyGroup}
}
