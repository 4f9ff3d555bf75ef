package journey

import "time"

// Offer is what a cart was promised by a step: once made, its code and its end stay.
type Offer struct {
	ID           string `json:"id"`
	ShopID       string `json:"shop_id"`
	EnrollmentID string `json:"enrollment_id"`
	// Key tells a cart's offers apart (sequence.Offer.Key); Stock is the stock its code is of, "" for a code for everybody.
	Key   string `json:"key"`
	Stock string `json:"stock,omitempty"`
	Code  string `json:"code"`
	Value string `json:"value"`
	// MessageID is the message that it was made for.
	MessageID string    `json:"message_id"`
	MadeAt    time.Time `json:"made_at"`
	ExpiresAt time.Time `json:"expires_at"`
}

// CodeStock is a shop's stock of codes that are good once.
type CodeStock struct {
	// Key is what steps name it by.
	Key string `json:"key"`
	// Free, Taken and TakenLately count its codes, each up to MaxCodesCounted; lately is CodesLately.
	Free        int `json:"free"`
	Taken       int `json:"taken"`
	TakenLately int `json:"taken_lately"`
	// UsedBy are the live sequences with a step that names it.
	UsedBy []string `json:"used_by"`
}

const (
	// MaxCodesCounted bounds counting: beyond it pages say "10,000+".
	MaxCodesCounted = 10_000
	// CodesLately is the time by which it is judged whether a stock will last.
	CodesLately = 3 * 24 * time.Hour
)

// Empty reports that steps that name the stock are skipped.
func (s CodeStock) Empty() bool { return len(s.UsedBy) > 0 && s.Free == 0 }

// Low reports that fewer codes are left than went in the last days.
func (s CodeStock) Low() bool {
	return len(s.UsedBy) > 0 && s.Free > 0 && s.Free < s.TakenLately && s.Free < MaxCodesCounted
}

// CodesAdded is what became of codes that were handed in.
type CodesAdded struct {
	Stock string `json:"stock"`
	// Added are new; Known were in the stock already, Twice came more than once in the same list.
	Added int `json:"added"`
	Known int `json:"known"`
	Twice int `json:"twice"`
	// Refused are those of a list that are no codes, in its order. A text is taken
	// wholly or not at all, and has none.
	Refused []CodeRefused `json:"refused,omitempty"`
}

// CodeRefused is one that is no code.
type CodeRefused struct {
	// Index is its place in the list, from 0. The text itself is not repeated.
	Index int `json:"index"`
	// Message is what is wrong with it, Remedy what to do.
	Message string `json:"message"`
	Remedy  string `json:"remedy,omitempty"`
}
