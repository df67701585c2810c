package simulate

import "fmt"

// message is the data of an event between agents.
type message struct {
	From         string `json:"from"`
	To           string `json:"to"`
	Conversation string `json:"conversation_id,omitempty"`
	Action       string `json:"action,omitempty"`
	Status       string `json:"status,omitempty"`
	Body         any    `json:"body,omitempty"`
}

type requestBody struct {
	Contract string `json:"contract"`
	Type     string `json:"contract_type"`
	Network  string `json:"network"`
	Attempt  int    `json:"attempt"`
	Deadline int    `json:"deadline_seconds"`
}

func requestData(s stage, conversation string, attempt int) func(*workflow) any {
	return func(w *workflow) any {
		return message{
			From: coordinator, To: s.agent, Conversation: conversation, Action: s.name + ".run",
			Body: requestBody{w.contract.name, w.contract.kind, w.contract.network, attempt, 60 * w.upTo(2, 10)},
		}
	}
}

func responseData(s stage, conversation, failure string) func(*workflow) any {
	return func(*workflow) any {
		m := message{From: s.agent, To: coordinator, Conversation: conversation, Action: s.name + ".run", Status: "ok"}
		if failure != "" {
			m.Status, m.Body = "error", failure
		}
		return m
	}
}

func feedbackData(s stage, failure string) func(*workflow) any {
	return func(w *workflow) any {
		return message{
			From: s.agent, To: generator, Action: "feedback",
			Body: fmt.Sprintf("%s of %s failed: %s. Please %s.", s.name, w.contract.name, failure, oneOf(w, []string{
				"split the function and keep locals in a struct", "compile with viaIR", "add a reentrancy guard",
				"check the return value", "emit the event before the external call",
			})),
		}
	}
}

// chatterData returns the data of a message in passing.
func chatterData(from, to, text string) func(*workflow) any {
	return func(*workflow) any { return message{From: from, To: to, Action: "notify", Body: text} }
}
