// Package cloudeventstest holds events that CloudEvents' own SDK for Go encodes against what this module reads of them. It has tests
// only, and stands apart so that the SDK stays out of the program.
package cloudeventstest
