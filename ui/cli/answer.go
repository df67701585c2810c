package cli

import (
	"bufio"
	"context"
	"fmt"
	"strings"
)

// answer asks a person something on the terminal; "" when nothing was typed, or when the command was interrupted.
func (p *program) answer(ctx context.Context, prompt string) string {
	fmt.Fprint(p.Err, prompt)
	answers := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(p.In).ReadString('\n') // an end without an answer is no answer
		answers <- strings.TrimSpace(line)
	}()
	select {
	case <-ctx.Done():
		return ""
	case answer := <-answers:
		return answer
	}
}
