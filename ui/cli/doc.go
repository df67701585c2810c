// Package cli holds the command line of streamdesk: the commands, their flags, their output as text or JSON, and their
// exit codes. It uses package bus for everything about Redis, package config for every setting, and package ui for the
// screen. Start reading at [Main], then the command's own file.
package cli
