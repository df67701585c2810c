package embedded_test

import (
	"slices"
	"strings"

	"pgregory.net/rapid"
)

// Small spaces, so that commands meet each other's keys, groups, consumers and IDs.
var (
	genKey      = anyOf("a", "a", "a", "a", "a", "b")
	genAnyKey   = anyOf("a", "a", "b", "text", "none")
	genGroup    = anyOf("g", "g", "g", "g", "g", "h")
	genConsumer = anyOf("x", "y", "z")
	genID       = anyOf(strings.Fields("1-1 2-1 3-1 1-1 2-1 3-1 50-0 50-1 50-2 50-3 50-4 50-5 50-6 50-0 50-1 50-2 50-7 50-8 0 0-1 9")...)
	genNewID    = anyOf(strings.Fields("50-* 50-* 50-* 50-* 50-* 50-* 50-* 50-* 50-* 50-* 50-* 50-* 4-1 5-* 1-1 0-* 0-0 7")...)
	genStart    = anyOf(strings.Fields("- - - 0 1-1 (1-1 2 (3-1 50 50-1 + (0-0 x")...)
	genEnd      = anyOf(strings.Fields("+ + + 3 (3-1 50-1 9-9 (50-2 - (0-0 y")...)
	genCount    = anyOf(strings.Fields("1 2 3 4 5 10 10 0 -1")...)
	genIdle     = anyOf(strings.Fields("0 0 0 1000000")...)
)

// anyOf returns a generator that picks evenly; rapid's own prefers what comes first, and would try little else.
func anyOf(choices ...string) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		index := 0
		for limit := 1; limit < 4*len(choices); limit *= 2 {
			index *= 2
			if rapid.Bool().Draw(t, "bit") {
				index++
			}
		}
		return choices[index%len(choices)]
	})
}

// templates are commands with slots, words of one capital letter, each filled by its own generator.
var templates = []string{
	"XADD K N f v", "XADD K N f v", "XADD K N f v", "XADD K N f v g w", "XADD K N f v", "XADD K N f v",
	"XADD K MAXLEN 6 N f v", "XADD K MAXLEN = 4 N f v", "XADD K MINID 3-1 N f v", "XADD K NOMKSTREAM N f v",
	"XADD A N f v", "XADD K N f", "XADD K MAXLEN 3 MINID 3 N f v", "XADD K MAXLEN 2 LIMIT 3 N f v",
	"XLEN A", "XDEL K I", "XDEL K I J", "XDEL K I J P", "XTRIM K MAXLEN C", "XTRIM A MINID I",
	"XRANGE K S E", "XRANGE K S E COUNT C", "XREVRANGE K E S", "XREVRANGE A E S COUNT C",
	"XREAD STREAMS K I", "XREAD COUNT C STREAMS K A I I", "XREAD STREAMS K $", "XREAD STREAMS K >",
	"XGROUP CREATE K G I", "XGROUP CREATE K G 0 MKSTREAM", "XGROUP CREATE K G $ MKSTREAM",
	"XGROUP CREATE K G I ENTRIESREAD C", "XGROUP CREATE K G 0", "XGROUP CREATE A G 0",
	"XGROUP SETID K G I", "XGROUP SETID K G 0", "XGROUP SETID K G $", "XGROUP SETID K G I ENTRIESREAD C", "XGROUP CREATECONSUMER K G M",
	"XREADGROUP GROUP G M STREAMS K >", "XREADGROUP GROUP G M COUNT C STREAMS K >", "XREADGROUP GROUP G M COUNT 1 STREAMS K >",
	"XREADGROUP GROUP G M COUNT 2 STREAMS K >", "XREADGROUP GROUP G M NOACK STREAMS K >",
	"XREADGROUP GROUP G M COUNT C STREAMS K A > >", "XREADGROUP GROUP G M STREAMS K Q > >",
	"XREADGROUP GROUP G M COUNT C STREAMS K I", "XREADGROUP GROUP G M STREAMS K 0", "XREADGROUP GROUP G M COUNT 1 STREAMS K 0",
	"XREADGROUP GROUP G M STREAMS K $",
	"XACK A G I", "XACK K G I J", "XACK K G I J 2-1",
	"XPENDING K G", "XPENDING A G S E C", "XPENDING K G S E C M", "XPENDING K G IDLE L S E 10 M", "XPENDING K G - + 10",
	"XCLAIM K G M L I", "XCLAIM K G M L I J", "XCLAIM K G M L I JUSTID", "XCLAIM K G M L I FORCE", "XCLAIM K G M L I J FORCE JUSTID",
	"XCLAIM K G M L P", "XCLAIM K G M L P JUSTID", "XCLAIM K G M 0 P FORCE", "XCLAIM K G M 0 P IDLE 2000000",
	"XCLAIM K G M 0 I IDLE 2000000", "XCLAIM K G M 0 I RETRYCOUNT 7", "XCLAIM K G M 0 I TIME 1000 LASTID I", "XCLAIM A G M 0 I WHAT",
	"XAUTOCLAIM K G M L S", "XAUTOCLAIM K G M L 0 COUNT C", "XAUTOCLAIM K G M 0 I COUNT 1", "XAUTOCLAIM K G M L 0 JUSTID",
	"XSETID K I",
	"XINFO STREAM A", "XINFO STREAM K FULL", "XINFO STREAM K FULL COUNT C", "XINFO GROUPS A", "XINFO CONSUMERS A G",
	"TYPE A", "EXISTS K A", "GET A", "EXPIRE K 100", "PERSIST K", "KEYS *", "SCAN 0 MATCH a* COUNT 100",
}

// disruptions take the ground from under what the templates built, so they come seldom.
var disruptions = []string{
	"DEL K", "UNLINK A", "SET text words", "SET A words", "RENAME K A", "RENAMENX K A", "COPY K A", "COPY K A REPLACE",
	"LPUSH A item", "XGROUP DESTROY A G", "XGROUP DELCONSUMER K G M", "XTRIM K MAXLEN 0",
	"XSETID K N ENTRIESADDED C MAXDELETEDID I", "XSETID A 20-0 ENTRIESADDED 30 MAXDELETEDID 4-0",
}

func anyCommand() *rapid.Generator[string] {
	ordinary, disruptive := anyOf(templates...), anyOf(disruptions...)
	kind := anyOf(append(slices.Repeat([]string{"ordinary"}, 31), "disruptive")...)
	return rapid.Custom(func(t *rapid.T) string {
		template := ordinary
		if kind.Draw(t, "kind") == "disruptive" {
			template = disruptive
		}
		words := strings.Fields(template.Draw(t, "template"))
		for i, word := range words {
			if slot, ok := slots[word]; ok {
				words[i] = slot.Draw(t, word)
			}
		}
		return strings.Join(words, " ")
	})
}

var slots = map[string]*rapid.Generator[string]{
	"K": genKey, "Q": genKey, "J": genID, "A": genAnyKey, "G": genGroup, "M": genConsumer, "I": genID, "N": genNewID,
	"P": rapid.Just("1-1 2-1 3-1 50-0 50-1 50-2 50-3 50-4 50-5"),
	"S": genStart, "E": genEnd, "C": genCount, "L": genIdle,
}

// sequence is a hand-written differential case, one command a line.
type sequence struct{ name, commands string }

//nolint:dupword // commands that repeat a word, and lines that repeat a command, are what some cases are about
var sequences = []sequence{
	{"special IDs", `
		XADD s 1-1 a b
		XADD s 2-1 a b
		XGROUP CREATE s g 0
		XGROUP SETID s g -
		XINFO GROUPS s
		XGROUP SETID s g +
		XINFO GROUPS s
		XREADGROUP GROUP g c STREAMS s >
		XGROUP SETID s g $
		XINFO GROUPS s
		XGROUP CREATE s h -
		XGROUP CREATE s i +
		XREAD STREAMS s -
		XREAD STREAMS s +
		XREAD STREAMS s $
		XREADGROUP GROUP g c STREAMS s +
		XREADGROUP GROUP g c STREAMS s -
		XREADGROUP GROUP g c STREAMS s $
		XACK s g -
		XACK s g +
		XACK s g $
		XDEL s -
		XDEL s +
		XDEL s $
		XCLAIM s g c 0 -
		XCLAIM s g c 0 +
		XCLAIM s g c 0 1-1 LASTID -
		XCLAIM s g c 0 1-1 LASTID +
		XCLAIM s g c 0 1-1 LASTID $
		XAUTOCLAIM s g c 0 -
		XAUTOCLAIM s g c 0 +
		XAUTOCLAIM s g c 0 $
		XAUTOCLAIM s g c 0 (1-1
		XSETID s +
		XSETID s -
		XSETID s $
		XSETID s 5 ENTRIESADDED 4 MAXDELETEDID -
		XSETID s 5 ENTRIESADDED 4 MAXDELETEDID +
		XTRIM s MINID -
		XTRIM s MINID +
		XTRIM s MINID $
		XADD s - a b
		XADD s + a b
		XADD s $ a b
		XADD s 9- a b
		XADD s MINID - 9-1 a b
		XRANGE s + -
		XRANGE s $ +
		XRANGE s - $
		XREVRANGE s - +
		XREVRANGE s $ -
		XPENDING s g - + 1
		XPENDING s g + - 1
		XPENDING s g $ + 1
	`},
	{"adding", `
		XADD s 1-1 a b
		XADD s 1-1 a b
		XADD s 1-* a b
		XADD s 0-0 a b
		XADD s 0-* a b
		XADD s 2 a b c d
		XADD s 2-x a b
		XADD s - a b
		XADD s + a b
		XADD s *
		XADD s 9-9 odd
		XADD s 18446744073709551615-18446744073709551615 a b
		XADD s * a b
		XADD s 5-* a b
		XLEN s
		XADD n NOMKSTREAM 1-1 a b
		EXISTS n
		XADD t 0-* a b
		XADD t MAXLEN 0 5-5 a b
		XINFO STREAM t
		XADD u 3-3 a b
		XADD u 3-18446744073709551615 a b
		XADD u MAXLEN -1 * a b
		XADD u MAXLEN x * a b
		XADD u MAXLEN ~ 1 LIMIT -1 * a b
		XADD u LIMIT 5 * a b
		XADD u MAXLEN = 1 LIMIT 5 * a b
		XADD u MAXLEN
		XADD`},
	{"exact trimming", `
		XADD s 1-1 a b
		XADD s 1-2 a b
		XADD s 2-1 a b
		XADD s 3-1 a b
		XADD s 4-1 a b
		XGROUP CREATE s g 0
		XREADGROUP GROUP g c COUNT 2 STREAMS s >
		XTRIM s MAXLEN 4
		XINFO STREAM s FULL
		XTRIM s MINID 3
		XINFO STREAM s FULL
		XREADGROUP GROUP g c STREAMS s 0
		XTRIM s MAXLEN 0
		XINFO STREAM s FULL
		XTRIM s MAXLEN
		XTRIM s
		XTRIM s FOO 1
		XTRIM nokey MAXLEN 1
		XTRIM s MAXLEN 1 MINID 1
		XTRIM s LIMIT 1 MAXLEN 1`},
	{"lag", `
		XGROUP CREATE s g 0 MKSTREAM
		XINFO GROUPS s
		XADD s 1-1 a b
		XADD s 2-1 a b
		XADD s 3-1 a b
		XADD s 4-1 a b
		XINFO GROUPS s
		XREADGROUP GROUP g c COUNT 1 STREAMS s >
		XINFO GROUPS s
		XDEL s 3-1
		XINFO GROUPS s
		XREADGROUP GROUP g c COUNT 1 STREAMS s >
		XINFO GROUPS s
		XREADGROUP GROUP g c COUNT 1 STREAMS s >
		XINFO GROUPS s
		XGROUP CREATE s late $
		XGROUP CREATE s middle 2-1
		XGROUP CREATE s arbitrary 2-5
		XGROUP CREATE s future 9-9
		XINFO GROUPS s
		XDEL s 1-1
		XINFO GROUPS s
		XDEL s 2-1 4-1
		XINFO GROUPS s
		XADD s 5-1 a b
		XINFO GROUPS s
		XGROUP SETID s g 0
		XINFO GROUPS s
		XGROUP SETID s g 0 ENTRIESREAD 2
		XINFO GROUPS s
		XSETID s 10-0 ENTRIESADDED 20 MAXDELETEDID 8-0
		XINFO GROUPS s
		XADD s 11-0 a b
		XREADGROUP GROUP g c STREAMS s >
		XINFO GROUPS s`},
	{"claiming", `
		XADD s 1-1 a b
		XADD s 2-1 a b
		XADD s 3-1 a b
		XGROUP CREATE s g 0
		XREADGROUP GROUP g c1 STREAMS s >
		XCLAIM s g c2 0 1-1
		XCLAIM s g c2 100000 2-1
		XINFO CONSUMERS s g
		XCLAIM s g c3 100000 2-1 9-9
		XINFO CONSUMERS s g
		XCLAIM s g c2 0 2-1 JUSTID
		XPENDING s g - + 10
		XCLAIM s g c2 0 2-1 RETRYCOUNT 9 IDLE 5000000
		XPENDING s g - + 10
		XPENDING s g IDLE 4000000 - + 10
		XPENDING s g IDLE 4000000 - + 10 c1
		XDEL s 1-1
		XCLAIM s g c1 0 1-1 2-1
		XPENDING s g - + 10
		XCLAIM s g c1 0 0-0 FORCE
		XADD s 4-1 a b
		XCLAIM s g c1 0 4-1
		XCLAIM s g c1 0 4-1 FORCE LASTID 4-1
		XINFO GROUPS s
		XPENDING s g - + 10
		XCLAIM s g c1 x 4-1
		XCLAIM s g c1 -5 4-1
		XCLAIM s g c1 0 4-1 IDLE x
		XCLAIM s g c1 0 4-1 TIME x
		XCLAIM s g c1 0 4-1 RETRYCOUNT x
		XCLAIM s g c1 0 4-1 RETRYCOUNT
		XCLAIM s g c1 0 4-1 NONSENSE
		XCLAIM s nog c1 0 4-1
		XCLAIM nokey g c1 0 4-1
		XCLAIM s g c1 0`},
	{"automatic claiming", `
		XADD s 1-1 a b
		XADD s 2-1 a b
		XADD s 3-1 a b
		XADD s 4-1 a b
		XADD s 5-1 a b
		XGROUP CREATE s g 0
		XREADGROUP GROUP g c1 STREAMS s >
		XAUTOCLAIM s g c2 100000 0
		XINFO CONSUMERS s g
		XAUTOCLAIM s g c2 0 0 COUNT 2
		XAUTOCLAIM s g c2 0 3-1 COUNT 2
		XAUTOCLAIM s g c2 0 (3-1 COUNT 1
		XDEL s 1-1 3-1
		XAUTOCLAIM s g c3 0 0 COUNT 2
		XAUTOCLAIM s g c3 0 2-1 COUNT 2 JUSTID
		XAUTOCLAIM s g c3 0 0 JUSTID
		XPENDING s g - + 10
		XAUTOCLAIM s g c3 0 18446744073709551615-18446744073709551615
		XAUTOCLAIM s g c3 0 (18446744073709551615-18446744073709551615
		XAUTOCLAIM s g c3 0 x
		XAUTOCLAIM s g c3 0 0 COUNT 0
		XAUTOCLAIM s g c3 0 0 COUNT x
		XAUTOCLAIM s g c3 0 0 WHAT
		XAUTOCLAIM s nog c3 0 0
		XAUTOCLAIM s g c3 x 0
		XAUTOCLAIM s g c3 0`},
	{"the claim cursor goes on after ten times COUNT", `
		XADD s 1-1 a b
		XADD s 1-2 a b
		XADD s 1-3 a b
		XADD s 1-4 a b
		XADD s 1-5 a b
		XADD s 1-6 a b
		XADD s 1-7 a b
		XADD s 1-8 a b
		XADD s 1-9 a b
		XADD s 1-10 a b
		XADD s 1-11 a b
		XADD s 1-12 a b
		XGROUP CREATE s g 0
		XREADGROUP GROUP g c1 STREAMS s >
		XAUTOCLAIM s g c2 1000000 0 COUNT 1
		XAUTOCLAIM s g c2 1000000 1-11 COUNT 1
		XINFO STREAM s FULL
		XINFO STREAM s FULL COUNT 3
		XINFO STREAM s FULL COUNT 0
		XINFO STREAM s FULL COUNT -4`},
	{"reading", `
		XADD s 1-1 a b
		XADD s 2-1 a b
		XADD t 1-5 c d
		XREAD STREAMS s 0
		XREAD COUNT 1 STREAMS s t 0 1-4
		XREAD STREAMS s t 2-1 9
		XREAD STREAMS s $
		XREAD STREAMS none 0
		XREAD COUNT 0 STREAMS s 0
		XREAD COUNT -3 STREAMS s 0
		XREAD COUNT x STREAMS s 0
		XREAD BLOCK x STREAMS s 0
		XREAD BLOCK -1 STREAMS s 0
		XREAD BLOCK 5 STREAMS s $
		XREAD STREAMS s t 0
		XREAD STREAMS s >
		XREAD GROUP g c STREAMS s 0
		XREAD NOACK STREAMS s 0
		XREAD WHAT STREAMS s 0
		XREAD COUNT 5 BLOCK 5
		XREAD STREAMS s 18446744073709551615-18446744073709551615
		XREAD STREAMS s +`},
	{"reading in groups", `
		XADD s 1-1 a b
		XADD s 2-1 a b
		XADD t 1-1 a b
		XGROUP CREATE s g 0
		XREADGROUP GROUP g c STREAMS s t > >
		XPENDING s g
		XGROUP CREATE t g 0
		XREADGROUP GROUP g c COUNT 1 STREAMS s t > >
		XREADGROUP GROUP g c STREAMS s t 0 0
		XREADGROUP GROUP g d STREAMS s t > >
		XREADGROUP GROUP g d STREAMS s t > >
		XREADGROUP GROUP g d STREAMS s 1-1
		XREADGROUP GROUP g c COUNT 1 STREAMS s 0
		XREADGROUP GROUP g new BLOCK 5 STREAMS s >
		XINFO CONSUMERS s g
		XDEL s 1-1
		XREADGROUP GROUP g c STREAMS s 0
		XPENDING s g - + 10
		XREADGROUP GROUP g c STREAMS s 18446744073709551615-18446744073709551615
		XREADGROUP GROUP g c STREAMS s $
		XREADGROUP GROUP g c STREAMS s x
		XREADGROUP GROUP nog c STREAMS s >
		XREADGROUP GROUP g c STREAMS nokey >
		XREADGROUP GROUP g c STREAMS s
		XREADGROUP GROUP g c STREAMS s t >
		XREADGROUP COUNT 1 BLOCK 1 STREAMS s >
		XREADGROUP STREAMS a b c 1 2 3
		XADD s 3-1 a b
		XREADGROUP GROUP g c NOACK STREAMS s >
		XINFO STREAM s FULL
		XGROUP SETID s g 0
		XREADGROUP GROUP g e STREAMS s >
		XPENDING s g
		XPENDING s g - + 10`},
	{"acknowledging", `
		XADD s 1-1 a b
		XADD s 2-1 a b
		XGROUP CREATE s g 0
		XREADGROUP GROUP g c STREAMS s >
		XACK s g 1-1 1-1 7-7
		XACK s g x
		XACK s nog 1-1
		XACK nokey g 1-1
		XACK s g
		XPENDING s g
		XPENDING s g - +
		XPENDING s g - + 10
		XPENDING s g IDLE 0 - +
		XPENDING s g IDLE x - + 10
		XPENDING s g - + x
		XPENDING s g - + -1
		XPENDING s g x + 1
		XPENDING s g (2-1 + 1
		XPENDING s g + - 10
		XPENDING s g - + 10 nobody
		XPENDING s nog
		XPENDING nokey g
		XACK s g 2
		XACK s g 2-1
		XPENDING s g`},
	{"groups", `
		XGROUP CREATE s g $
		XGROUP CREATE s g $ MKSTREAM
		XGROUP CREATE s g $ MKSTREAM
		XGROUP CREATE s g x
		XGROUP CREATE s h 5-5 ENTRIESREAD 3
		XGROUP CREATE s i 0 ENTRIESREAD -2
		XGROUP CREATE s i 0 WHAT
		XGROUP CREATE s i 0 ENTRIESREAD
		XINFO GROUPS s
		XINFO STREAM s
		XINFO STREAM s FULL
		XGROUP CREATECONSUMER s g c
		XGROUP CREATECONSUMER s g c
		XGROUP CREATECONSUMER s nog c
		XGROUP CREATECONSUMER nokey g c
		XINFO CONSUMERS s g
		XADD s 1-1 a b
		XREADGROUP GROUP g c STREAMS s >
		XREADGROUP GROUP g d STREAMS s >
		XGROUP DELCONSUMER s g c
		XGROUP DELCONSUMER s g nobody
		XGROUP DELCONSUMER s nog c
		XPENDING s g
		XINFO CONSUMERS s g
		XGROUP SETID s g $
		XGROUP SETID s g 0
		XGROUP SETID s g 0 ENTRIESREAD 9
		XGROUP SETID s g x
		XGROUP SETID s nog 0
		XGROUP SETID s g 0 MKSTREAM
		XGROUP DESTROY s g
		XGROUP DESTROY s g
		XGROUP DESTROY nokey g
		XGROUP NONSENSE s g
		XGROUP CREATE s
		XGROUP`},
	{"describing", `
		XINFO STREAM nokey
		XINFO GROUPS nokey
		XINFO CONSUMERS nokey g
		XADD s 1-1 a b c d
		XINFO STREAM s
		XINFO STREAM s FULL
		XINFO STREAM s WHAT
		XINFO STREAM s FULL COUNT
		XINFO STREAM s FULL COUNT x
		XINFO STREAM s FULL WHAT 1
		XINFO GROUPS s
		XINFO GROUPS s t
		XINFO CONSUMERS s g
		XINFO CONSUMERS s
		XINFO WHAT s
		XINFO STREAM
		XINFO`},
	{"wrong types", `
		SET s words
		XADD s 1-1 a b
		XADD s NOMKSTREAM 1-1 a b
		XLEN s
		XDEL s 1-1
		XTRIM s MAXLEN 1
		XRANGE s - +
		XREVRANGE s + -
		XREAD STREAMS s 0
		XREADGROUP GROUP g c STREAMS s >
		XACK s g 1-1
		XPENDING s g
		XCLAIM s g c 0 1-1
		XAUTOCLAIM s g c 0 0
		XGROUP CREATE s g 0
		XGROUP CREATE s g 0 MKSTREAM
		XGROUP DESTROY s g
		XINFO STREAM s
		XSETID s 1-1
		DEL s
		XADD s 1-1 a b
		GET s
		INCR s
		LPUSH s x
		HSET s a b
		TYPE s`},
	{"ranges", `
		XADD s 1-1 a b
		XADD s 1-2 a b
		XADD s 3-0 a b
		XRANGE s - +
		XRANGE s 1 1
		XRANGE s (1-1 (3-0
		XRANGE s 1-1 + COUNT 1
		XRANGE s - + COUNT 0
		XRANGE s - + COUNT -1
		XRANGE s - + COUNT x
		XRANGE s - + WHAT 1
		XRANGE s - + COUNT
		XRANGE s + -
		XRANGE s x +
		XRANGE s - x
		XRANGE s (- +
		XRANGE s (18446744073709551615-18446744073709551615 +
		XRANGE s - (0-0
		XREVRANGE s + - COUNT 2
		XREVRANGE s 1 -
		XREVRANGE s (3-0 (1-1
		XRANGE none - +
		XRANGE none - + COUNT 0
		XDEL s 1-2 1-2 9
		XDEL s x
		XDEL none x
		XRANGE s - +`},
	{"keys", `
		XADD s 1-1 a b
		XGROUP CREATE s g 0
		XREADGROUP GROUP g c STREAMS s >
		RENAME s t
		EXISTS s t
		XINFO STREAM t FULL
		COPY t u
		COPY t u
		XADD u 2-2 a b
		XACK u g 1-1
		XINFO STREAM t FULL
		XINFO STREAM u FULL
		RENAMENX t u
		RENAMENX t v
		RENAME v u
		XINFO STREAM u FULL
		RENAME u u
		RENAME nokey u
		XLEN u
		SET w words
		COPY u w
		COPY u w REPLACE
		XLEN w
		COPY u u
		RENAME w s
		SET s words
		TYPE s
		XLEN s
		SCAN 0 COUNT 100
		SCAN 0 COUNT 100 TYPE stream
		SCAN 0 COUNT 100 MATCH u*
		SCAN x
		SCAN 0 COUNT 0
		SCAN 0 COUNT x
		SCAN 0 WHAT 1
		KEYS *
		DBSIZE
		TYPE u
		EXPIRE u 100
		TTL u
		PERSIST u
		OBJECT ENCODING u
		UNLINK u nokey
		EXISTS u
		XADD u 1-1 a b
		XINFO STREAM u
		FLUSHALL SYNC
		FLUSHALL WHAT
		FLUSHDB ASYNC
		EXISTS u
		XADD u 1-1 a b
		XLEN u`},
	{"setting the last ID", `
		XSETID s 1-1
		XADD s 2-2 a b
		XSETID s 1-1
		XSETID s 3-3
		XINFO STREAM s
		XADD s 3-3 a b
		XSETID s 5-5 ENTRIESADDED 0
		XSETID s 5-5 ENTRIESADDED -1
		XSETID s 5-5 ENTRIESADDED x
		XSETID s 5-5 MAXDELETEDID 6-6
		XSETID s 5-5 MAXDELETEDID
		XSETID s 5-5 WHAT 1
		XSETID s 5-5 ENTRIESADDED 9 MAXDELETEDID 4-4
		XSETID s 4-3
		XINFO STREAM s
		XSETID s x`},
	{"transactions", `
		MULTI
		MULTI
		XADD s 1-1 a b
		XGROUP CREATE s g 0
		XREADGROUP GROUP g c BLOCK 0 STREAMS s >
		XREADGROUP GROUP g c BLOCK 0 STREAMS s >
		XLEN s
		SET k v
		INCR k
		EXEC
		EXEC
		DISCARD
		MULTI
		XADD s 2-2 a b
		DISCARD
		XLEN s
		MULTI
		XADD s
		NONSENSE
		EXEC
		WATCH s k
		XADD s 3-3 a b
		MULTI
		XLEN s
		EXEC
		WATCH s k
		SET k w
		MULTI
		XLEN s
		EXEC
		WATCH s k
		MULTI
		XLEN s
		EXEC
		WATCH new
		XADD new 1-1 a b
		MULTI
		EXEC
		WATCH s
		DEL s
		MULTI
		PING
		EXEC
		WATCH k
		SET k x
		UNWATCH
		MULTI
		GET k
		EXEC
		MULTI
		WATCH k
		DISCARD`},
	{"the rest of what clients send", `
		PING
		PING hello
		ECHO hello
		NONSENSE a b
		SELECT 0
		SELECT x
		SELECT 99
		CLIENT SETNAME desk
		CLIENT GETNAME
		CLIENT SETNAME
		CLIENT NONSENSE
		CLIENT UNBLOCK 999999
		CLIENT UNBLOCK x
		CLIENT UNBLOCK 1 WHAT
		CLIENT NO-EVICT ON
		CONFIG GET maxmemory
		CONFIG GET maxmemory-policy
		CONFIG GET appendonly
		CONFIG GET appendfsync
		CONFIG GET save
		CONFIG GET stream-node-max-e*
		CONFIG GET stream-node-max-bytes
		CONFIG GET nonsense
		CONFIG NONSENSE
		WAIT 0 0
		ROLE
		HELLO 4
		HELLO x
		HELLO 2 WHAT
		AUTH secret
		COMMAND INFO nonsense
		CLUSTER INFO
		ACL WHOAMI
		MEMORY USAGE none
		CLIENT KILL 1.2.3.4:5
		CLIENT KILL ID 999999
		CLIENT KILL ID x
		CLIENT KILL WHAT 1`},
}
