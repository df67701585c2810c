package cli

import (
	"bufio"
	"fmt"
	"strings"
)

// answer asks a person something on the terminal; "" when nothing was typed, or when the command was interrupted.
func (p *program) answer(prompt string) string {
	fmt.Fprint(p.Err, prompt)
	line, _ := bufio.NewReader(p.In).ReadString('\n') // an end without an answer is no answer
	return strings.TrimSpace(line)
}
