package dashboard

import (
	"encoding/base64"
	"errors"
	"fmt"
	"html"
	"html/template"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/message"
	"github.com/cartograph-dev/cartograph/internal/money"
	"github.com/labstack/echo/v4"
)

// proofView is one rendered text beside the editor.
type proofView struct {
	frame
	journey.Proof
	// Name is the text's; Own is true for the one that is edited.
	Name journey.TemplateName
	Own  bool
	// From says which text it is: "draft", "live".
	From string
	// Frames is the address of the email's frames, without the look.
	with string
}

// Email, SMS and Card say what to draw.
func (p proofView) Email() bool { return p.Name.Channel == event.Email }

// SMS is true for a text message.
func (p proofView) SMS() bool { return p.Name.Channel == event.SMS }

// Rendering reports whether there is something to draw.
func (p proofView) Rendering() bool { return len(p.Problems) == 0 }

// Frame gives the address of an email's frame, "light" or "dark".
func (p proofView) Frame(look string) string {
	return p.At(p.Name, "/preview", "with", p.with, "look", look, "of", p.From)
}

// Said are the proof's words, as the script puts them in.
func (p proofView) Said() said { return saidOf(p.Proof, p.Shop.Settings.SMSPrice) }

// said is what a proof says, by the names that the page's script looks for.
type said struct {
	Subject   string `json:"subject"`
	Preheader string `json:"preheader"`
	Text      string `json:"text"`
	// Parts tells a text message's size, Size an email's.
	Parts string `json:"parts"`
	// Cost is what a text message costs, "" where the shop set no price.
	Cost   string `json:"cost"`
	Size   string `json:"size"`
	Title  string `json:"title"`
	Image  string `json:"image"`
	Button string `json:"button"`
}

func saidOf(p journey.Proof, price money.Price) said {
	r := p.Rendered
	s := said{Subject: r.Subject, Text: r.Text, Title: r.Title, Image: pictured(r.ImageURL), Button: r.ButtonTitle}
	switch p.Template.Channel {
	case event.SMS:
		s.Parts, s.Cost = partsOf(r), costOf(r, price)
	case event.Email:
		if r.HTML != "" {
			s.Size = fmt.Sprintf("%d KB of 102 that Gmail shows", (len(r.HTML)+1023)/1024)
		}
		s.Preheader = preheaderIn(r.HTML)
	}
	return s
}

// partsOf tells what a text message is billed as.
func partsOf(r message.Rendered) string {
	alphabet := "GSM-7"
	if r.Encoding == message.EncodingUCS2 {
		alphabet = "UCS-2: a character outside the plain alphabet makes every part shorter"
	}
	return fmt.Sprintf("%s, %s, %s", sentenceCount(r.Segments, "segment"), sentenceCount(utf8.RuneCountInString(r.Text), "character"), alphabet)
}

// costOf tells what a text message costs by the shop's own price.
func costOf(r message.Rendered, price money.Price) string {
	if !price.Known() || r.Segments == 0 {
		return ""
	}
	return fmt.Sprintf("about %s per message to one recipient", price.Times(r.Segments))
}

// PriceAsked reports whether the reader should be told that no price is set.
func (p proofView) PriceAsked() bool { return !p.Shop.Settings.SMSPrice.Known() }

// hidden is the preview text in an email's HTML.
var hidden = regexp.MustCompile(`(?s)<div style="display:none;[^"]*">(.*?)(?:&#8199;|</div>)`)

func preheaderIn(page string) string {
	m := hidden.FindStringSubmatch(page)
	if m == nil {
		return ""
	}
	return strings.TrimSpace(html.UnescapeString(m[1]))
}

// proofs renders what is edited, and what the key says on the other channels.
func (d *Dashboard) proofs(c echo.Context, m member, v templateView, b journey.TemplateBoard) ([]proofView, error) {
	own := proofView{frame: v.frame, Name: v.Name, Own: true, From: "live", with: v.With}
	if v.State.Drafted() {
		own.From = "draft"
	}
	var err error
	if own.Proof, err = d.prove(c, m, v.Text, v.With); err != nil {
		return nil, err
	}
	out := []proofView{own}
	for _, s := range besides(b, v.Name) {
		p := proofView{frame: v.frame, Name: s.Name, From: "live", with: v.With}
		if !s.Published() {
			p.From = "draft"
		}
		t := s.Live
		if !s.Published() {
			t = s.Draft.Template
		}
		if p.Proof, err = d.prove(c, m, t, v.With); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	slices.SortStableFunc(out[1:], func(a, b proofView) int {
		return slices.Index(channelOrder, a.Name.Channel) - slices.Index(channelOrder, b.Name.Channel)
	})
	return out, nil
}

// prove renders with what was chosen; a cart that is gone since gives way to a sample.
func (d *Dashboard) prove(c echo.Context, m member, t message.Template, with string) (journey.Proof, error) {
	p, err := d.Templates.ProveTemplate(c.Request().Context(), m.shop.ID, t, with)
	if with != "" && (fault.Is(err, fault.NotFound) || fault.Is(err, fault.Unprocessable)) {
		p, err = d.Templates.ProveTemplate(c.Request().Context(), m.shop.ID, t, "")
	}
	p.Rendered = message.Preview(p.Rendered)
	return p, err
}

// besides picks what a key's other channels say to a reader of the same locale.
func besides(b journey.TemplateBoard, n journey.TemplateName) []journey.TemplateState {
	var of []journey.TemplateState
	for _, s := range texts(b) {
		if s.Name.Key == n.Key && s.Name.Channel != n.Channel {
			of = append(of, s)
		}
	}
	var all []message.Template
	for _, s := range of {
		all = append(all, s.Current())
	}
	var out []journey.TemplateState
	for _, ch := range channelOrder {
		if t, ok := message.Pick(all, string(ch), n.Locale); ok {
			at := slices.IndexFunc(of, func(s journey.TemplateState) bool { return s.Name == journey.NameOf(t) })
			out = append(out, of[at])
		}
	}
	return out
}

// TemplatePreview is GET /templates/:key/:channel/:locale/preview: an email's
// HTML alone, for a frame; of=draft, of=live or a version's number.
func (d *Dashboard) TemplatePreview(c echo.Context, m member) error {
	s, err := d.known(c, m)
	if err != nil {
		return err
	}
	t := s.Current()
	switch of := c.QueryParam("of"); {
	case of == "live" && s.Published():
		t = s.Live
	case of != "" && of != "draft" && of != "live":
		n, _ := strconv.Atoi(of)
		v, err := d.Templates.TemplateVersion(c.Request().Context(), m.shop.ID, s.Name, n)
		if err != nil {
			return err
		}
		t = v.Template
	}
	return d.frameOf(c, m, t, c.QueryParam("with"))
}

// TryTemplate is POST …/preview: what the form holds now, for a frame where the
// address names a look, and else in words. Nothing is stored.
func (d *Dashboard) TryTemplate(c echo.Context, m member) error {
	if wait := d.tries.Take(m.user.ID, d.Now()); wait > 0 {
		return fault.New(fault.Throttled, "previews are asked for too often").Later(wait).Try("wait a moment")
	}
	if err := whole(c); err != nil {
		return err
	}
	with := c.FormValue("with")
	t, err := formTemplate(c, templateName(c))
	if err != nil && c.QueryParam("look") == "" {
		return c.JSON(http.StatusOK, tried{Problems: []message.Problem{message.ProblemOf(t, err)}})
	}
	if err != nil {
		return err
	}
	if c.QueryParam("look") != "" {
		return d.frameOf(c, m, t, with)
	}
	p, err := d.prove(c, m, t, with)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, tried{Problems: append([]message.Problem{}, p.Problems...), Said: saidOf(p, m.shop.Settings.SMSPrice), With: p.With})
}

// previewsASecond is how many one person may ask for, with bursts of four times
// as many. A pause in typing asks for four: the words and three frames.
const previewsASecond = 12

// tried is a proof for the page's script.
type tried struct {
	// Problems are what kept the text from being rendered; none when it was.
	Problems []message.Problem `json:"problems"`
	Said     said              `json:"said"`
	With     string            `json:"with"`
}

// maxTemplateForm bounds an editor's form, in bytes: every field at its most.
const maxTemplateForm = 2 << 20

// bounded reads a form that may be large, and refuses one that is too large:
// what was cut off must not be taken for what was typed.
func bounded(c echo.Context) error {
	r := c.Request()
	r.Body = http.MaxBytesReader(c.Response(), r.Body, maxTemplateForm)
	if err := r.ParseForm(); err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			return fault.Wrap(fault.TooLarge, err, "the text is larger than %d MB", maxTemplateForm>>20).Try("shorten it")
		}
		return fault.Wrap(fault.Invalid, err, "the form cannot be read").Try("go back and send it again")
	}
	return nil
}

// whole reads an editor's form, which always has a text.
func whole(c echo.Context) error {
	if err := bounded(c); err != nil {
		return err
	}
	if !c.Request().PostForm.Has("body") {
		return fault.New(fault.Unprocessable, "the form holds no text").In("body").Try("open the editor and send its form")
	}
	return nil
}

// frameOf answers with a rendered email alone, shut in.
func (d *Dashboard) frameOf(c echo.Context, m member, t message.Template, with string) error {
	p, err := d.prove(c, m, t, with)
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set("Content-Security-Policy", PreviewPolicy)
	h.Set("X-Frame-Options", "SAMEORIGIN")
	h.Set("Referrer-Policy", "no-referrer")
	if p.Rendered.HTML == "" {
		text := p.Rendered.Text
		for _, problem := range p.Problems {
			text += (frame{}).Place(problem) + problem.Message + "\n"
		}
		return c.Blob(http.StatusOK, echo.MIMETextPlainCharsetUTF8, []byte(text))
	}
	return c.HTML(http.StatusOK, inLook(withPictures(p.Rendered.HTML), c.QueryParam("look") == "dark"))
}

// night is the question that mail programs in dark mode say yes to.
var night = regexp.MustCompile(`\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)`)

// inLook shows an email as in a bright or a dark mail program, whatever this
// browser prefers.
func inLook(page string, dark bool) string {
	page = night.ReplaceAllStringFunc(page, func(q string) string {
		if strings.Contains(q, "dark") == dark {
			return "(min-width:0px)"
		}
		return "(max-width:0px)"
	})
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	return page + "<style>:root{color-scheme:" + scheme + "!important}</style>"
}

// sampleImage is the address of a picture of the samples, which are nowhere.
var sampleImage = regexp.MustCompile(`https://shop\.example/[a-z0-9/._-]+\.(?:jpg|png|webp)`)

// placeholder is what stands for a product of the samples.
const placeholder = `<svg xmlns="http://www.w3.org/2000/svg" width="128" height="128" viewBox="0 0 128 128"><rect width="128" height="128" fill="#dfe6e4"/><path d="M40 50h48l6 46H34z" fill="#8fa9a5"/><path d="M52 54v-8a12 12 0 0 1 24 0v8" fill="none" stroke="#5f7d79" stroke-width="5"/></svg>`

// withPictures gives the samples' products a picture.
func withPictures(page string) string {
	return sampleImage.ReplaceAllLiteralString(page, pictureData())
}

// pictured does so for one address.
func pictured(address string) string {
	if sampleImage.MatchString(address) {
		return pictureData()
	}
	return address
}

func pictureData() string {
	return "data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString([]byte(placeholder))
}

// Picture is the address of a card's picture, "" where there is none to load.
// It is typed as an address because the samples' picture is within the page.
func (p proofView) Picture() template.URL {
	address := p.Said().Image
	if address == pictureData() || p.frame.Picture(address) {
		// #nosec G203 -- our own picture, or an http address that was just looked at
		return template.URL(address)
	}
	return ""
}
