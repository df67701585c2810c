package change

// Kinds returns all kinds of change.
func Kinds() []*Kind {
	return []*Kind{
		&Ack, &AckDelete, &Claim, &Republish, &DeadLetter, &Delete, &Requeue, &CreateGroup, &SetGroupID, &DestroyGroup, &Trim,
		&MoveConsumer, &DeleteConsumer, &PauseGroup, &ResumeGroup, &LimitGroup,
	}
}
