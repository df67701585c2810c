// Package words is about the words that people type: what a mistyped one was most likely meant to be. It knows no setting, no
// command and no key of the filter language; the candidates are handed in.
package words

// Nearest returns the candidate that word was most likely meant to be, or "" when none is close. Close is one slip
// in four letters, where a slip is a letter too many, missing, wrong, or swapped with its neighbour.
func Nearest(word string, candidates []string) string {
	best, bestDistance := "", 2+len(word)/4
	for _, candidate := range candidates {
		if d := slips(word, candidate); d < bestDistance {
			best, bestDistance = candidate, d
		}
	}
	return best
}

// longestName bounds the work of slips: no key is longer, so a longer word isn't a slip of one.
const longestName = 64

// slips is the optimal string alignment distance between two names.
func slips(a, b string) int {
	if len(a) > longestName || len(b) > longestName {
		return longestName
	}
	before, above, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		above[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			substituted := above[j-1]
			if a[i-1] != b[j-1] {
				substituted++
			}
			row[j] = min(above[j]+1, row[j-1]+1, substituted)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
}
