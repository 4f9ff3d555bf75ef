package bench

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// filesystems are the usual magic numbers of statfs(2). On the ones in memory
// nothing is durable, whatever the database says.
var filesystems = map[uint32]string{
	0xef53: "ext4", 0x58465342: "xfs", 0x9123683e: "btrfs", 0x2fc12fc1: "zfs", 0x794c7630: "overlayfs",
	0x01021994: "tmpfs (in memory, not durable)", 0x858458f6: "ramfs (in memory, not durable)", 0x6969: "nfs",
}

// filesystem names what a directory lies on.
func filesystem(dir string) string {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return "unknown"
	}
	if name, ok := filesystems[uint32(s.Type)]; ok {
		return name
	}
	return fmt.Sprintf("unknown (%#x)", uint32(s.Type))
}

// resident is the memory this process has in RAM, in bytes.
func resident() int64 {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	parts := strings.Fields(string(statm))
	if len(parts) < 2 {
		return 0
	}
	pages, err := strconv.ParseInt(parts[1], 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}

// spent is the processor time this process has used so far.
func spent() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// tick is the unit of /proc/stat: 100 a second on every Linux that Go runs on.
const tick = 10 * time.Millisecond

// busy is the processor time that all programs have used so far, on all cores.
func busy() time.Duration {
	stat, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(stat), "\n")
	var sum int64
	// user, nice, system, idle, iowait, irq, softirq, steal
	for i, text := range strings.Fields(first) {
		n, err := strconv.ParseInt(text, 10, 64)
		if err == nil && i != 4 && i != 5 && i <= 8 {
			sum += n
		}
	}
	return time.Duration(sum) * tick
}
