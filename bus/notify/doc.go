// Package notify tells others of alerts without a screen: when each begins and when it ends, once, to webhooks and commands. What
// isn't told yet is kept in a file, so that a restart neither repeats nor loses it; many alerts at once are one message; a receiver
// that fails is tried again. It leaves judging to package health and looking to its caller. Start reading at [Watcher].
package notify
