package config

import "testing"

func TestAnEnvironmentsColourGoesByItsNameUnlessItIsChosen(t *testing.T) {
	for _, c := range []struct {
		profile Profile
		want    Color
	}{
		{Profile{Environment: "dev"}, ColorNone},
		{Profile{Environment: "prod"}, ColorRed},
		{Profile{Environment: "Production EU", Color: ColorAuto}, ColorRed},
		{Profile{Environment: "eu", Production: true, Color: ColorAuto}, ColorRed},
		{Profile{Environment: "staging", Color: ColorAuto}, ColorAmber},
		{Profile{Environment: "preprod", Color: ColorAuto}, ColorAmber},
		{Profile{Environment: "prod", Color: ColorViolet}, ColorViolet},
		{Profile{Environment: "prod", Color: ColorNone}, ColorNone},
	} {
		if got := c.profile.EnvironmentColor(); got != c.want {
			t.Errorf("%+v is %s, want %s", c.profile, got, c.want)
		}
	}
}

func TestAnUnknownColourNamesThoseThereAre(t *testing.T) {
	_, err := Decode("config.toml", []byte("[profiles.default]\ncolor = \"rde\"\n"))
	if err == nil || err.Error() == "" {
		t.Error("rde was taken for a colour")
	}
}
