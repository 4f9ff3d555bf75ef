package recovery

import "sync"

// turns lets one handler at a time work on a shard's alarms of a kind. A shard
// with a long backlog has an alarm for every second; without turns they would
// fill all of the process's handlers and keep the other shards waiting.
type turns struct {
	mu sync.Mutex
	// at holds the turns that are taken; true when somebody came meanwhile.
	at map[turn]bool
}

type turn struct {
	kind  AlarmKind
	shard int
}

// take runs work, and again while others came meanwhile: what they came for may
// have been stored after work had looked. They leave at once, with nothing
// done. When work fails, its alarm rings again, for them too.
func (t *turns) take(of turn, work func() (int, error)) (total int, err error) {
	if !t.begin(of) {
		return 0, nil
	}
	failed := true
	defer func() {
		if failed {
			t.end(of)
		}
	}()
	for {
		n, err := work()
		total += n
		if err != nil {
			return total, err
		}
		if !t.again(of) {
			failed = false
			return total, nil
		}
	}
}

func (t *turns) begin(of turn) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.at == nil {
		t.at = map[turn]bool{}
	}
	if _, taken := t.at[of]; taken {
		t.at[of] = true
		return false
	}
	t.at[of] = false
	return true
}

// again reports whether somebody came, and otherwise ends the turn: whoever
// comes next begins one of their own.
func (t *turns) again(of turn) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.at[of] {
		t.at[of] = false
		return true
	}
	delete(t.at, of)
	return false
}

func (t *turns) end(of turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.at, of)
}
