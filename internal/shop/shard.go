package shop

import "hash/fnv"

// Shards is the number of parts the due work is divided into. It is fixed:
// rows carry their shard.
const Shards = 16

// Shard gives the part a shop's due work belongs to.
func Shard(shopID string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(shopID)) // a hash takes everything
	return int(h.Sum32() % Shards)
}
