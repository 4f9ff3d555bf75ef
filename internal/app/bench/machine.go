package bench

import (
	"bufio"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// Machine is what the figures were measured on. "unknown" stands for what the
// system does not tell.
type Machine struct {
	CPU    string `json:"cpu"`
	Cores  int    `json:"cores"`
	Memory int64  `json:"memory_bytes"`
	Kernel string `json:"kernel"`
	Go     string `json:"go"`
	// Database and Redis name the engines with what they do for durability.
	Database string `json:"database"`
	Redis    string `json:"redis"`
	// Scratch is the file system of the scratch directory, Fsync how long a
	// small write takes there until it is on disk (median). Both say nothing
	// about a Postgres elsewhere.
	Scratch string  `json:"scratch_filesystem"`
	Fsync   float64 `json:"fsync_p50_ms"`
	// Elsewhere is the share of the cores' time that other programs took during
	// the run, a database server among them. Much of it makes figures small and ratios random.
	Elsewhere float64 `json:"cpu_share_elsewhere"`
}

// elsewhere measures, from now on, what share of the cores' time others take.
func elsewhere() (share func() float64) {
	began, all, own := time.Now(), busy(), spent()
	return func() float64 {
		others := (busy() - all) - (spent() - own)
		return max(others.Seconds(), 0) / (time.Since(began).Seconds() * float64(runtime.NumCPU()))
	}
}

func (b *bench) machine(ctx context.Context) (m Machine, err error) {
	m = Machine{
		CPU: field("/proc/cpuinfo", "model name"), Cores: runtime.GOMAXPROCS(0), Memory: memoryTotal(),
		Kernel: kernel(), Go: runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH, Scratch: filesystem(b.scratch.dir),
	}
	if m.Database, err = b.scratch.engine(ctx); err != nil {
		return m, err
	}
	if m.Redis, err = b.scratch.redisEngine(ctx); err != nil {
		return m, err
	}
	m.Fsync, err = fsync(ctx, b.scratch.dir)
	return m, err
}

// field gives the first "name : value" of a file under /proc.
func field(file, name string) string {
	f, err := os.Open(file)
	if err != nil {
		return "unknown"
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if key, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

func memoryTotal() int64 {
	kilobytes, err := strconv.ParseInt(strings.TrimSuffix(field("/proc/meminfo", "MemTotal"), " kB"), 10, 64)
	if err != nil {
		return 0
	}
	return kilobytes << 10
}

func kernel() string {
	release, err := os.ReadFile("/proc/sys/kernel/osrelease")
	if err != nil {
		return runtime.GOOS
	}
	return runtime.GOOS + " " + strings.TrimSpace(string(release))
}

// fsyncs is how many small writes are timed.
const fsyncs = 100

// fsync gives the median time in milliseconds until a small write is on disk.
func fsync(ctx context.Context, dir string) (float64, error) {
	f, err := os.Create(filepath.Join(dir, "fsync"))
	if err != nil {
		return 0, fault.Wrap(fault.Misconfigured, err, "cannot write in the scratch directory").Try("name another with --scratch")
	}
	defer os.Remove(f.Name())
	defer f.Close()
	block := make([]byte, 4096)
	var took []time.Duration
	for range fsyncs {
		if ctx.Err() != nil {
			return 0, ctx.Err()
		}
		began := time.Now()
		if _, err = f.Write(block); err == nil {
			err = f.Sync()
		}
		if err != nil {
			return 0, fault.Wrap(fault.Misconfigured, err, "cannot write in the scratch directory").Try("name another with --scratch")
		}
		took = append(took, time.Since(began))
	}
	slices.Sort(took)
	return milliseconds(quantile(took, 0.5)), nil
}
