package program

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/model/config"
)

// reachTimeout is the max time to check whether the addresses that a cluster announces can be reached from here. An
// error about them must appear within a second.
const reachTimeout = 800 * time.Millisecond

// WholeCluster returns a client of the whole cluster, and a line about it for the person. It replaces a client that
// [bus.Open] refused because its server is a cluster node. It only queries the refused client, and leaves it open.
// The settings are those that the refused client was made with.
func WholeCluster(
	ctx context.Context, p *Program, refused redis.UniversalClient, settings *config.Settings,
) (whole redis.UniversalClient, note string, err error) {
	single, ok := refused.(*redis.Client)
	if !ok {
		return nil, "", errors.New("only a client of a single server is one of a node")
	}
	from := single.Options()
	if from.DB != 0 {
		return nil, "", fmt.Errorf("it is a node of a cluster, of which only database 0 is used: leave database %d out of the URL", from.DB)
	}
	masters, err := announced(ctx, single)
	if err != nil {
		return nil, "", err
	}
	way, _, err := p.way(settings)
	if err != nil {
		return nil, "", err
	}
	missing := unreached(ctx, masters, way)
	if len(missing) == len(masters) {
		return nil, "", fmt.Errorf("it is a node of a cluster that announces its nodes as %s, and none of these can be reached from here: "+
			"set cluster-announce-ip, -hostname and -port on the nodes to what can be, or run this where they are", strings.Join(masters, ", "))
	}
	note = fmt.Sprintf("%s is a node of a cluster: all of its %d masters are used", from.Addr, len(masters))
	if len(masters) == 1 {
		note = fmt.Sprintf("%s is a node of a cluster, with one master", from.Addr)
	}
	if len(missing) > 0 {
		note += fmt.Sprintf("; %s can't be reached from here", strings.Join(missing, ", "))
	}
	return redis.NewClusterClient(clusterOptions(p, from, masters, way, settings.Active())), note, nil
}

// clusterOptions returns the options of one node's client for all nodes.
func clusterOptions(p *Program, from *redis.Options, masters []string, way dialFunc, profile config.Profile) *redis.ClusterOptions {
	security := clusterTLS(from, masters)
	return &redis.ClusterOptions{
		Addrs: masters, Username: from.Username, Password: from.Password, TLSConfig: security, Protocol: from.Protocol,
		Dialer:    dialer(p, &redis.Options{DialTimeout: from.DialTimeout, TLSConfig: security}, way, profile),
		OnConnect: from.OnConnect, ContextTimeoutEnabled: from.ContextTimeoutEnabled, DialTimeout: from.DialTimeout, DialerRetries: from.DialerRetries,
		ReadTimeout: from.ReadTimeout, WriteTimeout: from.WriteTimeout, PoolSize: from.PoolSize, MaxRetries: from.MaxRetries,
	}
}

// clusterTLS returns the TLS settings for all nodes. Certificates must contain the name in the URL when all nodes are
// announced by IP address; a node announced by name must have that name in its certificate.
func clusterTLS(from *redis.Options, masters []string) *tls.Config {
	if from.TLSConfig == nil {
		return nil
	}
	c := from.TLSConfig.Clone()
	for _, master := range masters {
		if host, _, err := net.SplitHostPort(master); err == nil && net.ParseIP(host) == nil {
			c.ServerName = ""
		}
	}
	return c
}

// announced returns the addresses of the masters that have slots, as the node reports them (CLUSTER SLOTS). A missing
// host or port is replaced by that of the node itself.
func announced(ctx context.Context, node *redis.Client) ([]string, error) {
	slots, err := node.ClusterSlots(ctx).Result() //nolint:staticcheck // CLUSTER SHARDS came with Redis 7
	if err != nil {
		return nil, fmt.Errorf("it is a node of a cluster, and doesn't tell the other nodes: %w", err)
	}
	ownHost, ownPort, err := net.SplitHostPort(node.Options().Addr)
	if err != nil { // a unix socket: the cluster's nodes are on this machine, or report their addresses
		ownHost, ownPort = "127.0.0.1", "0"
	}
	var masters []string
	seen := make(map[string]bool)
	for _, share := range slots {
		if len(share.Nodes) == 0 {
			continue
		}
		host, port, err := net.SplitHostPort(share.Nodes[0].Addr)
		if err != nil {
			continue
		}
		if host == "" || host == "?" {
			host = ownHost
		}
		if ip, own := net.ParseIP(host), net.ParseIP(ownHost); ip.IsLoopback() && ownHost != "localhost" && !own.IsLoopback() {
			host = ownHost // as go-redis does
		}
		if n, err := strconv.Atoi(port); err != nil || n == 0 {
			port = ownPort
		}
		if addr := net.JoinHostPort(host, port); !seen[addr] {
			seen[addr] = true
			masters = append(masters, addr)
		}
	}
	if len(masters) == 0 {
		return nil, errors.New("it is in cluster mode and knows of no slots yet: " +
			"make the cluster first, with 'redis-cli --cluster create HOST:PORT …', or give it a cluster to join")
	}
	return masters, nil
}

// unreached returns the addresses that don't accept a connection within [reachTimeout].
func unreached(ctx context.Context, addrs []string, way dialFunc) []string {
	if way == nil {
		way = new(net.Dialer).DialContext
	}
	ctx, cancel := context.WithTimeout(ctx, reachTimeout)
	defer cancel()
	failed := make([]bool, len(addrs))
	var looks sync.WaitGroup
	for i, addr := range addrs {
		looks.Go(func() {
			conn, err := way(ctx, "tcp", addr)
			if failed[i] = err != nil; err == nil {
				_ = conn.Close() // only the connecting was tested
			}
		})
	}
	looks.Wait()
	var missing []string
	for i, addr := range addrs {
		if failed[i] {
			missing = append(missing, addr)
		}
	}
	return missing
}

// TellNote writes a line about the connection to stderr.
func (p *Program) TellNote(note string) {
	if note != "" {
		fmt.Fprintln(p.Err, note)
	}
}
