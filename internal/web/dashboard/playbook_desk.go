package dashboard

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/cartograph-dev/cartograph/internal/web/problem"
	"github.com/labstack/echo/v4"
)

// PersonaDesk is where personas are read and edited. A revision is the number of
// the list that the editor saw; its errors are faults, fault.Conflict when
// somebody else was faster.
type PersonaDesk interface {
	PersonasNow(ctx context.Context, shopID string) (journey.PersonaList, error)
	PersonaBoard(ctx context.Context, shopID string) (journey.PersonaBoard, error)
	PersonaLists(ctx context.Context, shopID string) ([]journey.PersonaList, error)
	// CheckRule says what is wrong with a rule, RuleForm reads it as rows, RuleReach tells what it would do.
	CheckRule(text string) []persona.Mistake
	RuleForm(text string) (persona.Form, bool)
	RuleReach(ctx context.Context, shopID, key, rule string) (journey.RuleReach, error)
	// SavePersona replaces the persona of a key, "" for a new one.
	SavePersona(ctx context.Context, shopID string, revision int, key string, p persona.Persona) error
	MovePersona(ctx context.Context, shopID string, revision int, key string, to int) error
	// DeletePersona needs an heir where there are sequences: "retire", or "to:" and a persona's key.
	DeletePersona(ctx context.Context, shopID string, revision int, key, heir string) error
	RestorePersonas(ctx context.Context, shopID string, revision, earlier int) error
}

// SequenceDesk is where sequences are read and edited. A revision is the number
// of the draft that the editor saw, 0 for none.
type SequenceDesk interface {
	SequenceLines(ctx context.Context, shopID string) ([]journey.SequenceLine, error)
	// SequenceBoard gives one version, 0 for the live one.
	SequenceBoard(ctx context.Context, shopID, key string, version int) (journey.SequenceBoard, error)
	SequenceHours(ctx context.Context, shopID string) ([]journey.ChannelHours, error)
	Templates(ctx context.Context, shopID string) ([]message.Template, error)
	// NewDraft begins a new sequence, SaveSequenceDraft changes one, CheckDraft says what keeps it from being published.
	NewDraft(ctx context.Context, shopID string, s sequence.Sequence, copyOf string) error
	SaveSequenceDraft(ctx context.Context, shopID string, revision int, s sequence.Sequence) (journey.SequenceDraft, error)
	CheckDraft(ctx context.Context, shopID string, s sequence.Sequence) error
	DiscardDraft(ctx context.Context, shopID, key string, revision int) error
	RestoreVersion(ctx context.Context, shopID, key string, version, revision int) error
	// PublishDraft makes it the live version; seen is the version it was compared with.
	PublishDraft(ctx context.Context, shopID, key string, revision, seen int, move bool) (version int, err error)
	RetireSequence(ctx context.Context, shopID, key string) error
	PauseSequence(ctx context.Context, shopID, key string) error
	ResumeSequence(ctx context.Context, shopID, key string) error
}

// CodeDesk is where stocks of codes are filled. Its errors are faults.
type CodeDesk interface {
	// CodeStocks gives a shop's stocks, also those that sequences name and that hold no code.
	CodeStocks(ctx context.Context, shopID string) ([]journey.CodeStock, error)
	// AddCodes reads codes, one a line, into a stock, which is made when it is new.
	AddCodes(ctx context.Context, shopID, stock string, text io.Reader) (journey.CodesAdded, error)
	// RemoveCodes removes the free codes of a stock, and gives how many there were.
	RemoveCodes(ctx context.Context, shopID, stock string) (int, error)
}

// PlaybookDesk is all of them.
type PlaybookDesk interface {
	PersonaDesk
	SequenceDesk
	CodeDesk
}

// maxPlaybookForm bounds the forms of personas and sequences, in bytes.
const maxPlaybookForm = 512 << 10

// form reads a form that was posted.
func form(c echo.Context) (url.Values, error) {
	req := c.Request()
	req.Body = http.MaxBytesReader(c.Response(), req.Body, maxPlaybookForm)
	if err := req.ParseForm(); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the form cannot be read").Try("open the page again and send it once more")
	}
	return req.PostForm, nil
}

// number reads a whole number of a form or address; what is none is missing.
func number(text string, missing int) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return missing
	}
	return n
}

// wrong is what is wrong with one field of a form.
type wrong struct{ Field, Detail, Remedy string }

// faultsOf gives a refusal as faults by field; ok is false for a failure that is not the form's.
func faultsOf(err error) (list []wrong, status int, ok bool) {
	p := problem.From(err)
	switch fault.CodeOf(err) {
	case fault.Unprocessable, fault.Conflict, fault.Invalid:
	default:
		return nil, 0, false
	}
	for _, one := range p.Errors {
		list = append(list, wrong{one.Field, capital(one.Detail), capital(one.Remedy)})
	}
	if len(list) == 0 {
		list = append(list, wrong{p.Field, capital(p.Detail), capital(p.Remedy)})
	}
	return list, p.Status, true
}

// lines splits a text into its lines, without empty ones.
func lines(text string) []string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// to answers a form by another page of the shop.
func (d *Dashboard) to(c echo.Context, m member, path string, query ...string) error {
	return c.Redirect(http.StatusSeeOther, d.frame(m, "", "", nil).Link(path, query...))
}
