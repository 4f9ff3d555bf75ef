// Package fault holds the one error type of Cartograph and its codes.
//
// Every layer returns a *Error (or wraps one): the code tells what kind of
// failure it is, the message what happened, the remedy what its reader does
// next. The web package turns a code into an HTTP status, once. An error
// without a code is internal: operators see it in the log, clients do not.
package fault

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Code is a stable, lower-case name for a kind of failure. It is part of the
// public contract: problem JSON carries it as `code`.
type Code string

// The codes. Add one only where a caller must act differently.
const (
	// Invalid: the input cannot be read at all (truncated JSON, a bad query value).
	Invalid Code = "invalid"
	// Unprocessable: readable input that means nothing sensible (unknown currency, negative quantity).
	Unprocessable Code = "unprocessable"
	// Unauthorized: no credentials or a signature that does not verify.
	Unauthorized Code = "unauthorized"
	// Forbidden: known caller without the right to do this.
	Forbidden Code = "forbidden"
	// NotFound: nothing of that id in this shop.
	NotFound Code = "not_found"
	// Conflict: the thing is already there, or has changed meanwhile.
	Conflict Code = "conflict"
	// TooLarge: the body is over the cap.
	TooLarge Code = "too_large"
	// Overloaded: try again later; nothing was taken in.
	Overloaded Code = "overloaded"
	// Throttled: this caller asks too often; again after the error's After.
	Throttled Code = "throttled"
	// Misconfigured: an operator or merchant must change a setting first.
	Misconfigured Code = "misconfigured"
	// Internal: anything unforeseen.
	Internal Code = "internal"
)

// Error is a failure with a code. Message and Remedy may be shown to the
// caller; Err, the cause, may not.
type Error struct {
	// Code is the kind of failure.
	Code Code
	// Message says what happened, in one sentence without a full stop.
	Message string
	// Field is the offending input's path ("items[3].quantity"), if there is one.
	Field string
	// Remedy says what the reader can do next, if that is not plain from Message.
	Remedy string
	// After is how long the caller has to wait before trying again; 0 where that is not known.
	After time.Duration
	// Err is the cause, for the log only.
	Err error
}

// Error gives message, field, remedy and cause on one line, for the log.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Field != "" {
		b.WriteString(e.Field + ": ")
	}
	b.WriteString(e.Message)
	if e.Remedy != "" {
		b.WriteString(" (" + e.Remedy + ")")
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// New makes an error of a code; the format follows fmt.Sprintf.
func New(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Wrap makes an error of a code around a cause.
func Wrap(code Code, err error, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...), Err: err}
}

// In names the offending field and returns the error.
func (e *Error) In(field string) *Error { e.Field = field; return e }

// Try names the remedy and returns the error.
func (e *Error) Try(remedy string) *Error { e.Remedy = remedy; return e }

// Later says when to try again and returns the error.
func (e *Error) Later(after time.Duration) *Error { e.After = after; return e }

// CodeOf gives the code of the first *Error in err's chain, Internal for any
// other error and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return Internal
}

// Is reports whether err carries the code.
func Is(err error, code Code) bool { return CodeOf(err) == code }
