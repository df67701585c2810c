package wire

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/model"
)

// Look is a read-only connection: it sends only a [Read], and gives no access to the [Conn].
type Look struct{ conn *Conn }

// Look returns a [Look] of the connection.
func (c *Conn) Look() Look { return Look{c} }

// Node is one of the servers that hold the bus's keys; the zero Node is the one that the client picks.
type Node struct{ sender Sender }

// NodeKeys holds keys that are on one node.
type NodeKeys struct {
	Node Node
	Keys []string
}

// Prefix returns the prefix of the keys of the bus's streams.
func (l Look) Prefix() string { return l.conn.Prefix }

// Clustered reports whether the keys of one command must be in one slot.
func (l Look) Clustered() bool { return l.conn.Clustered() }

// Learned returns what is known about the server.
func (l Look) Learned() *Learned { return &l.conn.Learned }

// Capabilities returns the capabilities of the connection's server.
func (l Look) Capabilities(ctx context.Context) (model.Capabilities, error) {
	return l.conn.Capabilities(ctx)
}

// Guard returns work wrapped so that its panic is reported, when Crash is set.
func (l Look) Guard(work func()) func() { return l.conn.Guard(work) }

// WatchWait returns a new watch of the waits of one part of the bus.
func (l Look) WatchWait(part string) *WaitWatch { return l.conn.WatchWait(part, "") }

// EachMaster calls do for every server that holds keys, in a cluster for several at a time, and returns the first error.
func (l Look) EachMaster(ctx context.Context, do func(context.Context, Node) error) error {
	return eachMaster(ctx, l.conn.looking(), func(ctx context.Context, to Sender) error { return do(ctx, Node{to}) })
}

// patience returns how long a small query to a node of a cluster may take: a frozen node must not delay it for as long as the
// client waits for a large reply. 0 leaves the limit to the client.
func (l Look) patience() time.Duration {
	if l.Clustered() {
		return ReadMargin
	}
	return 0
}

// Patient returns a context for small queries.
func (l Look) Patient(ctx context.Context) (context.Context, context.CancelFunc) {
	return patient(ctx, l.patience())
}

// ScanKeys is [Conn.ScanKeys].
func (l Look) ScanKeys(ctx context.Context, each func(keys []Reply) error) error {
	return l.conn.ScanKeys(ctx, l.conn.looking(), l.patience(), each)
}

// ScanScheduled is [Conn.ScanScheduled].
func (l Look) ScanScheduled(ctx context.Context, each func(keys []Reply) error) error {
	return l.conn.ScanScheduled(ctx, l.conn.looking(), l.patience(), each)
}

// ScanDeadLetters is [Conn.ScanDeadLetters].
func (l Look) ScanDeadLetters(ctx context.Context, each func(keys []Reply) error) error {
	return l.conn.ScanDeadLetters(ctx, l.conn.looking(), l.patience(), each)
}

// ScanPage is [Conn.ScanPage].
func (l Look) ScanPage(ctx context.Context, node Node, cursor string) (next string, keys []Reply, err error) {
	return l.conn.patientScan(ctx, l.to(node), cursor, l.conn.pattern(), l.patience())
}

// ByNode groups keys by the node that holds them: all of them together when there is no cluster. Keys whose node is unknown
// form one group for the cluster's client, which finds the nodes or returns an error.
func (l Look) ByNode(ctx context.Context, keys []string) []NodeKeys {
	cluster, ok := l.conn.looking().(*redis.ClusterClient)
	if !ok || len(keys) == 0 {
		return []NodeKeys{{Keys: keys}}
	}
	var parts []NodeKeys
	index := make(map[Node]int)
	for _, key := range keys {
		var node Node
		if master, err := cluster.MasterForKey(ctx, key); err == nil {
			node.sender = master
		}
		i, ok := index[node]
		if !ok {
			i = len(parts)
			index[node] = i
			parts = append(parts, NodeKeys{Node: node})
		}
		parts[i].Keys = append(parts[i].Keys, key)
	}
	return parts
}

func (l Look) to(n Node) Sender {
	if n.sender == nil {
		return l.conn.looking()
	}
	return n.sender
}

// Do sends a command and returns the reply.
func (l Look) Do(ctx context.Context, r Read) (Reply, error) { return l.DoOn(ctx, Node{}, r) }

// DoOn is [Look.Do] on a given node.
func (l Look) DoOn(ctx context.Context, node Node, r Read) (Reply, error) {
	if l.conn.Shared.Window <= 0 {
		return l.conn.DoOn(ctx, l.to(node), r.args...)
	}
	replies, err := l.conn.Shared.ask(ctx, node, []Read{r}, func() ([]Reply, error) {
		reply, err := l.conn.DoOn(ctx, l.to(node), r.args...)
		return []Reply{reply}, err
	})
	if len(replies) == 0 {
		return Reply{}, err
	}
	return replies[0], err
}

// Again resends a command that a node refused, to the node that go-redis then finds.
func (l Look) Again(ctx context.Context, r Read) (Reply, error) {
	return l.conn.again(ctx, l.conn.looking(), r.args)
}

// Pipeline sends all commands in one round trip. The error is one of the connection; each reply has its own.
func (l Look) Pipeline(ctx context.Context, reads []Read) ([]Reply, error) {
	return l.PipelineOn(ctx, Node{}, reads)
}

// PipelineOn is [Look.Pipeline] on a given node.
func (l Look) PipelineOn(ctx context.Context, node Node, reads []Read) ([]Reply, error) {
	return l.conn.Shared.ask(ctx, node, reads, func() ([]Reply, error) { return l.conn.PipelineOn(ctx, l.to(node), args(reads)) })
}

// RawPipeline sends all commands in one round trip and returns their unparsed replies.
func (l Look) RawPipeline(ctx context.Context, reads []Read) ([][]byte, error) {
	return l.conn.rawPipeline(ctx, l.conn.looking(), args(reads))
}

// Buffered is [Look.RawPipeline] to a node, into buffers of about the size of the replies. go-redis doesn't retry what it
// writes to a buffer, so a second attempt is made here when the connection had died meanwhile.
func (l Look) Buffered(ctx context.Context, node Node, reads []Read, buffers *[]*Buffer) ([][]byte, error) {
	if len(reads) == 0 {
		return nil, nil
	}
	for len(*buffers) < len(reads) {
		*buffers = append(*buffers, &Buffer{})
	}
	pipe := l.to(node).Pipeline()
	cmds := make([]*redis.RawWriteToCmd, len(reads))
	for i, r := range reads {
		cmds[i] = redis.NewRawWriteToCmd(ctx, (*buffers)[i], r.args...)
		if err := pipe.Process(ctx, cmds[i]); err != nil {
			return nil, err
		}
	}
	_, err := pipe.Exec(ctx)
	raws := make([][]byte, len(reads))
	for i, cmd := range cmds {
		raw := (*buffers)[i].Take()
		raws[i] = raw[max(len(raw)-int(cmd.Val()), 0):] // earlier bytes came over a connection that broke
	}
	if err != nil && ctx.Err() == nil {
		return l.conn.rawPipeline(ctx, l.to(node), args(reads))
	}
	return raws, err
}

// ReadEntries parses the reply to a [Range] or [RangeBack], or asks again when the reply is a node's refusal.
func (l Look) ReadEntries(ctx context.Context, stream string, raw []byte, r Read) ([]model.Entry, error) {
	return l.readEntries(ctx, stream, raw, r, &EntryBatch{})
}

func (l Look) readEntries(ctx context.Context, stream string, raw []byte, r Read, batch *EntryBatch) ([]model.Entry, error) {
	err := batch.Read(&Parser{S: TextOf(raw)}, stream)
	var why ServerError
	if errors.As(err, &why) && RefusedByNode(Reply{Kind: KindError, Text: string(why)}) {
		reply, err := l.Again(ctx, r)
		return reply.Entries(stream), err
	}
	return batch.Entries, err
}
