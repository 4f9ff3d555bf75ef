package queue

import (
	"crypto/tls"
	"net"
	"net/url"
	"strings"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// address is a parsed URL of a Redis.
type address struct {
	// kind is "", "sentinel" or "cluster".
	kind string
	// hosts are host:port: of the server, of the sentinels, or of some of the
	// cluster's nodes.
	hosts []string
	// master is what the sentinels call the Redis they watch.
	master string
	// sentinelUser and sentinelPassword are for the sentinels themselves.
	sentinelUser, sentinelPassword string
	// redis has everything else: user, password, database, TLS, pool.
	redis *redis.Options
}

// schemes name the kinds of Redis and whether TLS is spoken to them.
var schemes = map[string]struct {
	kind, port string
	tls        bool
}{
	"redis":          {kind: "", port: "6379"},
	"rediss":         {kind: "", port: "6379", tls: true},
	"redis-sentinel": {kind: "sentinel", port: "26379"},
	"redis-cluster":  {kind: "cluster", port: "6379"},
}

// newClient makes a client for the URL of a Redis. It does not connect.
func newClient(raw string) (redis.UniversalClient, error) {
	a, err := parseURL(raw)
	if err != nil {
		return nil, err
	}
	o := a.redis
	// A caller's deadline holds for Redis, too.
	o.ContextTimeoutEnabled = true
	// Commands are repeated already; repeating each one's dialling, too, would
	// take all the time there is.
	o.DialerRetries = 1
	quiet := &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	switch a.kind {
	case "sentinel":
		return redis.NewFailoverClient(a.failover()), nil
	case "cluster":
		c := a.cluster()
		c.MaintNotificationsConfig = quiet
		return redis.NewClusterClient(c), nil
	}
	o.MaintNotificationsConfig = quiet
	return redis.NewClient(o), nil
}

// parseURL reads
//
//	redis[s]://[user:password@]host[:port][/database]
//	redis-sentinel://[user:password@]sentinel,sentinel[/database]?master=NAME
//	redis-cluster://[user:password@]node,node
//
// User and password are those of the Redis that keeps the data; the sentinels'
// own are sentinel_username and sentinel_password. tls=true asks for TLS where
// the scheme cannot say so. go-redis's options (dial_timeout, pool_size, …) may
// follow in the query. What is refused is never repeated: it may hold a password.
func parseURL(raw string) (address, error) {
	scheme, rest, _ := strings.Cut(raw, "://")
	s, ok := schemes[scheme]
	if !ok {
		return address{}, misread("does not start with redis://, rediss://, redis-sentinel:// or redis-cluster://")
	}
	user, hosts, tail := divide(rest)
	query, err := url.ParseQuery(strings.TrimPrefix(tail.query, "?"))
	if err != nil {
		return address{}, misread("has options after its question mark that cannot be read")
	}
	a := address{
		kind: s.kind, master: query.Get("master"),
		sentinelUser: query.Get("sentinel_username"), sentinelPassword: query.Get("sentinel_password"),
	}
	if a.hosts, err = hostPorts(hosts, s.port); err != nil {
		return address{}, err
	}
	base := "redis"
	if s.tls || query.Get("tls") == "true" {
		base = "rediss"
	}
	for _, own := range []string{"master", "sentinel_username", "sentinel_password", "tls"} {
		query.Del(own)
	}
	a.redis, err = redis.ParseURL(base + "://" + user + a.hosts[0] + tail.path + "?" + query.Encode())
	if err != nil || a.redis.Addr != a.hosts[0] { // an address of its own means that a password's # cut the rest off
		return address{}, misread("has a user, password, database number or option that cannot be read; " +
			"write a password's special characters as %40 for @, %2F for /, %3A for :, %23 for #")
	}
	return a, a.check()
}

// check finds what contradicts itself.
func (a address) check() error {
	switch {
	case a.kind == "sentinel" && a.master == "":
		return misread("names sentinels but not what they watch; add ?master=NAME")
	case a.kind != "sentinel" && a.master != "":
		return misread("names a master, which only sentinels know; start it with redis-sentinel://")
	case a.kind == "" && len(a.hosts) > 1:
		return misread("names several hosts; start it with redis-sentinel:// or redis-cluster://")
	case a.kind == "cluster" && a.redis.DB != 0:
		return misread("names a database, but a cluster has only number 0")
	}
	return nil
}

// tail is what follows the hosts.
type tail struct{ path, query string }

// divide cuts user:password@ (with its @), hosts, and the rest apart. net/url
// would do, did it allow several hosts with ports.
func divide(rest string) (user, hosts string, t tail) {
	rest, query, asked := strings.Cut(rest, "?")
	if asked {
		t.query = "?" + query
	}
	authority, path, below := strings.Cut(rest, "/")
	if below {
		t.path = "/" + path
	}
	at := strings.LastIndexByte(authority, '@') + 1
	return authority[:at], authority[at:], t
}

// hostPorts reads hosts separated by commas and gives each its port.
func hostPorts(hosts, port string) (all []string, err error) {
	for h := range strings.SplitSeq(hosts, ",") {
		u, err := url.Parse("redis://" + h)
		if err != nil || u.Hostname() == "" || u.Host != h {
			return nil, misread("names no host, or one that cannot be read")
		}
		p := u.Port()
		if p == "" {
			p = port
		}
		all = append(all, net.JoinHostPort(u.Hostname(), p))
	}
	return all, nil
}

func misread(what string) error {
	return fault.New(fault.Misconfigured, "CARTOGRAPH_REDIS_URL %s", what).In("redis_url").
		Try("write redis://user:password@host:6379/0, redis-sentinel://host:26379,host:26379/0?master=NAME or " +
			"redis-cluster://host:6379,host:6379, or leave it empty for the Redis inside the process")
}

// failover gives the options of a Redis behind sentinels.
func (a address) failover() *redis.FailoverOptions {
	o := a.redis
	return &redis.FailoverOptions{
		MasterName: a.master, SentinelAddrs: a.hosts, SentinelUsername: a.sentinelUser, SentinelPassword: a.sentinelPassword,
		ClientName: o.ClientName, Protocol: o.Protocol, Username: o.Username, Password: o.Password, DB: o.DB,
		MaxRetries: o.MaxRetries, MinRetryBackoff: o.MinRetryBackoff, MaxRetryBackoff: o.MaxRetryBackoff,
		DialTimeout: o.DialTimeout, DialerRetries: o.DialerRetries, ReadTimeout: o.ReadTimeout, WriteTimeout: o.WriteTimeout,
		ContextTimeoutEnabled: o.ContextTimeoutEnabled, PoolFIFO: o.PoolFIFO, PoolSize: o.PoolSize, PoolTimeout: o.PoolTimeout,
		MinIdleConns: o.MinIdleConns, MaxIdleConns: o.MaxIdleConns, MaxActiveConns: o.MaxActiveConns,
		ConnMaxIdleTime: o.ConnMaxIdleTime, ConnMaxLifetime: o.ConnMaxLifetime, TLSConfig: shared(o.TLSConfig),
	}
}

// cluster gives the options of a cluster.
func (a address) cluster() *redis.ClusterOptions {
	o := a.redis
	return &redis.ClusterOptions{
		Addrs: a.hosts, ClientName: o.ClientName, Protocol: o.Protocol, Username: o.Username, Password: o.Password,
		MaxRetries: o.MaxRetries, MinRetryBackoff: o.MinRetryBackoff, MaxRetryBackoff: o.MaxRetryBackoff,
		DialTimeout: o.DialTimeout, DialerRetries: o.DialerRetries, ReadTimeout: o.ReadTimeout, WriteTimeout: o.WriteTimeout,
		ContextTimeoutEnabled: o.ContextTimeoutEnabled, PoolFIFO: o.PoolFIFO, PoolSize: o.PoolSize, PoolTimeout: o.PoolTimeout,
		MinIdleConns: o.MinIdleConns, MaxIdleConns: o.MaxIdleConns, MaxActiveConns: o.MaxActiveConns,
		ConnMaxIdleTime: o.ConnMaxIdleTime, ConnMaxLifetime: o.ConnMaxLifetime, TLSConfig: shared(o.TLSConfig),
	}
}

// shared makes a TLS configuration good for several hosts: each is verified
// by the name it was dialled by, not by the first one's.
func shared(c *tls.Config) *tls.Config {
	if c == nil {
		return nil
	}
	c = c.Clone()
	c.ServerName = ""
	return c
}
