package config

import (
	"io/fs"
	"strings"
	"testing"
)

func TestPasswordComesFromItsVariableOrItsFile(t *testing.T) {
	machine := machine{
		env:   map[string]string{"REDIS_PASSWORD": "from env", "EMPTY": ""},
		files: map[string]string{"pw": "from file\n", "crlf": "from windows\r\nmore", "blank": "\n"},
	}.options()
	tests := []struct {
		name    string
		profile Profile
		want    string
		mend    string // part of the error
	}{
		{"neither", Profile{}, "", ""},
		{"variable", Profile{PasswordEnv: "REDIS_PASSWORD"}, "from env", ""},
		{"variable not set", Profile{PasswordEnv: "NOT_THERE"}, "", "NOT_THERE is not set; set it"},
		{"variable empty", Profile{PasswordEnv: "EMPTY"}, "", "EMPTY is not set; set it"},
		{"file", Profile{PasswordFile: "pw"}, "from file", ""},
		{"file of another system", Profile{PasswordFile: "crlf"}, "from windows", ""},
		{"file without a first line", Profile{PasswordFile: "blank"}, "", "write the password there"},
		{"file not there", Profile{PasswordFile: "gone"}, "", fs.ErrNotExist.Error()},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := test.profile.Password(machine.Env, machine.ReadFile)
			if got != test.want {
				t.Errorf("got %q", got)
			}
			if (err == nil) != (test.mend == "") || err != nil && !strings.Contains(err.Error(), test.mend) {
				t.Errorf("got error %v", err)
			}
		})
	}
}
