package torture

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// round is one installation from its first start to the comparison.
type round struct {
	opts   *Options
	config Config
	seed   uint64
	place  *place
	dsn    string

	postgres *postgres
	redis    *redis
	servers  []*server
	skew     *skew
	box      *box
	ledger   *ledger
	load     *load
	rand     *rand.Rand
	chance   *chance

	kills atomic.Int64
	mu    sync.Mutex
	// drains are how long orderly stops took.
	drains   []time.Duration
	stranded int
	// skipped are the faults that this machine does not allow, with the reason.
	skipped []string
	// undo is run at the end, the last first.
	undo []func()
}

// newRound prepares a round; nothing runs yet. Its folder is removed by close.
func newRound(o *Options, c Config, seed uint64) (*round, error) {
	root, err := os.MkdirTemp(o.Scratch, "cg-torture-")
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "the scratch folder cannot be made")
	}
	if err := os.Chmod(root, 0o711); err != nil { // Postgres may run as another user
		return nil, fault.Wrap(fault.Internal, err, "the scratch folder cannot be opened")
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "torture %d", seed))
	r := &round{
		opts: o, config: c, seed: seed, ledger: newLedger(),
		rand: rand.New(rand.NewPCG(seed, 1)), chance: &chance{rand: rand.New(rand.NewPCG(seed, 2))},
		place: &place{root: root, binary: o.Binary, sandbox: sum[:], env: map[string]string{
			"CARTOGRAPH_DATA_DIR": filepath.Join(root, "data"), "CARTOGRAPH_SECRET_KEY": hex.EncodeToString(sum[:]),
		}},
		skew: &skew{file: filepath.Join(root, "clock")},
	}
	return r, nil
}

func (r *round) later(f func()) { r.undo = append(r.undo, f) }

// close ends every process of the round and removes its folder, unless it is kept.
func (r *round) close() {
	for _, s := range r.servers {
		if s.process != nil {
			s.process.kill()
		}
	}
	for _, f := range slices.Backward(r.undo) {
		f()
	}
	if r.opts.Keep == "" {
		os.RemoveAll(r.place.root)
	}
}

func (r *round) wants(phase string) bool {
	return len(r.opts.Only) == 0 || slices.Contains(r.opts.Only, phase)
}

func (r *round) progress(format string, args ...any) {
	if r.opts.Progress != nil {
		fmt.Fprintf(r.opts.Progress, "%s %s: %s\n", time.Now().Format("15:04:05.0"), r.config, fmt.Sprintf(format, args...))
	}
}

func (r *round) drained(d time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.drains = append(r.drains, d)
}

// setUp starts everything the configuration has, and opens the shops.
func (r *round) setUp(ctx context.Context) error {
	if err := r.skew.set(0); err != nil {
		return err
	}
	if err := r.engines(ctx); err != nil {
		return err
	}
	var err error
	if r.servers, err = newServers(r.config, r.place, r.ledger, r.skew, r.opts.Self); err != nil {
		return err
	}
	public := r.servers[0].url()
	if r.box, err = newBox(r.place.sandbox, public, r.ledger, newOracle(rand.New(rand.NewPCG(r.seed, 3))), r.skew); err != nil {
		return err
	}
	r.later(r.box.close)
	for _, name := range []string{"SENDGRID", "TWILIO", "MESSENGER"} {
		r.place.env["CARTOGRAPH_"+name+"_BASE_URL"] = r.box.url
	}
	r.place.env["CARTOGRAPH_PUBLIC_URL"] = public
	shops, err := r.place.shops(ctx)
	if err != nil {
		return err
	}
	for _, s := range r.servers {
		if err := s.start(ctx); err != nil {
			return err
		}
	}
	r.load = &load{
		url: public, shops: shops, ledger: r.ledger, box: r.box, rand: rand.New(rand.NewPCG(r.seed, 4)), perSecond: r.opts.Rate,
		client: &http.Client{Timeout: 15 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 256, IdleConnTimeout: 5 * time.Second}},
	}
	return nil
}

// engines starts database and Redis, or makes the folder of the embedded ones.
func (r *round) engines(ctx context.Context) (err error) {
	if r.config.Engine == EngineSQLite {
		data := r.place.env["CARTOGRAPH_DATA_DIR"]
		r.dsn = filepath.Join(data, "cartograph.db")
		if err := os.Mkdir(data, 0o700); err != nil {
			return fault.Wrap(fault.Internal, err, "the data directory cannot be made")
		}
		return r.smallDisk(data)
	}
	if r.postgres, err = newPostgres(ctx, r.place.root); err != nil {
		return err
	}
	r.later(func() { r.postgres.process.kill() })
	if r.redis, err = newRedis(ctx, r.place.root); err != nil {
		return err
	}
	r.later(func() { r.redis.process.kill() })
	r.dsn = r.postgres.url()
	r.place.env["CARTOGRAPH_DATABASE_URL"], r.place.env["CARTOGRAPH_REDIS_URL"] = r.dsn, r.redis.url()
	return nil
}
