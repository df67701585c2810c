package consume

import (
	"context"

	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// beginScript sets the limit KEYS[1] to ARGV[1] events per second, unless another is set that didn't come from settings: "begun"
// holds the limit that did. It returns the limit that holds.
const beginScript = `local set = redis.call('HGET', KEYS[1], 'per_second')
if set and set ~= redis.call('HGET', KEYS[1], 'begun') then return set end
redis.call('HSET', KEYS[1], 'per_second', ARGV[1], 'begun', ARGV[1])
return ARGV[1]`

// beginLimit sets the limit that the consumer's options have for its group: once, so that what a person sets afterwards holds. It is
// tried again after a failure that may pass; a user who may not run the script is not asked for again.
func (c *consumer) beginLimit(ctx context.Context) {
	if c.options.Limit == 0 || c.limitBegun {
		return
	}
	limited, cancel := context.WithTimeout(ctx, controlEvery)
	defer cancel()
	key := model.LimitKey(c.all.conn.Prefix, c.group)
	_, err := c.do(limited, "EVAL", beginScript, 1, key, model.RateText(c.options.Limit))
	c.limitBegun = err == nil || wire.RefusesCommand(err)
}
