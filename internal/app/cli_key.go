package app

import (
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
)

type keyCommand struct {
	Create keyCreate `cmd:"" help:"Make an API key; it is printed once."`
	List   keyList   `cmd:"" help:"List a shop's API keys."`
	Revoke keyRevoke `cmd:"" help:"Make an API key useless for ever."`
}

type keyCreate struct {
	Shop   string `required:"" help:"The shop's id."`
	Name   string `required:"" help:"What will use it (WooCommerce plugin, export to the warehouse)."`
	Scopes string `default:"events:write" help:"What it is good for, separated by commas: events:write (send events), read, write (publish, state consents, replay), admin (the audit log)."`
	JSON   bool   `name:"json" help:"Print JSON."`
}

// Run makes the key.
func (c *keyCreate) Run(r *run) error {
	scopes, err := access.ParseScopes(c.Scopes)
	if err != nil {
		return err
	}
	k, err := r.open()
	if err != nil {
		return err
	}
	defer k.Close()
	secret, made, err := k.CreateKey(r.ctx, c.Shop, c.Name, scopes)
	if err != nil {
		return err
	}
	if c.JSON {
		return r.printJSON(map[string]any{"id": made.ID, "name": made.Name, "scopes": made.Scopes, "api_key": secret})
	}
	r.printf("API key  %s\nid       %s\nscopes   %s\n\nThe key is shown this once.\n", secret, made.ID, access.JoinScopes(made.Scopes))
	return nil
}

type keyList struct {
	Shop string `required:"" help:"The shop's id."`
	JSON bool   `name:"json" help:"Print JSON."`
}

// keyView is a key as commands print it; the key itself is nowhere.
type keyView struct {
	ID        string         `json:"id"`
	Name      string         `json:"name"`
	Hint      string         `json:"hint"`
	Scopes    []access.Scope `json:"scopes"`
	CreatedAt time.Time      `json:"created_at"`
	// LastUsed is at most an hour too old.
	LastUsed  *time.Time `json:"last_used_at,omitempty"`
	RevokedAt *time.Time `json:"revoked_at,omitempty"`
}

func viewKey(k access.Key) keyView {
	v := keyView{ID: k.ID, Name: k.Name, Hint: k.Hint, Scopes: k.Scopes, CreatedAt: k.CreatedAt}
	if !k.UsedAt.IsZero() {
		v.LastUsed = &k.UsedAt
	}
	if !k.RevokedAt.IsZero() {
		v.RevokedAt = &k.RevokedAt
	}
	return v
}

// Run lists the keys.
func (c *keyList) Run(r *run) error {
	k, err := r.open()
	if err != nil {
		return err
	}
	defer k.Close()
	if _, err := k.store.Shop(r.ctx, c.Shop); err != nil {
		return err
	}
	keys, err := k.store.Keys(r.ctx, c.Shop)
	if err != nil {
		return err
	}
	views := []keyView{}
	for _, key := range keys {
		views = append(views, viewKey(key))
	}
	if c.JSON {
		return r.printJSON(views)
	}
	for _, v := range views {
		state := "never used"
		if v.LastUsed != nil {
			state = "used " + v.LastUsed.Format(time.DateOnly)
		}
		if v.RevokedAt != nil {
			state = "revoked " + v.RevokedAt.Format(time.DateOnly)
		}
		r.printf("%s  %s  %-18s %-20s [%s]\n", v.ID, v.Hint, state, v.Name, strings.ReplaceAll(access.JoinScopes(v.Scopes), " ", ", "))
	}
	return nil
}

type keyRevoke struct {
	ID   string `arg:"" help:"The key's id, as key list tells it."`
	Shop string `required:"" help:"The shop's id."`
}

// Run revokes the key.
func (c *keyRevoke) Run(r *run) error {
	k, err := r.openShop(c.Shop)
	if err != nil {
		return err
	}
	defer k.Close()
	return k.RevokeKey(r.ctx, c.Shop, c.ID)
}

type resealCommand struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// Run seals everything anew under the current key.
func (c *resealCommand) Run(r *run) error {
	k, err := r.open()
	if err != nil {
		return err
	}
	defer k.Close()
	n, err := k.Reseal(r.ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return r.printJSON(map[string]int{"resealed": n})
	}
	r.printf("%d secret(s) sealed anew. CARTOGRAPH_SECRET_KEY_PREVIOUS can be unset everywhere now.\n", n)
	return nil
}
