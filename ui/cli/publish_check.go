package cli

import (
	"fmt"

	"streamdesk/model"
	"streamdesk/model/config"
	"streamdesk/model/payload/schema/jsonschema"
	"streamdesk/model/words"
	"streamdesk/ui/cli/program"
)

// publishCheck checks events by the JSON Schemas of the settings before they are published.
type publishCheck struct {
	program *program.Program
	schemas *jsonschema.Checker
	unfit   int // the number of events that don't fit and are published nonetheless
}

func newPublishCheck(p *program.Program, settings *config.Settings) (*publishCheck, error) {
	schemas, err := p.SchemaCheck(settings)
	return &publishCheck{program: p, schemas: schemas}, err
}

// fits returns the error of an event that isn't to be published because it doesn't fit its schema. One that is published
// nonetheless is told on stderr, after its place, such as "events.jsonl, line 3: ".
func (c *publishCheck) fits(e *model.Event, place string) error {
	wrong := c.schemas.Check(e)
	switch {
	case wrong == nil:
		return nil
	case wrong.Refused:
		return fmt.Errorf("%s: %w", e.Type, wrong)
	}
	c.unfit++
	if c.unfit <= maxLeftOutTold {
		c.program.Say("warning: %s%s: %v", place, e.Type, wrong)
	}
	return nil
}

// sum tells how many events were published although they don't fit, when not all of them were named.
func (c *publishCheck) sum() {
	if c.unfit > maxLeftOutTold {
		c.program.Say("warning: %s in all didn't fit the schema", words.Plural(c.unfit, "event"))
	}
}
