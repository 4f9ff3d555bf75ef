package queue

import (
	"context"
	"net"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// ageEvery is how often the embedded Redis is told that time has passed. Each
// time it looks at every key, which its own clock would have it do at every
// command.
const ageEvery = 5 * time.Second

// embedded is a Redis inside the process. It has no port; it forgets
// everything when the process ends.
type embedded struct {
	server *miniredis.Miniredis
	done   chan struct{}
	wg     sync.WaitGroup
}

func startEmbedded() *embedded {
	e := &embedded{server: miniredis.NewMiniRedis(), done: make(chan struct{})}
	e.wg.Go(e.age)
	return e
}

// age makes keys expire: heartbeats and counters, nothing that alarms need.
func (e *embedded) age() {
	tick := time.NewTicker(ageEvery)
	defer tick.Stop()
	for {
		select {
		case <-e.done:
			return
		case <-tick.C:
			e.server.FastForward(ageEvery)
		}
	}
}

// client gives a client that reaches the server through memory.
func (e *embedded) client() redis.UniversalClient {
	return redis.NewClient(&redis.Options{
		Addr:                     "embedded",
		Dialer:                   func(context.Context, string, string) (net.Conn, error) { return e.server.Dial() },
		ContextTimeoutEnabled:    true,
		DisableIdentity:          true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	})
}

func (e *embedded) stop() {
	close(e.done)
	e.wg.Wait()
	e.server.Close()
}
