// Package tunnel reaches servers through an SSH bastion: a [Tunnel] is one SSH connection that carries every connection to
// Redis, and its Dial is a dialer for go-redis's options. It logs in with the keys of an agent or of files, accepts only host
// keys that known_hosts has, notices a bastion that is silent, and connects again by itself when it is back. It runs no
// command on the bastion and forwards no agent. What a person has in ~/.ssh/config isn't read. Start at [New].
package tunnel
