package doctor

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

func (d *diagnosis) server() []Finding {
	s := d.Server
	if s.Withheld != "" {
		return []Finding{{
			Severity: Info, Message: "the server doesn't say what it is: " + s.Withheld,
			Why:  "Its version, its role, its memory and what it writes to disk are not among these findings; streams and groups are.",
			Mend: "allow it to this user: " + d.redis("ACL", "SETUSER", "NAME", "+info", "+config|get"),
		}}
	}
	words := []string{strings.TrimSpace(s.Name + " " + s.Version)}
	for _, word := range []string{s.Mode, s.Role} {
		if word != "" {
			words = append(words, word)
		}
	}
	if s.Embedded {
		words = append(words, "embedded in this program")
	}
	if s.Uptime > 0 {
		words = append(words, "up "+span(s.Uptime))
	}
	found := []Finding{{Message: strings.Join(words, ", ")}}
	if s.Role == "slave" {
		found = append(found, Finding{
			Severity: Warning, Message: "this server is a replica",
			Why:  "A replica takes no writes, so nothing can be published, acknowledged or repaired here.",
			Mend: "name its master with --redis; " + d.redis("INFO", "replication") + " tells where it is",
		})
	}
	return found
}

// tunnel reports the bastion that the server is reached through.
func (d *diagnosis) tunnel() []Finding {
	if d.Bastion == "" {
		return nil
	}
	return []Finding{{
		Severity: Info, Message: "the server is reached through the SSH bastion " + d.Bastion,
		Why: "What the bastion adds is part of every round trip, and the address of the server is the one that the bastion sees: redis-cli is run there.",
	}}
}

// newerCommands is the first version whose commands are reported when the bus uses them, and not taken for granted.
const newerCommands = "Redis 8"

// capabilities reports what the server lacks, what streamdesk does instead, and which newer commands it uses.
func (d *diagnosis) capabilities() []Finding {
	can := d.Server.Can
	var found []Finding
	var withheld, used []string
	for _, c := range []struct {
		there             bool
		name, since, then string
	}{
		{can.FullInfo, "XINFO STREAM … FULL", "Redis 6.0", "streamdesk asks for groups and consumers in more round trips."},
		{can.AutoClaim, "XAUTOCLAIM", "Redis 6.2", "The bus finds the entries of dead consumers with XPENDING and XCLAIM, in more round trips."},
		{can.PendingIdle, "XPENDING … IDLE", "Redis 6.2", "streamdesk reads pending entries in pages and filters them by idle time itself."},
		{can.TrimMinID, "XTRIM … MINID", "Redis 6.2", "A trim goes by a script, 500 entries at a time."},
		{can.Lag, "the lag of groups", "Redis 7.0", "Lag and entries read are shown as unknown (?), and so is the time to drain."},
		{can.ActiveTime, "the time since a consumer last got an entry", "Redis 7.2", "A consumer that asks for entries and gets none looks the same as one that works."},
		{can.WaitAOF, "WAITAOF", "Redis 7.2", "A publisher can't wait until its event is on disk; WAIT tells of replicas only."},
		{can.TrimAcked, "XTRIM … ACKED", "Redis 8.2", "A trim looks at the groups first; one that is made or set back between the look and the trim can miss entries."},
		{can.DeleteReferences, "XDELEX … DELREF", "Redis 8.2", "Entries that are deleted while pending stay in the pending entries lists until a consumer's sweep clears them."},
		{can.ReadClaims, "XREADGROUP … CLAIM", "Redis 8.4", "Consumers walk through the pending entries to find those of dead ones, which costs the server the more the longer the list is."},
		{can.Idempotent, "XADD … IDMP", "Redis 8.6", "An event whose reply was lost is looked for and sent again; where that can't tell, a stream may hold it twice, under the same event ID."},
	} {
		if c.there && c.since >= newerCommands {
			used = append(used, c.name)
		}
		if !c.there && can.Withheld {
			withheld = append(withheld, c.name)
			continue
		}
		if !c.there {
			found = append(found, Finding{
				Severity: Info, Message: "the server lacks " + c.name, Why: c.then,
				Mend: "nothing has to be done; " + d.came(c.since),
			})
		}
	}
	if len(used) > 0 {
		found = append(found, Finding{
			Severity: OK, Message: "used where they serve: " + strings.Join(used, ", "),
			Why: "Each does in one command what takes a script, several commands or a gap between a look and a change without it.",
		})
	}
	if len(withheld) > 0 {
		found = append(found, Finding{
			Severity: Info, Message: "the server doesn't say whether it has " + strings.Join(withheld, ", "),
			Why:  "COMMAND is denied to this user, so what can't be seen in other ways is taken as missing, and done without.",
			Mend: "nothing has to be done, or allow it: " + d.redis("ACL", "SETUSER", "NAME", "+command"),
		})
	}
	return found
}

// clock reports when the ages of entries are measured by another clock than the one that made their IDs.
func (d *diagnosis) clock() []Finding {
	if !d.Second.OwnClock {
		return nil
	}
	return []Finding{{
		Severity: Info, Message: "the server doesn't tell the time (TIME is denied)",
		Why:  "Ages of entries are measured by this machine's clock, and are as far off as the two clocks differ; idle times are the server's own.",
		Mend: "allow it to this user: " + d.redis("ACL", "SETUSER", "NAME", "+time"),
	}}
}

// came says which server has something that came with a version of Redis, in terms of the examined make.
func (d *diagnosis) came(redis string) string {
	switch {
	case d.Server.Name != valkey:
		return "it came with " + redis
	case redis <= valkeySince:
		return "every version of Valkey has it, so a rule or a rename must hide it here"
	default:
		return "no version of Valkey is known to have it"
	}
}

const (
	// valkey is the name that Valkey reports; valkeySince is the version of Redis whose commands its first release has.
	valkey      = "valkey"
	valkeySince = "Redis 7.2"
)

// durability reports what a crash would lose.
func (d *diagnosis) durability() []Finding {
	if d.Server.Withheld != "" && !d.Server.Durability.Known {
		return nil // said once
	}
	durability := d.Server.Durability
	on := d.redis("CONFIG", "SET", "appendonly", "yes") + " && " + d.redis("CONFIG", "SET", "appendfsync", "everysec") +
		" && " + d.redis("CONFIG", "REWRITE")
	f := Finding{Message: durability.String()}
	switch {
	case d.Server.Embedded:
		f.Severity, f.Message, f.Why = Info, "nothing is written to disk", "The server is part of this program, and everything is gone when it ends."
	case !durability.Known:
		f.Severity, f.Message = Info, "the server doesn't tell what it writes to disk"
		f.Why = "It denies CONFIG GET, as managed servers do, so what a crash would cost can't be told."
		f.Mend = "ask who runs it, or allow it: " + d.redis("ACL", "SETUSER", "NAME", "+config|get")
	case !durability.AOF && !durability.RDB:
		f.Severity, f.Message = Warning, "nothing is written to disk"
		f.Why, f.Mend = "When the server crashes or is restarted, every event, group and pending entry is lost.", on
	case !durability.AOF:
		f.Severity, f.Message = Warning, "only snapshots are written to disk (RDB, save "+durability.Save+")"
		f.Why, f.Mend = "A crash loses every event and every ack since the last snapshot"+snapshots(durability.Save)+".", on
	case durability.Fsync == "always":
		f.Message = durability.String() + ": what the server has confirmed is on disk"
	case durability.Fsync == "no":
		f.Severity, f.Message = Warning, "an append-only file is written, and the operating system decides when (appendfsync no)"
		f.Why = "A crash of the machine loses what the system had not written yet, usually up to 30 seconds of events."
		f.Mend = d.redis("CONFIG", "SET", "appendfsync", "everysec") + " && " + d.redis("CONFIG", "REWRITE")
	default:
		f.Severity, f.Message = Info, "an append-only file is written once a second (appendfsync everysec)"
		f.Why = "A crash of the machine can lose up to about one second of events and acks that were confirmed already; " +
			"a crash of redis-server alone loses nothing."
		f.Mend = "where that second counts: " + d.redis("CONFIG", "SET", "appendfsync", "always")
		if d.Server.Can.WaitAOF {
			f.Mend += ", or have publishers wait with WAITAOF"
		}
	}
	return []Finding{f}
}

// snapshots returns the max delay until a change is saved, for save rules such as "3600 1 300 100".
func snapshots(save string) string {
	longest := 0
	fields := strings.Fields(save)
	for i := 0; i+1 < len(fields); i += 2 {
		if n, err := strconv.Atoi(fields[i]); err == nil {
			longest = max(longest, n)
		}
	}
	if longest == 0 {
		return ""
	}
	return ", up to " + span(time.Duration(longest)*time.Second) + " of them"
}

// eviction reports the policy: a stream is evicted whole, with its groups and pending entries.
func (d *diagnosis) eviction() []Finding {
	if d.Server.Withheld != "" {
		return nil // said once
	}
	policy := d.Server.MaxMemoryPolicy
	f := Finding{Mend: d.redis("CONFIG", "SET", "maxmemory-policy", "noeviction") + " && " + d.redis("CONFIG", "REWRITE")}
	unlimited := d.Server.MaxMemory.Known && d.Server.MaxMemory.N == 0
	switch {
	case policy == "noeviction":
		return []Finding{{Message: "the server evicts nothing (noeviction)"}}
	case policy == "":
		return []Finding{{
			Severity: Info, Message: "the server doesn't tell its maxmemory-policy",
			Why: "With any other than noeviction, a full server deletes whole streams.", Mend: "ask who runs it for noeviction",
		}}
	case strings.HasPrefix(policy, "volatile-"):
		f.Severity, f.Message = Info, "maxmemory-policy is "+policy
		f.Why = "When the memory is full, streams that have a time to live are deleted whole, with their groups and pending entries."
	case unlimited:
		f.Severity, f.Message = Warning, "maxmemory-policy is "+policy+", with no maxmemory yet"
		f.Why = "As soon as somebody sets a limit, a full server deletes whole streams, with their groups and pending entries."
	default:
		f.Severity, f.Message = Critical, "maxmemory-policy is "+policy
		f.Why = "When the memory is full, the server deletes whole streams, with their groups and pending entries, and tells nobody."
	}
	return []Finding{f}
}

// memory reports how full the server is.
func (d *diagnosis) memory() []Finding {
	used, most := d.Server.UsedMemory, d.Server.MaxMemory
	switch {
	case d.Server.Withheld != "":
		return nil // said once
	case !used.Known || !most.Known:
		return []Finding{{
			Severity: Info, Message: "the server doesn't tell how much memory it uses",
			Why: "How long it can take more events can't be told.",
		}}
	case most.N == 0:
		return []Finding{{
			Severity: Info, Message: megabytes(used.N) + " used, with no limit (maxmemory 0)",
			Why:  "A server without a limit grows until the operating system kills it.",
			Mend: "set a limit under the machine's memory, such as " + d.redis("CONFIG", "SET", "maxmemory", "4gb"),
		}}
	}
	share := float64(used.N) / float64(most.N)
	f := Finding{
		Message: fmt.Sprintf("%s of %s used (%.0f%%)", megabytes(used.N), megabytes(most.N), 100*share),
	}
	if share < d.NearlyFull {
		return []Finding{f}
	}
	f.Severity = Warning
	if share >= d.Full {
		f.Severity = Critical
	}
	f.Why = "A full server refuses every publish (OOM), or evicts whole streams, as its policy says."
	f.Mend = "trim the longest streams, which " + d.desk("streams") + " shows, or raise the limit: " +
		d.redis("CONFIG", "SET", "maxmemory", strconv.FormatInt(2*most.N, 10))
	return []Finding{f}
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }

// span formats a duration in its two largest units, and omits the smaller one when it is 0.
func span(d time.Duration) string {
	const day = 24 * time.Hour
	two := func(great, less time.Duration, g, l string) string {
		text := strconv.Itoa(int(d/great)) + g
		if rest := d % great / less; rest > 0 {
			text += strconv.Itoa(int(rest)) + l
		}
		return text
	}
	switch {
	case d < time.Second:
		return d.Truncate(time.Millisecond).String()
	case d < time.Minute:
		return two(time.Second, time.Second, "s", "")
	case d < time.Hour:
		return two(time.Minute, time.Second, "m", "s")
	case d < day:
		return two(time.Hour, time.Minute, "h", "m")
	default:
		return two(day, time.Hour, "d", "h")
	}
}

// many formats a number with its noun, in the plural unless n is 1.
func many(n int64, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.FormatInt(n, 10) + " " + more
}
