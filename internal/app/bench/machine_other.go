//go:build !linux

package bench

import "time"

// filesystem names what a directory lies on; only Linux is asked.
func filesystem(string) string { return "unknown" }

// resident is the memory this process has in RAM; 0 where it is not asked for.
func resident() int64 { return 0 }

// spent is the processor time this process has used so far; 0 where it is not asked for.
func spent() time.Duration { return 0 }

// busy is the processor time that all programs have used so far; 0 where it is not asked for.
func busy() time.Duration { return 0 }
