// Package watermilltest holds the bus to another project's idea of what a message bus has to do: its test runs the universal
// suite of ThreeDotsLabs' watermill, which is meant for any publisher and subscriber, over a thin adapter on a real redis-server.
// There is nothing in it but tests, so that nobody who uses the bus compiles watermill.
package watermilltest
