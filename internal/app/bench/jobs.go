package bench

import (
	"bufio"
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

// jobs asks the server's own metrics how many due alarms it has handled, once
// the ones that handled n steps are over.
func (b *bench) jobs(ctx context.Context, s Server, n int) (jobs int, err error) {
	err = b.until(ctx, "the alarms' handlers to end", func() (int, bool, error) {
		seen, err := samples(ctx, s.URL()+"/metrics", `cartograph_alarm_jobs_total{kind="due"}`, `cartograph_alarm_work_total{kind="due"}`)
		if err != nil {
			return 0, false, err
		}
		jobs = int(seen[0])
		return int(seen[1]), int(seen[1]) >= n, nil
	})
	return jobs, err
}

// samples reads metrics by their whole names; one that is not there is 0.
func samples(ctx context.Context, address string, names ...string) ([]float64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "cannot ask for metrics")
	}
	req.Close = true // the server is about to be stopped
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fault.Wrap(fault.Internal, err, "cannot ask for metrics")
	}
	defer res.Body.Close()
	values := make([]float64, len(names))
	lines := bufio.NewScanner(res.Body)
	for lines.Scan() {
		for i, name := range names {
			if text, ok := strings.CutPrefix(lines.Text(), name+" "); ok {
				if values[i], err = strconv.ParseFloat(text, 64); err != nil {
					return nil, fault.Wrap(fault.Internal, err, "a metric is no number")
				}
			}
		}
	}
	return values, lines.Err()
}
