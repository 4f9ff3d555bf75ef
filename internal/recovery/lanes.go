package recovery

import (
	"context"
	"sync"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
)

const (
	// laneDepth is how many messages of one shop and channel wait in memory
	// for their call; more steps of it are not reserved until there is room.
	laneDepth = 256
	// lanesDepth bounds those of all lanes: reserving stops above it.
	lanesDepth = 2000
	// breath is how long a handler waits, before it reserves more, for lanes that are
	// half full to be so no more. One that does not move costs the others of its
	// shard no more than this for each batch.
	breath = 250 * time.Millisecond
	// firstPace is a call's assumed duration before one was measured.
	firstPace = 100 * time.Millisecond
)

// lanes send reserved messages: one lane for each shop and channel, so that a
// provider that is slow for one shop, or a channel that hangs, never keeps the
// others waiting. Each channel has a pool of calls at once. A lane may take a
// further call only while more of its pool is free than it has in use: alone it
// gets half, and however many lanes are stuck, a newcomer finds a free one.
//
// What waits here is reserved in SQL under a lease: a process that dies loses
// nothing but time.
type lanes struct {
	// send makes one call and settles it. ctx ends when shutting down takes too long.
	send func(ctx context.Context, l Letter)
	pool int
	now  func() time.Time
	// after is the wall's time: what is waited for are real calls.
	after func(time.Duration) <-chan time.Time
	ctx   context.Context
	end   context.CancelFunc

	mu    sync.Mutex
	quiet *sync.Cond
	byKey map[laneKey]*lane
	busy  map[event.Channel]int
	// held counts all messages that wait or are being sent.
	held   int
	closed bool
	// moved is closed, and made anew, when a lane is half full no more.
	moved chan struct{}
}

type laneKey struct {
	shopID  string
	channel event.Channel
}

// lane is one shop's and channel's.
type lane struct {
	waiting []Letter
	running int
	// pace is a call's duration, smoothed; aside counts the steps that were sent
	// away since there was room, so that they come back one after the other.
	pace  time.Duration
	aside int
}

func newLanes(o Options, send func(context.Context, Letter)) *lanes {
	ctx, end := context.WithCancel(context.Background())
	l := &lanes{send: send, pool: o.Workers, now: o.Now, after: o.After, ctx: ctx, end: end, byKey: map[laneKey]*lane{}, busy: map[event.Channel]int{}, moved: make(chan struct{})}
	l.quiet = sync.NewCond(&l.mu)
	return l
}

// take queues messages. It does not wait.
func (l *lanes) take(letters []Letter) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return // the lease brings them back
	}
	for _, letter := range letters {
		k := laneKey{letter.ShopID, letter.Channel}
		if l.byKey[k] == nil {
			l.byKey[k] = &lane{pace: firstPace}
		}
		l.byKey[k].waiting = append(l.byKey[k].waiting, letter)
		l.held++
	}
	for _, letter := range letters {
		l.start(laneKey{letter.ShopID, letter.Channel})
	}
}

// start begins as many calls of a lane as its share of the pool allows.
func (l *lanes) start(k laneKey) {
	for lane := l.byKey[k]; lane != nil && len(lane.waiting) > 0 && lane.running < l.pool-l.busy[k.channel]; {
		letter := lane.waiting[0]
		lane.waiting = lane.waiting[1:]
		lane.running++
		l.busy[k.channel]++
		go l.run(k, letter)
	}
}

// run makes one call and begins the next: of its own lane or, since the pool
// has room again, of others that wait for it.
func (l *lanes) run(k laneKey, letter Letter) {
	began := l.now()
	l.send(l.ctx, letter)
	l.mu.Lock()
	defer l.mu.Unlock()
	lane := l.byKey[k]
	lane.running--
	l.busy[k.channel]--
	l.held--
	lane.pace = (3*lane.pace + max(l.now().Sub(began), 0)) / 4
	if len(lane.waiting) < laneDepth/2 {
		lane.aside = 0
		close(l.moved)
		l.moved = make(chan struct{})
	}
	if lane.running == 0 && len(lane.waiting) == 0 {
		delete(l.byKey, k)
	}
	for other := range l.byKey {
		if other.channel == k.channel {
			l.start(other)
		}
	}
	if l.held == 0 || l.closed {
		l.quiet.Broadcast()
	}
}

// room tells whether a lane takes further messages; if not, when it may.
func (l *lanes) room(shopID string, c event.Channel, now time.Time) (again time.Time, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	lane := l.byKey[laneKey{shopID, c}]
	if lane == nil || len(lane.waiting) < laneDepth {
		return time.Time{}, true
	}
	lane.aside++
	ahead := time.Duration(len(lane.waiting)+lane.aside) * lane.pace / time.Duration(max(lane.running, 1))
	return now.Add(min(max(ahead, time.Second), 2*time.Minute)), false
}

// breathe waits a little for lanes of the shard that are half full, except a shop's
// that is passed over anyway.
func (l *lanes) breathe(ctx context.Context, shard int, except string) {
	var enough <-chan time.Time
	for {
		l.mu.Lock()
		moved, crowded := l.moved, false
		for k, lane := range l.byKey {
			crowded = crowded || (len(lane.waiting) >= laneDepth/2 && k.shopID != except && shardOf(k.shopID) == shard)
		}
		l.mu.Unlock()
		if !crowded {
			return
		}
		if enough == nil {
			enough = l.after(breath)
		}
		select {
		case <-moved:
		case <-enough:
			return
		case <-ctx.Done():
			return
		}
	}
}

// full reports whether so much waits that nothing more should be reserved.
func (l *lanes) full() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.held >= lanesDepth
}

// rest waits until nothing waits and nothing is being sent.
func (l *lanes) rest() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.held > 0 {
		l.quiet.Wait()
	}
}

// close begins no further call, waits for those at work, until ctx ends and
// cuts them off, and gives what was never begun.
func (l *lanes) close(ctx context.Context) (never []Letter) {
	stop := context.AfterFunc(ctx, l.end)
	defer stop()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	for _, lane := range l.byKey {
		never = append(never, lane.waiting...)
		l.held -= len(lane.waiting)
		lane.waiting = nil
	}
	for l.held > 0 {
		l.quiet.Wait()
	}
	return never
}
