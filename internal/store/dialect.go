package store

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // registers "pgx"
	_ "modernc.org/sqlite"             // registers "sqlite"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// dialect is what differs between the engines; everything else is shared.
type dialect string

const (
	sqlite   dialect = "sqlite"
	postgres dialect = "postgres"
)

func dialectOf(dsn string) dialect {
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		return postgres
	}
	return sqlite
}

// lock makes a SELECT hold its rows until the commit. SQLite has one writer, so
// its rows are held already.
func (d dialect) lock() string {
	if d == postgres {
		return " FOR UPDATE"
	}
	return ""
}

// share keeps a row from being changed until the commit; others may share it.
func (d dialect) share() string {
	if d == postgres {
		return " FOR SHARE"
	}
	return ""
}

// turn is lock without holding up those who store rows that refer to the row.
func (d dialect) turn() string {
	if d == postgres {
		return " FOR NO KEY UPDATE"
	}
	return ""
}

// claim is lock for queues: rows held by another worker are passed over.
func (d dialect) claim() string {
	if d == postgres {
		return " FOR UPDATE SKIP LOCKED"
	}
	return ""
}

// elements makes rows, l.value, of a JSON list of texts.
func (d dialect) elements(param string) string {
	if d == postgres {
		return "jsonb_array_elements_text(CAST(" + param + " AS JSONB)) AS l (value)"
	}
	return "json_each(" + param + ") AS l"
}

// raced reports whether an error means that the transaction lost a race and
// would succeed if run again (serialization failure, deadlock).
func (d dialect) raced(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}

func (s *Store) connect(o Options) error {
	if s.dialect == postgres {
		db, err := sql.Open("pgx", o.URL)
		if err != nil {
			return fault.Wrap(fault.Misconfigured, err, "CARTOGRAPH_DATABASE_URL is not a Postgres address")
		}
		conns := o.Conns
		if conns == 0 {
			conns = 20
		}
		db.SetMaxOpenConns(conns)
		db.SetMaxIdleConns(conns)
		s.read, s.write = db, db
		return nil
	}
	var err error
	if s.write, err = sql.Open("sqlite", sqliteDSN(o, "immediate", false)); err != nil {
		return fault.Wrap(fault.Misconfigured, err, "cannot open the SQLite file")
	}
	s.write.SetMaxOpenConns(1)
	if s.read, err = sql.Open("sqlite", sqliteDSN(o, "deferred", true)); err != nil {
		return fault.Wrap(fault.Misconfigured, err, "cannot open the SQLite file")
	}
	s.read.SetMaxOpenConns(4)
	s.read.SetMaxIdleConns(4)
	s.reads = &preparedReads{sqlDB: sqlDB{s.read}, by: map[string]*sql.Stmt{}}
	return nil
}

func sqliteDSN(o Options, txlock string, readOnly bool) string {
	sync := strings.ToUpper(o.Sync)
	if sync == "" {
		sync = "FULL"
	}
	v := url.Values{"_txlock": {txlock}, "_pragma": {
		"busy_timeout(10000)", "journal_mode(WAL)", fmt.Sprintf("synchronous(%s)", sync), "foreign_keys(1)",
		// Savepoints keep their journal in memory; the default cache of 2 MB is a tenth of a busy shop's index pages.
		"temp_store(memory)", "cache_size(-16000)",
	}}
	if readOnly {
		v.Add("_pragma", "query_only(1)")
	}
	return "file:" + (&url.URL{Path: o.URL}).EscapedPath() + "?" + v.Encode()
}
