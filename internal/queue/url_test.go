package queue_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/queue"
)

// address is what a URL is read into.
type address struct {
	Kind           string
	Hosts          []string
	Master         string
	User, Password string
	DB, Pool       int
	TLS            bool
}

func TestURL(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		url  string
		want address
	}{
		{"redis://localhost", address{Hosts: []string{"localhost:6379"}}},
		{"redis://10.0.0.7:6380/3", address{Hosts: []string{"10.0.0.7:6380"}, DB: 3}},
		{"redis://:pa%2Fss%40@r:1/0?pool_size=7", address{Hosts: []string{"r:1"}, Password: "pa/ss@", Pool: 7}},
		{"rediss://ann:secret@redis.example.com/2", address{Hosts: []string{"redis.example.com:6379"}, User: "ann", Password: "secret", DB: 2, TLS: true}},
		{"redis://[::1]:7000", address{Hosts: []string{"[::1]:7000"}}},
		{"redis-sentinel://:pw@a:1,b,c:3/4?master=shop&sentinel_password=sp",
			address{Kind: "sentinel", Hosts: []string{"a:1", "b:26379", "c:3"}, Master: "shop", Password: "pw", DB: 4}},
		{"redis-sentinel://[fd00::1]:1,[fd00::2]?master=m&tls=true",
			address{Kind: "sentinel", Hosts: []string{"[fd00::1]:1", "[fd00::2]:26379"}, Master: "m", TLS: true}},
		{"redis-cluster://u:p@a:7000,b:7001", address{Kind: "cluster", Hosts: []string{"a:7000", "b:7001"}, User: "u", Password: "p"}},
		{"redis-cluster://a?tls=true", address{Kind: "cluster", Hosts: []string{"a:6379"}, TLS: true}},
	} {
		kind, hosts, master, o, err := queue.ParseURL(c.url)
		if err != nil {
			t.Errorf("%s: %v", c.url, err)
			continue
		}
		got := address{kind, hosts, master, o.Username, o.Password, o.DB, o.PoolSize, o.TLSConfig != nil}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.url, d)
		}
	}
}

func TestURLRefused(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]string{
		"no scheme":               "localhost:6379",
		"other scheme":            "http://:hunter2@localhost",
		"unix socket":             "unix:///run/hunter2.sock",
		"no host":                 "redis://:hunter2@/0",
		"no host between commas":  "redis-cluster://:hunter2@a,,b",
		"port is no number":       "redis://:hunter2@host:port",
		"password with a slash":   "redis://:hunter2/x@host:6379",
		"password with a percent": "redis://:hunter2%@host:6379",
		"password with a hash":    "redis://:hunter2#x@host:6379",
		"database is no number":   "redis://host/hunter2",
		"unknown option":          "redis://host?hunter2=1",
		"option cannot be read":   "redis://host?pool_size=%zzhunter2",
		"two hosts":               "redis://:hunter2@a:1,b:2",
		"sentinel without master": "redis-sentinel://:hunter2@a:1",
		"master without sentinel": "redis://:hunter2@a:1?master=m",
		"cluster with a database": "redis-cluster://:hunter2@a:1/3",
	} {
		_, err := queue.NewClient(url)
		if !fault.Is(err, fault.Misconfigured) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !strings.Contains(err.Error(), "CARTOGRAPH_REDIS_URL") || !strings.Contains(err.Error(), "redis://user:password@") {
			t.Errorf("%s: the error names neither setting nor remedy: %v", name, err)
		}
		if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: the error repeats what may be a password: %v", name, err)
		}
	}
}

func TestClientOfEachKind(t *testing.T) {
	t.Parallel()
	single, err := queue.NewClient("rediss://ann:secret@redis.example.com/2")
	if err != nil {
		t.Fatal(err)
	}
	defer single.Close()
	if o := single.(*redis.Client).Options(); o.TLSConfig.ServerName != "redis.example.com" || o.DB != 2 || !o.ContextTimeoutEnabled {
		t.Errorf("options %+v", o)
	}
	sentinel, err := queue.NewClient("redis-sentinel://:pw@a:1,b:2/4?master=shop&pool_size=3")
	if err != nil {
		t.Fatal(err)
	}
	defer sentinel.Close()
	if o := sentinel.(*redis.Client).Options(); o.Addr != "FailoverClient" || o.DB != 4 || o.Password != "pw" || o.PoolSize != 3 {
		t.Errorf("options %+v", o)
	}
	cluster, err := queue.NewClient("redis-cluster://ann:pw@a:1,b:2?tls=true")
	if err != nil {
		t.Fatal(err)
	}
	defer cluster.Close()
	o := cluster.(*redis.ClusterClient).Options()
	if d := cmp.Diff([]string{"a:1", "b:2"}, o.Addrs); d != "" || o.Username != "ann" || o.TLSConfig == nil || o.TLSConfig.ServerName != "" {
		t.Errorf("options %+v\n%s", o, d)
	}
}

// FuzzURL: whatever an operator writes is read or refused with a remedy.
func FuzzURL(f *testing.F) {
	for _, seed := range []string{"", "redis://", "redis://h", "redis-sentinel://a,b?master=m", "redis-cluster://[::1]:1,", "redis://u:p@h:1/2?x=%zz", "redis://!#@0"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		kind, hosts, _, o, err := queue.ParseURL(raw)
		switch {
		case err != nil:
			if !fault.Is(err, fault.Misconfigured) {
				t.Errorf("%q: %v", raw, err)
			}
		case o == nil || len(hosts) == 0 || (kind == "" && o.Addr != hosts[0]):
			t.Errorf("%q: read as %q %v %+v", raw, kind, hosts, o)
		}
	})
}
