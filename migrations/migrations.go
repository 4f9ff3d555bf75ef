// Package migrations embeds the schema: one directory of portable SQL that
// goose applies, in order and each in its own transaction, to both engines.
package migrations

import "embed"

// FS holds the numbered files, each with its way up and down.
//
//go:embed *.sql
var FS embed.FS
