package app

import (
	"context"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/store"
)

type applyCommand struct {
	File string `short:"f" required:"" help:"The file, YAML." type:"path"`
	Shop string `required:"" help:"The shop's id."`
	Keep bool   `help:"Keep sequences that the file does not name; else a list of sequences is the whole list."`
	JSON bool   `name:"json" help:"Print JSON."`
}

// Run publishes the file.
func (c *applyCommand) Run(r *run) error {
	file, err := os.ReadFile(c.File)
	if err != nil {
		return fault.Wrap(fault.Misconfigured, err, "cannot read the file").Try("name a file that is there and that this user may read")
	}
	k, err := r.openShop(c.Shop)
	if err != nil {
		return err
	}
	defer k.Close()
	changed, err := k.library.Apply(r.ctx, c.Shop, c.File, file, c.Keep)
	if err != nil {
		return err
	}
	if c.JSON {
		return r.printJSON(map[string]any{"changed": append([]string{}, changed...)})
	}
	for _, line := range changed {
		r.printf("%s\n", line)
	}
	if len(changed) == 0 {
		r.printf("Nothing changed: the shop has all of this already.\n")
	}
	return nil
}

type exportCommand struct {
	Shop string `required:"" help:"The shop's id."`
}

// Run writes the file to standard output.
func (c *exportCommand) Run(r *run) error {
	k, err := r.open()
	if err != nil {
		return err
	}
	defer k.Close()
	if _, err := k.store.Shop(r.ctx, c.Shop); err != nil {
		return err
	}
	b, err := k.library.Export(r.ctx, c.Shop)
	if err != nil {
		return err
	}
	_, err = r.term.Out.Write(b)
	return err
}

type migrateCommand struct {
	Up     migrateUp     `cmd:"" help:"Bring the schema up to this program."`
	Down   migrateDown   `cmd:"" help:"Take the newest migration back; its tables' rows are gone."`
	Status migrateStatus `cmd:"" help:"List the migrations."`
}

type migrateUp struct{}

// Run migrates up.
func (migrateUp) Run(r *run) error {
	c, err := r.load()
	if err != nil {
		return err
	}
	if c.Database.Embedded() {
		if err := makeDir(c.Database.DataDir); err != nil {
			return err
		}
	}
	n, err := store.MigrateUp(r.ctx, databaseURL(c))
	if err != nil {
		return err
	}
	r.printf("%d migration(s) applied.\n", n)
	return nil
}

type migrateDown struct{}

// Run takes the newest migration back.
func (migrateDown) Run(r *run) error {
	c, err := r.load()
	if err != nil {
		return err
	}
	file, err := store.MigrateDown(r.ctx, databaseURL(c))
	if err != nil {
		return err
	}
	r.printf("Taken back: %s\n", file)
	return nil
}

type migrateStatus struct {
	JSON bool `name:"json" help:"Print JSON."`
}

// Run lists the migrations.
func (c *migrateStatus) Run(r *run) error {
	cfg, err := r.load()
	if err != nil {
		return err
	}
	list, err := store.MigrateStatus(r.ctx, databaseURL(cfg))
	if err != nil {
		return err
	}
	if c.JSON {
		return r.printJSON(list)
	}
	for _, m := range list {
		state := "pending"
		if m.Applied {
			state = "applied"
		}
		r.printf("%5d  %-8s %s\n", m.Version, state, m.File)
	}
	return nil
}

type replayCommand struct {
	Shop   string `required:"" help:"The shop's id."`
	Event  string `help:"Only the quarantined event of this id."`
	Topic  string `help:"Only events of this topic, '-' for those without one."`
	Reason string `help:"Only events that could not be folded for this reason."`
	JSON   bool   `name:"json" help:"Print JSON."`
}

// Run folds quarantined events again. It needs no running server: alarms of
// what it folds are set by the server's sweeper.
func (c *replayCommand) Run(r *run) error {
	k, err := r.open()
	if err != nil {
		return err
	}
	defer k.Close()
	e := recovery.New(recovery.Options{
		Store: stored{k.store}, Platforms: enginePlatforms(), Alarms: noAlarms{}, Meter: newMeter(prometheus.NewRegistry()),
		Log: k.log, Now: k.now, NewID: newID,
	})
	ask := journey.Replay{Held: journey.Held{ID: c.Event, Topic: c.Topic, Reason: c.Reason}}
	if err := recordReplay(r.ctx, k.store, c.Shop, ask.Held); err != nil {
		return err
	}
	done, err := replayAll(r.ctx, e, c.Shop, ask)
	if err != nil {
		return err
	}
	return r.printReplayed(done, c.JSON)
}

// replayAll replays batch after batch, until all that is meant was looked at.
func replayAll(ctx context.Context, e *recovery.Engine, shopID string, ask journey.Replay) (all journey.Replayed, err error) {
	for {
		done, err := e.Replay(ctx, shopID, ask)
		all.Folded, all.Left = all.Folded+done.Folded, append(all.Left, done.Left...)
		if err != nil || done.Next == "" {
			return all, err
		}
		ask.After = done.Next
	}
}

// noAlarms is for commands beside a server, whose Redis they may not reach.
type noAlarms struct{}

// Arm leaves it to the server's sweeper.
func (noAlarms) Arm(context.Context, recovery.AlarmKind, int, time.Time) error { return nil }
