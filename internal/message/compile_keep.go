package message

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
)

// liquidParts is what blocks were compiled to.
type liquidParts struct{ body, text string }

// maxMade is how many emails of blocks are kept compiled: compiling costs ten
// times what rendering does.
const maxMade = 200

// made is Compiled with a memory.
func (r *Renderer) made(t Template) (Template, error) {
	if len(t.Blocks) == 0 {
		return t, nil
	}
	key, err := hashOf(t)
	if err != nil {
		return t, err
	}
	r.mu.Lock()
	parts, ok := r.blocks[key]
	r.mu.Unlock()
	if ok {
		t.Body, t.Text = parts.body, parts.text
		return t, nil
	}
	if t, err = t.Compiled(); err != nil {
		return t, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.blocks) >= maxMade {
		clear(r.blocks)
	}
	r.blocks[key] = liquidParts{t.Body, t.Text}
	return t, nil
}

// hashOf names everything that Compiled looks at.
func hashOf(t Template) ([sha256.Size]byte, error) {
	all, err := json.Marshal(struct {
		Blocks []Block
		Style  Style
		Locale string
	}{t.Blocks, t.Style, t.Locale})
	if err != nil {
		return [sha256.Size]byte{}, fmt.Errorf("hashing blocks: %w", err)
	}
	return sha256.Sum256(all), nil
}
