package bench

import (
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"time"
)

// Memory is what this process uses: server, load generator and stand-ins.
type Memory struct {
	// Resident is what the process has in RAM, 0 where the system does not tell.
	Resident int64 `json:"rss_bytes"`
	// Heap is Go's live and not yet collected objects.
	Heap int64 `json:"heap_bytes"`
}

// rest gives the memory after the garbage is gone and returned.
func rest() Memory {
	debug.FreeOSMemory()
	return memoryNow()
}

func memoryNow() Memory {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return Memory{Resident: resident(), Heap: int64(sample[0].Value.Uint64())}
}

// lookEvery is how often memory is looked at under load.
const lookEvery = 50 * time.Millisecond

// watch notes the most memory used until the peak is asked for.
func watch() (peak func() Memory) {
	var most Memory
	var wg sync.WaitGroup
	done := make(chan struct{})
	wg.Go(func() {
		tick := time.NewTicker(lookEvery)
		defer tick.Stop()
		for {
			now := memoryNow()
			most.Resident, most.Heap = max(most.Resident, now.Resident), max(most.Heap, now.Heap)
			select {
			case <-done:
				return
			case <-tick.C:
			}
		}
	})
	return sync.OnceValue(func() Memory {
		close(done)
		wg.Wait()
		return most
	})
}
