// Package jq tells whether an event's data meets a jq expression, at a cost that is bounded whatever the expression: it
// runs the part of jq that looks at a value (paths, comparisons, tests, selections) on gojq, counts every step and
// every value that is walked through, and gives up when an entry has had its share. What builds values without
// end (definitions, reduce, assignments), reads anything but the data, or looks at a clock is refused beforehand. It
// leaves which entries there are, and what becomes of those it can't decide, to the filter. Start reading at [Compile].
package jq
