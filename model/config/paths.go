package config

import (
	"path/filepath"
	"slices"
	"strings"
)

// expandPaths replaces ~/ at the beginning of file names with the home directory, and moves the default audit file and
// state directory below $XDG_STATE_HOME. Other relative names stay relative to the working directory.
func (s *Settings) expandPaths(env func(string) (string, bool)) {
	if _, written := s.sources["desk.audit_file"]; !written {
		s.Desk.AuditFile = underHome(env, "XDG_STATE_HOME", ".local/state", "streamdesk", "audit.jsonl")
	}
	if _, written := s.sources["desk.state_dir"]; !written {
		s.Desk.StateDir = underHome(env, "XDG_STATE_HOME", ".local/state", "streamdesk")
	}
	home, _ := env("HOME")
	s.Desk.AuditFile, s.Desk.StateDir = underTilde(home, s.Desk.AuditFile), underTilde(home, s.Desk.StateDir)
	s.Work.WebsocketWorkers.TokenFile = underTilde(home, s.Work.WebsocketWorkers.TokenFile)
	if file, ok := strings.CutPrefix(string(s.Work.DBWriters.DSN), "sqlite:"); ok {
		s.Work.DBWriters.DSN = URL("sqlite:" + underTilde(home, file))
	}
	s.Work.LogAggregators.Path = underTilde(home, s.Work.LogAggregators.Path)
	s.Work.HTTP.TokenFile = underTilde(home, s.Work.HTTP.TokenFile)
	if command := s.Work.Exec.Command; len(command) > 0 {
		command[0] = underTilde(home, command[0])
	}
	s.Serve.expand(home)
	for i := range s.Watch {
		s.Watch[i].expand(home)
	}
	for i := range s.Schemas {
		s.Schemas[i].expand(home)
	}
	for name, profile := range s.Profiles {
		for _, path := range []*string{
			&profile.PasswordFile, &profile.TLS.CAFile, &profile.TLS.CertFile, &profile.TLS.KeyFile,
		} {
			*path = underTilde(home, *path)
		}
		for _, list := range []*List{&profile.SSH.KeyFiles, &profile.SSH.KnownHosts} {
			*list = slices.Clone(*list)
			for i := range *list {
				(*list)[i] = underTilde(home, (*list)[i])
			}
		}
		s.Profiles[name] = profile
	}
}

func underTilde(home, path string) string {
	if rest, ok := strings.CutPrefix(path, "~/"); ok && home != "" {
		return filepath.Join(home, rest)
	}
	return path
}
