package config_test

import (
	"fmt"
	"io/fs"

	"streamdesk/model/config"
)

// A command hands in os.LookupEnv and os.ReadFile, and one Override for each flag that was given.
func ExampleLoad() {
	settings, err := config.Load(config.Options{
		Profile: "prod",
		Overrides: []config.Override{
			{Flag: "--read-only", Key: "read_only", Value: "true"},
		},
		Env: func(name string) (string, bool) {
			value, ok := map[string]string{"HOME": "/home/ann", "STREAMDESK_DESK_THEME": "ansi"}[name]
			return value, ok
		},
		ReadFile: func(path string) ([]byte, error) {
			if path != "/home/ann/.config/streamdesk/config.toml" {
				return nil, fs.ErrNotExist
			}
			return []byte("[profiles.prod]\nredis = 'rediss://ann:secret@redis.example.com'"), nil
		},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	active := settings.Active()
	fmt.Println(active.Redis, "from", settings.Source("profiles.prod.redis"))
	fmt.Println("read only:", active.ReadOnly, "from", settings.Source("profiles.prod.read_only"))
	fmt.Println("theme:", settings.Desk.Theme, "from", settings.Source("desk.theme"))
	// Output:
	// rediss://ann:***@redis.example.com from /home/ann/.config/streamdesk/config.toml:2:1
	// read only: true from --read-only
	// theme: ansi from STREAMDESK_DESK_THEME
}
