package dashboard

import (
	"context"
	"net/http"
	"slices"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/web/problem"
	"github.com/labstack/echo/v4"
)

// TestSender sends a merchant a message of their own shop.
type TestSender interface {
	// TestSend sends the first message of the first live sequence, written for a
	// sample shopper and marked as a test, to an email address or phone number.
	TestSend(ctx context.Context, shopID, to string) (journey.TestSend, error)
}

// StartDesk takes a shop from empty to its first message.
type StartDesk interface {
	TestSender
	// StartFacts tells how far it has come.
	StartFacts(ctx context.Context, shopID string) (journey.StartFacts, error)
	// FirstSequence gives the one a newcomer should look at, without steps if there is none.
	FirstSequence(ctx context.Context, shopID string) (sequence.Sequence, error)
	// SkipStep leaves a step out, or takes it up again.
	SkipStep(ctx context.Context, shopID, step string, skip bool) error
	// ChooseRules sets quiet hours and consent mode, also to what they are.
	ChooseRules(ctx context.Context, shopID string, set map[string]string) error
	// GoLive lets messages leave; steps that were due before never do.
	GoLive(ctx context.Context, shopID string) error
}

// startStep is one of the five.
type startStep struct {
	// Key names it in forms, Number counts from 1.
	Key    string
	Number int
	Title  string
	// Done is what Cartograph has seen for itself, Skipped what somebody chose.
	Done, Skipped bool
	// Seen says what was seen; "" for nothing yet.
	Seen string
}

// State is the step's in one word.
func (s startStep) State() string {
	switch {
	case s.Done:
		return "done"
	case s.Skipped:
		return "skipped"
	}
	return "open"
}

// startView is the page of the first set-up.
type startView struct {
	frame
	Steps    []startStep
	Left     int
	Webhooks journey.Webhooks
	Guide    PlatformGuide
	Identity []field
	Rules    []field
	Setups   []channelCard
	Personas []persona.Persona
	Sequence sequence.Sequence
	Facts    journey.StartFacts
	// News is what a form just did.
	News startNews
}

// startNews is what a form of the first set-up just did, where the page itself
// answers it.
type startNews struct {
	// secret is a new signing secret, shown this once; saved that one was stored.
	secret string
	// sent is a test's outcome, nil for none; to what was typed, trouble why it was refused.
	sent        *journey.TestSend
	to, trouble string
	status      int
	typed       map[string]string
	refused     map[string]*fault.Error
}

// Secret is a new signing secret, "" for none.
func (n startNews) Secret() string { return n.secret }

// Sent is a test's outcome, nil for none.
func (n startNews) Sent() *journey.TestSend { return n.sent }

// To is where the test was to go.
func (n startNews) To() string { return n.to }

// Trouble is why the test was refused.
func (n startNews) Trouble() string { return n.trouble }

// identityFields are what step two asks for.
var identityFields = []string{"name", "address", "support_email", "timezone"}

// ruleFields are what step four asks for.
var ruleFields = []string{"quiet_hours", "consent_mode"}

// stepsOf judges the five steps by facts.
func stepsOf(f frame, sh shop.Shop, facts journey.StartFacts, email journey.ChannelSetup) []startStep {
	s := sh.Settings
	steps := []startStep{
		{Key: "connect", Title: "Connect your shop", Done: facts.First != nil},
		{Key: "identity", Title: "Say who you are", Done: s.Address != "" && s.SupportEmail != ""},
		{Key: "channels", Title: "Set up your channels", Done: email.Source != journey.NoAccount && facts.EmailChecked.OK && facts.DomainChecked.OK},
		{Key: "rules", Title: "Meet your personas, choose your rules", Done: !facts.RulesChosen.IsZero()},
		{Key: "test", Title: "Send yourself a test, then go live", Done: !facts.Tested.IsZero() && !facts.Live.IsZero()},
	}
	for i := range steps {
		steps[i].Number, steps[i].Skipped = i+1, slices.Contains(facts.Skipped, steps[i].Key)
	}
	if a := facts.First; a != nil {
		steps[0].Seen = "The first event came " + f.Ago(a.At) + ": " + arrivalName(*a) + "."
	}
	if steps[2].Done {
		steps[2].Seen = "SendGrid takes your key, and your domain is authenticated."
	}
	if steps[3].Done {
		steps[3].Seen = "Chosen " + f.Ago(facts.RulesChosen) + "."
	}
	if steps[4].Done {
		steps[4].Seen = "Last test: " + f.Ago(facts.Tested) + ". Messages leave since " + f.Time(facts.Live) + "."
	}
	return steps
}

func arrivalName(a journey.Arrival) string {
	if a.Topic != "" {
		return a.Topic + " (" + a.Platform + ")"
	}
	return string(a.Kind) + " (" + a.Platform + ")"
}

// stepsLeft counts those that are neither done nor left out.
func stepsLeft(steps []startStep) (n int) {
	for _, s := range steps {
		if !s.Done && !s.Skipped {
			n++
		}
	}
	return n
}

// Start is GET /start.
func (d *Dashboard) Start(c echo.Context, m member) error { return d.start(c, m, startNews{}) }

func (d *Dashboard) start(c echo.Context, m member, news startNews) error {
	ctx := c.Request().Context()
	sandbox, err := d.sandbox(c, m)
	if err != nil {
		return err
	}
	v := startView{frame: d.frame(m, "Getting started", "start", sandbox), Guide: guideOf(m.shop.Platform), News: news}
	if v.Facts, err = d.Desk.StartFacts(ctx, m.shop.ID); err != nil {
		return err
	}
	if v.Webhooks, err = d.Desk.Webhooks(ctx, m.shop.ID, m.may()); err != nil {
		return err
	}
	if v.Personas, err = d.Reader.Personas(ctx, m.shop.ID); err != nil {
		return err
	}
	if v.Sequence, err = d.Desk.FirstSequence(ctx, m.shop.ID); err != nil {
		return err
	}
	setups, err := d.Desk.Channels(ctx, m.shop.ID, false)
	if err != nil {
		return err
	}
	for _, s := range setups {
		v.Setups = append(v.Setups, cardOf(s, m.may(), false, nil))
	}
	v.Steps = stepsOf(v.frame, m.shop, v.Facts, emailOf(setups))
	v.Left, v.Identity, v.Rules = stepsLeft(v.Steps), fieldsNamed(m, identityFields, news), fieldsNamed(m, ruleFields, news)
	// A page that tells something once is not replaced by itself.
	v.Live = news.status == 0 && news.secret == "" && news.sent == nil
	return d.show(c, max(news.status, http.StatusOK), "start.html", v)
}

func emailOf(setups []journey.ChannelSetup) journey.ChannelSetup {
	for _, s := range setups {
		if s.Channel == "email" {
			return s
		}
	}
	return journey.ChannelSetup{Source: journey.NoAccount}
}

func fieldsNamed(m member, names []string, news startNews) (out []field) {
	all := shop.Catalogue()
	for _, name := range names {
		at := slices.IndexFunc(all, func(s shop.Setting) bool { return s.Name == name })
		out = append(out, settingField(m, all[at], news.typed, news.refused))
	}
	return out
}

// SaveIdentity is POST /start/identity.
func (d *Dashboard) SaveIdentity(c echo.Context, m member) error {
	return d.saveStart(c, m, identityFields, d.Desk.ChangeShop)
}

// SaveStartRules is POST /start/rules.
func (d *Dashboard) SaveStartRules(c echo.Context, m member) error {
	return d.saveStart(c, m, ruleFields, d.Desk.ChooseRules)
}

func (d *Dashboard) saveStart(c echo.Context, m member, names []string, save func(context.Context, string, map[string]string) error) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	set := map[string]string{}
	for name, value := range typedIn(form, []settingsPart{{Group: shop.Facts}, {Group: shop.Voice}, {Group: shop.Sending}, {Group: shop.Permission}}) {
		if slices.Contains(names, name) {
			set[name] = value
		}
	}
	err = save(c.Request().Context(), m.shop.ID, set)
	if refused := fieldFaults(err); len(refused) > 0 {
		return d.start(c, m, startNews{status: http.StatusUnprocessableEntity, typed: set, refused: refused})
	}
	if err != nil {
		return err
	}
	return d.back(c, m, "/start")
}

// SkipStep is POST /start/skip.
func (d *Dashboard) SkipStep(c echo.Context, m member) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	step := form.Get("step")
	if !slices.Contains([]string{"connect", "identity", "channels", "rules", "test"}, step) {
		return fault.New(fault.Invalid, "there is no such step").In("step").Try("go back and press the button again")
	}
	if err := d.Desk.SkipStep(c.Request().Context(), m.shop.ID, step, form.Get("again") == ""); err != nil {
		return err
	}
	return d.back(c, m, "/start")
}

// SendTest is POST /start/test. The page itself answers, with the verdict.
func (d *Dashboard) SendTest(c echo.Context, m member) error {
	form, err := readForm(c)
	if err != nil {
		return err
	}
	news := startNews{to: clip(form.Get("to"), 320)}
	sent, err := d.Desk.TestSend(c.Request().Context(), m.shop.ID, form.Get("to"))
	switch code := fault.CodeOf(err); code {
	case "":
		news.sent = &sent
	case fault.Unprocessable, fault.Conflict, fault.Throttled:
		p := problem.From(err)
		if after := p.GetHeaders().Get("Retry-After"); after != "" {
			c.Response().Header().Set("Retry-After", after)
		}
		news.status, news.trouble = p.Status, why(asFault(err))
	default:
		return err
	}
	return d.start(c, m, news)
}

// GoLive is POST /start/live.
func (d *Dashboard) GoLive(c echo.Context, m member) error {
	if err := d.Desk.GoLive(c.Request().Context(), m.shop.ID); err != nil {
		return err
	}
	return d.back(c, m, "/start")
}

// startCard is how far the first set-up has come, for the overview.
type startCard struct {
	Done, Of int
	Next     startStep
}

// startCard gives it for owners, nil when nothing is left.
func (d *Dashboard) startCard(c echo.Context, m member) (*startCard, error) {
	if !m.may() {
		return nil, nil
	}
	ctx := c.Request().Context()
	facts, err := d.Desk.StartFacts(ctx, m.shop.ID)
	if err != nil {
		return nil, err
	}
	setups, err := d.Desk.Channels(ctx, m.shop.ID, false)
	if err != nil {
		return nil, err
	}
	steps := stepsOf(d.frame(m, "", "", nil), m.shop, facts, emailOf(setups))
	card := &startCard{Of: len(steps)}
	for _, s := range slices.Backward(steps) {
		if s.Done || s.Skipped {
			card.Done++
		} else {
			card.Next = s
		}
	}
	if card.Done == card.Of {
		return nil, nil
	}
	return card, nil
}
