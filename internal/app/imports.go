package app

import (
	"context"
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/store"
)

// maxNamed bounds the names of what a file changed in one line of the audit
// log; how many there were is told in numbers beside them.
const maxNamed = 50

// bookDetail tells what a published file changed: how many of each kind, and which.
func bookDetail(changed []string, counts map[string]int) map[string]string {
	detail := map[string]string{}
	for kind, n := range counts {
		if n > 0 {
			detail[kind] = strconv.Itoa(n)
		}
	}
	named := strings.Join(changed[:min(len(changed), maxNamed)], "; ")
	if more := len(changed) - maxNamed; more > 0 {
		named += "; and " + strconv.Itoa(more) + " more"
	}
	detail["changed"] = named
	return detail
}

// recordImport notes an import of answers about consent: what was taken in
// stays, so one that failed half-way is noted as well. One that only looked is not.
func recordImport(ctx context.Context, s *store.Store, shopID, file string, n importCount, failed error) error {
	if n.DryRun || n.Lines == 0 {
		return nil
	}
	detail := map[string]string{
		"lines": strconv.Itoa(n.Lines), "new": strconv.Itoa(n.New), "known": strconv.Itoa(n.Duplicate), "refused": strconv.Itoa(n.Rejected),
	}
	if failed != nil {
		detail["ended"] = "half-way"
	}
	// Whoever stopped the import is noted with it.
	return s.Write(context.WithoutCancel(ctx), func(ctx context.Context, tx *store.Tx) error {
		return record(ctx, tx, shopID, access.ConsentImported, file, detail)
	})
}
