package program

import (
	"bufio"
	"fmt"
	"strings"
)

// Answer asks a person on the terminal and returns the answer. It returns "" when nothing was typed or the command was
// interrupted.
func (p *Program) Answer(prompt string) string {
	fmt.Fprint(p.Err, prompt)
	line, _ := bufio.NewReader(p.In).ReadString('\n') // an end without an answer is no answer
	return strings.TrimSpace(line)
}
