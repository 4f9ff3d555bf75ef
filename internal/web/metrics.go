package web

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
)

// measured counts and times requests by route pattern, method and status
// class. The raw path is never a label: it holds tokens, and has no end.
func measured(r prometheus.Registerer, now func() time.Time) (echo.MiddlewareFunc, error) {
	took := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "cartograph_http_request_duration_seconds", Help: "Time to answer HTTP requests, by route pattern.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
	}, []string{"route", "method", "status"})
	if err := r.Register(took); err != nil {
		return nil, fmt.Errorf("register the request metric: %w", err)
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			start := now()
			err := next(c)
			if err != nil {
				// Answer now, so that the status is the one that was sent.
				c.Error(err)
			}
			status := strconv.Itoa(c.Response().Status/100) + "xx"
			took.WithLabelValues(pattern(c), method(c.Request().Method), status).Observe(now().Sub(start).Seconds())
			return nil
		}
	}, nil
}

// pattern is the route's, "none" where no route was found.
func pattern(c echo.Context) string {
	if c.Path() == "" || c.Response().Status == http.StatusMethodNotAllowed {
		return "none"
	}
	return c.Path()
}

// method keeps invented methods from becoming labels.
func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return m
	}
	return "other"
}
