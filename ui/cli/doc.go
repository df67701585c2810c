// Package cli is what a person or a script types: the commands of streamdesk, their flags, their output as text or JSON,
// and their exit codes. It asks package bus for everything about Redis, package config for every setting, and hands
// the screen to package ui. Start reading at [Main], then the command's own file.
package cli
