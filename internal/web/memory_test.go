package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/cartograph-dev/cartograph/internal/access"
	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/persona"
	"github.com/cartograph-dev/cartograph/internal/sequence"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/shopper"
)

// memory is an installation in memory: what the web package's interfaces ask
// for, with every writing call noted.
type memory struct {
	mu     sync.Mutex
	writes []string

	shops []shop.Shop
	keys  map[string]string   // API key → shop
	users map[string][]string // user → shops
	links map[string]string   // sign-in token → user
	roles map[string]access.Role
	audit map[string][]access.Entry
	// generations rise when a user signs out everywhere; tried are the addresses of tries with a password.
	generations map[string]int
	tried       []string
	// actors are who did what the writes note, in their order.
	actors     []access.Actor
	carts      map[string][]journey.CartDetail
	messages   map[string][]message.Message
	summary    map[string]journey.Summary
	personas   []persona.Persona
	sequences  []sequence.Sequence
	templates  []message.Template
	desk       map[string]map[journey.TemplateName]desked // shop → templates
	orders     map[string][]cart.Purchase
	recoveries map[string][]attribution.Recovery
	held       map[string][]journey.Quarantined
	pages      map[string]journey.LinkPage // token → page
	choices    map[string][]journey.Choice
	whys       map[string]journey.Why

	deskMemory
	// callback keeps the last request a provider sent.
	callback delivery.Request
	// hold, when set, is waited for by Receive; entered tells that it waits.
	hold, entered chan struct{}
	// failing is what Receive and Collect answer instead.
	failing error
}

func (m *memory) note(what string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.writes = append(m.writes, what)
}

func (m *memory) written() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.writes)
}

func gone(what string) error { return fault.New(fault.NotFound, "there is no %s of this id", what) }

// --- hook.Engine

func (m *memory) Greet(_ context.Context, platform, shopID, challenge string) (string, error) {
	if !slices.ContainsFunc(m.shops, func(s shop.Shop) bool { return s.ID == shopID }) || challenge == "" {
		return "", gone("challenge")
	}
	return challenge, nil
}

func (m *memory) Receive(_ context.Context, platform, shopID string, header map[string][]string, body []byte) ([]event.Receipt, error) {
	if m.hold != nil {
		m.entered <- struct{}{}
		<-m.hold
	}
	if m.failing != nil {
		return nil, m.failing
	}
	if !slices.ContainsFunc(m.shops, func(s shop.Shop) bool { return s.ID == shopID }) {
		return nil, gone("shop")
	}
	if len(header["X-Signature"]) == 0 || header["X-Signature"][0] != "good" {
		return nil, fault.New(fault.Unauthorized, "the signature does not verify")
	}
	if !json.Valid(body) {
		return nil, fault.New(fault.Invalid, "the body is not JSON")
	}
	m.note("receive " + platform + " " + string(body))
	if strings.Contains(string(body), "senseless") {
		return []event.Receipt{{Status: event.Accepted, ID: "e1"}, {Status: event.Quarantined, Message: "the order has no id"}, {Status: event.Quarantined, Message: "x"}}, nil
	}
	return []event.Receipt{{Status: event.Accepted, ID: "e1"}}, nil
}

func (m *memory) Callback(_ context.Context, provider, shopID string, r delivery.Request) (string, string, error) {
	m.note("callback " + provider + " " + shopID)
	m.callback = r
	switch provider {
	case "twilio":
		return "text/xml", "<Response/>", nil
	case "messenger":
		return "", "challenge", nil
	}
	return "", "", nil
}

// --- api.Engine

func (m *memory) Collect(_ context.Context, shopID string, body []byte) ([]event.Receipt, error) {
	if m.failing != nil {
		return nil, m.failing
	}
	var in []struct{ Event string }
	if bytes.HasPrefix(body, []byte("{")) {
		body = slices.Concat([]byte("["), body, []byte("]"))
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, fault.Wrap(fault.Invalid, err, "the body is not JSON").Try("send JSON")
	}
	var out []event.Receipt
	for i, e := range in {
		switch e.Event {
		case "":
			out = append(out, event.Receipt{Index: i, Status: event.Rejected, Code: "unprocessable", Field: "event", Message: "the event has no name", Remedy: "name it"})
		case "again":
			out = append(out, event.Receipt{Index: i, Status: event.Duplicate, ID: "e0"})
		default:
			m.note("collect " + shopID + " " + e.Event)
			out = append(out, event.Receipt{Index: i, Status: event.Accepted, ID: "e1", CartID: "c1", Kind: event.CartUpdated})
		}
	}
	return out, nil
}

func (m *memory) ApplyBook(_ context.Context, shopID string, file []byte) ([]string, error) {
	if bytes.Contains(file, []byte("broken")) {
		return nil, fault.New(fault.Unprocessable, "the persona has no key").In("personas[0].key").Try("give it one")
	}
	m.note("apply " + shopID)
	return []string{"persona value-conscious"}, nil
}

// ReplayQuarantine folds what has the reason "mended" and leaves the rest.
func (m *memory) LiftPause(_ context.Context, shopID string) error {
	m.note("lift " + shopID)
	return nil
}

func (m *memory) Sender(_ context.Context, shopID string) (journey.Sender, error) {
	if shopID != "s1" {
		return journey.Sender{}, nil
	}
	return journey.Sender{
		From: "shop@shop.example", Paused: "6 of 100 emails were marked as spam.", PausedSince: noon,
		Counts: delivery.Reputation{Sent: 120, Delivered: 100, Complaints: 6, HardBounces: 2},
		Domain: []journey.SenderCheck{{Status: "fail", Says: "There is no DMARC record.", Advice: "Add this record.", RecordName: "_dmarc.shop.example", RecordType: "TXT", RecordValue: "v=DMARC1; p=none"}},
	}, nil
}

func (m *memory) ReplayQuarantine(ctx context.Context, shopID string, ask journey.Replay) (journey.Replayed, error) {
	id := ask.ID
	m.note(strings.TrimRight("replay "+shopID+" "+id+" "+ask.Topic, " "))
	m.actors = append(m.actors, access.ActorOf(ctx))
	out := journey.Replayed{}
	var held []journey.Quarantined
	for _, e := range m.held[shopID] {
		switch {
		case id != "" && e.ID != id, !isHeld(e, ask.Held):
			held = append(held, e)
		case e.Reason == "mended":
			out.Folded++
		default:
			held = append(held, e)
			out.Left = append(out.Left, journey.LeftEvent{ID: e.ID, Platform: e.Platform, Topic: e.Topic, ReceivedAt: e.ReceivedAt, Reason: e.Reason})
		}
	}
	if id != "" && out.Folded+len(out.Left) == 0 {
		return out, gone("event in quarantine")
	}
	m.held[shopID] = held
	if ask.Topic == endless {
		out.Next = "more"
	}
	return out, nil
}

// --- readers

func (m *memory) Quarantine(_ context.Context, shopID string, q journey.Query) (journey.Page[journey.Quarantined], error) {
	p := paged(slices.DeleteFunc(slices.Clone(m.held[shopID]), func(e journey.Quarantined) bool { return !isHeld(e, q.Held) }), q)
	for i := range p.Items {
		p.Items[i].Body, p.Items[i].Headers = nil, nil
	}
	return p, nil
}

func (m *memory) QuarantinedEvent(_ context.Context, shopID, id string) (journey.Quarantined, error) {
	for _, e := range m.held[shopID] {
		if e.ID == id {
			return e, nil
		}
	}
	return journey.Quarantined{}, gone("event in quarantine")
}

// CallerByAPIKey knows keys with every scope, and by "key:scope" with one.
func (m *memory) CallerByAPIKey(_ context.Context, key string) (access.Caller, error) {
	name, scope, narrow := strings.Cut(key, ":")
	for _, s := range m.shops {
		if id, ok := m.keys[name]; ok && s.ID == id {
			k := access.Key{ID: name, ShopID: id, Name: name, Scopes: access.Scopes()}
			if narrow {
				k.Scopes = []access.Scope{access.Scope(scope)}
			}
			return access.Caller{Shop: s, Key: k}, nil
		}
	}
	return access.Caller{}, fault.New(fault.Unauthorized, "the API key is not known")
}

// Standing gives everybody the role that roles names, else owner.
func (m *memory) Standing(_ context.Context, userID string) (access.Standing, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.users[userID]; !ok {
		return access.Standing{}, gone("user")
	}
	st := access.Standing{Person: access.Person{ID: userID, Generation: m.generations[userID]}, Name: userID + "@example.com", HasPassword: true, LastShop: m.last[userID]}
	for _, s := range m.shops {
		if !slices.Contains(m.users[userID], s.ID) {
			continue
		}
		role := access.Owner
		if r := m.roles[userID]; r != "" {
			role = r
		}
		st.Shops = append(st.Shops, access.Membership{Shop: s, Role: role})
	}
	return st, nil
}

// SignInWithPassword takes "password of " and the user, and is at its wits'
// end after a third failure from one address.
func (m *memory) SignInWithPassword(_ context.Context, email, password, from string) (access.Person, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tried = append(m.tried, from)
	user, _, _ := strings.Cut(email, "@")
	if _, ok := m.users[user]; ok && password == "password of "+user {
		return access.Person{ID: user, Generation: m.generations[user]}, nil
	}
	if len(m.tried) > 3 {
		return access.Person{}, fault.New(fault.Throttled, "too many sign-ins failed").Later(90 * time.Second).Try("wait")
	}
	return access.Person{}, fault.New(fault.Unauthorized, "they do not belong together").Try("check both")
}

// ChangeOwnPassword takes what SignInWithPassword takes, and new ones of 12 characters.
func (m *memory) ChangeOwnPassword(_ context.Context, userID, current, next, _ string) (access.Person, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case current != "password of "+userID:
		return access.Person{}, fault.New(fault.Unauthorized, "the current password is not right")
	case len(next) < 12:
		return access.Person{}, fault.New(fault.Unprocessable, "the password is too short").Try("choose a longer one")
	}
	m.generations[userID]++
	m.writes = append(m.writes, "new password of "+userID)
	return access.Person{ID: userID, Generation: m.generations[userID]}, nil
}

func (m *memory) SignOutEverywhere(_ context.Context, userID string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.generations[userID]++
	m.writes = append(m.writes, "sign out everywhere "+userID)
	return nil
}

func (m *memory) Audit(_ context.Context, shopID string, q journey.Query) (journey.Page[access.Entry], error) {
	m.auditQuery = q
	return paged(m.audit[shopID], q), nil
}

func (m *memory) SignIn(_ context.Context, token string) (access.Person, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	user, ok := m.links[token]
	if !ok {
		return access.Person{}, fault.New(fault.Unauthorized, "the link was used or is too old")
	}
	delete(m.links, token)
	m.writes = append(m.writes, "sign in "+user)
	return access.Person{ID: user, Generation: m.generations[user]}, nil
}

// paged cuts a page: the cursor is the index to go on from.
func paged[T any](all []T, q journey.Query) journey.Page[T] {
	from, _ := strconv.Atoi(q.Cursor)
	limit := q.Limit
	if limit == 0 {
		limit = 50
	}
	to := min(from+limit, len(all))
	p := journey.Page[T]{Items: all[min(from, to):to]}
	if to < len(all) {
		p.Next = strconv.Itoa(to)
	}
	return p
}

func (m *memory) Carts(_ context.Context, shopID string, q journey.Query) (journey.Page[journey.CartRow], error) {
	var rows []journey.CartRow
	for _, d := range m.carts[shopID] {
		if q.State == "" || string(d.Cart.State) == q.State || q.State == "recovered" && d.Cart.OrderID != "" {
			rows = append(rows, rowOf(d))
		}
	}
	return paged(rows, q), nil
}

func rowOf(d journey.CartDetail) journey.CartRow {
	return journey.CartRow{
		ID: d.Cart.ID, State: d.Cart.State, ShopperID: d.Cart.ShopperID, FirstName: d.Shopper.Traits.FirstName.Value,
		Email: d.Shopper.Traits.Email.Value, Persona: d.Cart.PersonaKey, Items: len(d.Cart.Items()), Total: d.Cart.Total(),
		Recovered: d.Cart.OrderID != "", LastActivity: d.Cart.LastActivity(), StartedAt: d.Cart.StartedAt(),
		AbandonedAt: d.Cart.AbandonedAt, OrderedAt: d.Cart.OrderedAt, OrderID: d.Cart.OrderID,
	}
}

// CreditedTo says the same of every recovery of the shop.
func (m *memory) CreditedTo(_ context.Context, shopID string, ids []string) (map[string]journey.Credited, error) {
	out := map[string]journey.Credited{}
	for _, r := range m.recoveries[shopID] {
		if slices.Contains(ids, r.ID) {
			out[r.ID] = journey.Credited{Persona: "value-conscious", Sequence: "cart-value-conscious", Channel: event.SMS, Order: "#1042"}
		}
	}
	return out, nil
}

func (m *memory) CartNames(_ context.Context, shopID string, carts []string) (map[string]string, error) {
	names := map[string]string{}
	for _, d := range m.carts[shopID] {
		if t := d.Shopper.Traits; slices.Contains(carts, d.Cart.ID) && t.FirstName.Value != "" {
			names[d.Cart.ID] = t.FirstName.Value
		}
	}
	return names, nil
}

func (m *memory) ShopperNames(_ context.Context, shopID string, shoppers []string) (map[string]string, error) {
	names := map[string]string{}
	for _, d := range m.carts[shopID] {
		if t := d.Shopper.Traits; slices.Contains(shoppers, d.Cart.ShopperID) && t.FirstName.Value != "" {
			names[d.Cart.ShopperID] = t.FirstName.Value
		}
	}
	return names, nil
}

func (m *memory) Cart(_ context.Context, shopID, id string) (journey.CartDetail, error) {
	for _, d := range m.carts[shopID] {
		if d.Cart.ID == id {
			return d, nil
		}
	}
	return journey.CartDetail{}, gone("cart")
}

func (m *memory) Decisions(_ context.Context, shopID string, q journey.Query) (journey.Page[journey.Decision], error) {
	var all []journey.Decision
	for _, d := range m.carts[shopID] {
		for _, e := range d.Timeline {
			if e.Decision != nil && (q.CartID == "" || q.CartID == d.Cart.ID) && (q.State == "" || q.State == string(e.Decision.Outcome)) {
				all = append(all, *e.Decision)
			}
		}
	}
	return paged(all, q), nil
}

func (m *memory) Shopper(_ context.Context, shopID, id string) (shopper.Shopper, shopper.History, error) {
	for _, d := range m.carts[shopID] {
		if d.Shopper.ID == id {
			return d.Shopper, d.History, nil
		}
	}
	return shopper.Shopper{}, shopper.History{}, gone("shopper")
}

func (m *memory) Messages(_ context.Context, shopID string, q journey.Query) (journey.Page[message.Message], error) {
	var all []message.Message
	for _, msg := range m.messages[shopID] {
		if (q.State == "" || string(msg.State) == q.State || q.State == "left" && msg.State.Left()) && (q.Channel == "" || q.Channel == msg.Channel) &&
			!msg.ReservedAt.Before(q.Since) && msg.SentAt.Sub(msg.StepDueAt) >= q.LateBy {
			all = append(all, msg)
		}
	}
	return paged(all, q), nil
}

func (m *memory) Message(_ context.Context, shopID, id string) (message.Message, error) {
	for _, msg := range m.messages[shopID] {
		if msg.ID == id {
			return msg, nil
		}
	}
	return message.Message{}, gone("message")
}

func (m *memory) Orders(_ context.Context, shopID string, q journey.Query) (journey.Page[cart.Purchase], error) {
	return paged(m.orders[shopID], q), nil
}

func (m *memory) Recoveries(_ context.Context, shopID string, q journey.Query) (journey.Page[attribution.Recovery], error) {
	return paged(m.recoveries[shopID], q), nil
}

func (m *memory) Personas(context.Context, string) ([]persona.Persona, error) { return m.personas, nil }
func (m *memory) Sequences(context.Context, string) ([]sequence.Sequence, error) {
	return m.sequences, nil
}
func (m *memory) Templates(context.Context, string) ([]message.Template, error) {
	return m.templates, nil
}
func (m *memory) Summary(_ context.Context, shopID string) (journey.Summary, error) {
	return m.summary[shopID], nil
}
func (m *memory) SandboxChannels(_ context.Context, shopID string) ([]event.Channel, error) {
	return m.summary[shopID].SandboxChannels, nil
}

// --- storefront.Engine

func (m *memory) LinkPage(_ context.Context, _ message.Link, token string) (journey.LinkPage, error) {
	p, ok := m.pages[token]
	if !ok {
		return journey.LinkPage{}, gone("link")
	}
	return p, nil
}

func (m *memory) NoteClick(_ context.Context, purpose message.Link, token string, v attribution.Visit) error {
	m.note(strings.TrimSpace("click " + string(purpose) + " " + token + " " + v.UserAgent + " " + honeypot[v.Honeypot]))
	return nil
}

var honeypot = map[bool]string{true: "honeypot"}

func (m *memory) Seen(_ context.Context, token string, _ attribution.Visit) error {
	if _, ok := m.pages[token]; !ok {
		return gone("link")
	}
	m.note("seen " + token)
	return nil
}

func (m *memory) Preferences(ctx context.Context, token string) (journey.Preferences, error) {
	p, err := m.LinkPage(ctx, message.LinkUnsubscribe, token)
	return journey.Preferences{LinkPage: p, Choices: m.choices[token]}, err
}

func (m *memory) Prefer(_ context.Context, token string, c event.Channel, a event.Answer, wording string) error {
	if _, ok := m.pages[token]; !ok {
		return gone("link")
	}
	if a == event.Yes && c != event.Email {
		return fault.New(fault.Conflict, "not here")
	}
	m.note(strings.TrimSpace(fmt.Sprintf("prefer %s %s %s %s", token, c, a, wording)))
	return nil
}

func (m *memory) Restore(_ context.Context, token string) (string, error) {
	p, ok := m.pages[token]
	switch {
	case !ok:
		return "", gone("link")
	case p.Ordered, p.Empty, p.Expired:
		return "", fault.New(fault.Conflict, "there is nothing to restore")
	}
	m.note("restore " + token)
	if token == "hostile" {
		return "javascript:alert(1)", nil
	}
	return "https://shop.example/cart/restore?key=1", nil
}

func (m *memory) Unsubscribe(_ context.Context, token string, everything bool) error {
	if _, ok := m.pages[token]; !ok {
		return gone("link")
	}
	if everything {
		m.note("unsubscribe " + token + " everything")
	} else {
		m.note("unsubscribe " + token)
	}
	return nil
}

func (m *memory) Confirm(ctx context.Context, token string) (journey.LinkPage, error) {
	p, err := m.LinkPage(ctx, message.LinkConfirm, token)
	if err == nil {
		m.note("confirm " + token)
		p.Confirmed = true
	}
	return p, err
}

func (m *memory) Why(_ context.Context, token string) (journey.Why, error) {
	w, ok := m.whys[token]
	if !ok {
		return journey.Why{}, gone("link")
	}
	return w, nil
}

// sessions is an scs.CtxStore that counts its writes.
type sessions struct {
	mu     sync.Mutex
	rows   map[string][]byte
	writes int
}

func newSessions() *sessions { return &sessions{rows: map[string][]byte{}} }

func (s *sessions) Find(token string) ([]byte, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	b, ok := s.rows[token]
	return b, ok, nil
}

func (s *sessions) Commit(token string, b []byte, _ time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rows[token] = b
	s.writes++
	return nil
}

func (s *sessions) Delete(token string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.rows, token)
	s.writes++
	return nil
}

func (s *sessions) FindCtx(_ context.Context, token string) ([]byte, bool, error) {
	return s.Find(token)
}
func (s *sessions) CommitCtx(_ context.Context, token string, b []byte, at time.Time) error {
	return s.Commit(token, b, at)
}
func (s *sessions) DeleteCtx(_ context.Context, token string) error { return s.Delete(token) }
