// Package problem turns a fault into the answer its caller gets: one status
// per code and an RFC 9457 problem document. Nothing else in the web package
// chooses a status for an error.
package problem

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// ContentType is the media type of every problem document.
const ContentType = "application/problem+json"

// RetryAfter is what an overloaded answer asks for, in seconds.
const RetryAfter = "5"

// Problem is one failure as the caller sees it. The doc tags are published in
// the OpenAPI document.
type Problem struct {
	// Type leads to the explanation of Code in the documentation.
	Type string `json:"type" doc:"Address of the explanation of this code" example:"/docs#not_found"`
	// Title is the status in words.
	Title string `json:"title" doc:"The HTTP status in words" example:"Not Found"`
	// Status repeats the HTTP status.
	Status int `json:"status" doc:"The HTTP status" example:"404"`
	// Detail says what happened this time.
	Detail string `json:"detail" doc:"What happened, in one sentence" example:"there is no cart of this id"`
	// Code is stable; programs decide by it.
	Code fault.Code `json:"code" doc:"Stable name of the kind of failure" enum:"invalid,unprocessable,unauthorized,forbidden,not_found,conflict,too_large,overloaded,throttled,misconfigured,internal"`
	// Field is the offending input's path, if there is one.
	Field string `json:"field,omitempty" doc:"The offending input" example:"query.limit"`
	// Remedy says what to do, if that is not plain from Detail.
	Remedy string `json:"remedy,omitempty" doc:"What to do about it" example:"give a number from 1 to 200"`
	// Errors lists every fault where the input has several.
	Errors []Fault `json:"errors,omitempty" nullable:"false" doc:"Every fault, where the input has several"`
	// Results are the receipts of a batch of events of which none was taken.
	Results []event.Receipt `json:"results,omitempty" nullable:"false" doc:"One receipt per event, where a whole batch was refused"`

	// cause is for the log only.
	cause error
	// after is how long to wait, where that is known.
	after time.Duration
}

// Fault is one of several things wrong with an input.
type Fault struct {
	// Field is the input's path.
	Field string `json:"field,omitempty" doc:"The offending input"`
	// Detail says what is wrong with it.
	Detail string `json:"detail" doc:"What is wrong with it"`
	// Remedy says what to do.
	Remedy string `json:"remedy,omitempty" doc:"What to do about it"`
}

// statuses is the one table from code to status.
var statuses = map[fault.Code]int{
	fault.Invalid:       http.StatusBadRequest,
	fault.Unprocessable: http.StatusUnprocessableEntity,
	fault.Unauthorized:  http.StatusUnauthorized,
	fault.Forbidden:     http.StatusForbidden,
	fault.NotFound:      http.StatusNotFound,
	fault.Conflict:      http.StatusConflict,
	fault.TooLarge:      http.StatusRequestEntityTooLarge,
	fault.Overloaded:    http.StatusServiceUnavailable,
	fault.Throttled:     http.StatusTooManyRequests,
	// The sender may try again when the setting is mended; nothing was taken in.
	fault.Misconfigured: http.StatusServiceUnavailable,
	fault.Internal:      http.StatusInternalServerError,
}

// StatusOf gives the HTTP status of a code.
func StatusOf(code fault.Code) int {
	if s, ok := statuses[code]; ok {
		return s
	}
	return http.StatusInternalServerError
}

// From makes the problem of an error. The cause of an internal one stays in
// the log; a request that ran out of time may be repeated.
func From(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	var body *http.MaxBytesError
	switch {
	case errors.As(err, &body):
		return Of(fault.New(fault.TooLarge, "the body is over %d bytes", body.Limit).Try("send fewer events at once"))
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return Of(fault.Wrap(fault.Overloaded, err, "the answer took too long").Try("send the request again"))
	}
	all := collect(err, nil)
	if len(all) == 0 || all[0].Code == fault.Internal {
		return Of(fault.Wrap(fault.Internal, err, "something went wrong on our side").Try("try again later; the cause is in the server's log"))
	}
	p = Of(all[0])
	p.cause = err
	if len(all) > 1 {
		for _, e := range all {
			p.Errors = append(p.Errors, Fault{Field: e.Field, Detail: e.Message, Remedy: e.Remedy})
		}
	}
	return p
}

// Of makes the problem of one fault.
func Of(e *fault.Error) *Problem {
	status := StatusOf(e.Code)
	return &Problem{
		Type: "/docs#" + string(e.Code), Title: http.StatusText(status), Status: status,
		Detail: e.Message, Code: e.Code, Field: e.Field, Remedy: e.Remedy, cause: e.Err, after: e.After,
	}
}

// maxFaults bounds how many faults one answer lists.
const maxFaults = 100

// collect finds every fault in a tree of wrapped and joined errors, in order.
func collect(err error, found []*fault.Error) []*fault.Error {
	if err == nil || len(found) >= maxFaults {
		return found
	}
	if e, ok := err.(*fault.Error); ok {
		return append(found, e)
	}
	switch w := err.(type) {
	case interface{ Unwrap() []error }:
		for _, e := range w.Unwrap() {
			found = collect(e, found)
		}
	case interface{ Unwrap() error }:
		found = collect(w.Unwrap(), found)
	}
	return found
}

// Error gives the detail; Problem travels as an error where a library wants one.
func (p *Problem) Error() string { return p.Detail }

// Unwrap gives the cause, for the log.
func (p *Problem) Unwrap() error { return p.cause }

// GetStatus tells the API library the status.
func (p *Problem) GetStatus() int { return p.Status }

// GetHeaders tells the API library the headers.
func (p *Problem) GetHeaders() http.Header {
	h := http.Header{}
	switch {
	case p.after > 0:
		// Whole seconds, and never too few.
		h.Set("Retry-After", strconv.FormatInt(int64((p.after+time.Second-1)/time.Second), 10))
	case p.Code == fault.Overloaded, p.Code == fault.Throttled:
		h.Set("Retry-After", RetryAfter)
	}
	if p.Code == fault.Unauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="cartograph"`)
	}
	return h
}

// ContentType tells the API library the media type.
func (p *Problem) ContentType(string) string { return ContentType }

// Write answers with the problem.
func (p *Problem) Write(w http.ResponseWriter) error {
	for name, values := range p.GetHeaders() {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Type", ContentType)
	w.WriteHeader(p.Status)
	return json.NewEncoder(w).Encode(p)
}
