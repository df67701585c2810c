package decode

import "streamdesk/model"

// appendString writes text as a JSON string.
func appendString(out []byte, text string) []byte { return model.AppendString(out, text) }
