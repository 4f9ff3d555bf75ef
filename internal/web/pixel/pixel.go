// Package pixel is what the pages of a shop load and post to: the script
// /pixel.js and the address it reports to. Both are open to everybody, so this
// door has limits of its own, and nothing that comes through it is believed
// beyond what package recovery says.
package pixel

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/cartograph-dev/cartograph/internal/attribution"
	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/shop"
	"github.com/cartograph-dev/cartograph/internal/web/assets"
	"github.com/cartograph-dev/cartograph/internal/web/intake"
	"github.com/cartograph-dev/cartograph/internal/web/pace"
	"github.com/labstack/echo/v4"
)

// Engine takes in what the script reports. Its errors are faults.
type Engine interface {
	// PixelMode gives what the script has to wait for on a page of an origin.
	PixelMode(ctx context.Context, shopID, origin string) (shop.PixelConsent, error)
	// Sight takes one report in; it returns only after what it holds is on disk.
	Sight(ctx context.Context, shopID, origin string, body []byte) error
}

// The limits of the door.
const (
	// maxBody is the largest report: browsers send no larger beacon.
	maxBody = 64 << 10
	// places is how many reports are taken in at once. They have a gate of their
	// own, so that a flood of them never keeps a webhook out.
	places = 64
	// perVisitor, perAddress and perShop are reports a second, with bursts of four
	// times as many. An office or a phone network is one address.
	perVisitor, perAddress, perShop = 2, 20, 500
	// visitorBytes is how much of a body is looked at for its visitor before it is read.
	visitorBytes = 64
)

// Door is where the pages of shops report.
type Door struct {
	engine Engine
	gate   *intake.Gate
	now    func() time.Time
	script script
	// salt makes what the limits remember of an address useless to anybody else.
	salt [16]byte
	// The limits. Nothing of them is stored.
	visitors, addresses, shops *pace.Pace
}

// New makes the door. It fails only when the script is not among the assets.
func New(e Engine, now func() time.Time) (*Door, error) {
	body, err := assets.File("pixel.js")
	if err != nil {
		return nil, err
	}
	d := &Door{
		engine: e, gate: intake.New(places, places*maxBody, maxBody), now: now,
		visitors: pace.New(perVisitor), addresses: pace.New(perAddress), shops: pace.New(perShop),
	}
	rand.Read(d.salt[:])
	d.script, err = newScript(body)
	return d, err
}

// mode is what the script asks before it does anything.
type mode struct {
	Consent shop.PixelConsent `json:"consent"`
}

// Ask is GET /p/:shop_id.
func (d *Door) Ask(c echo.Context) error {
	origin := d.allow(c)
	if err := d.slow(d.addresses, c.RealIP()); err != nil {
		return err
	}
	m, err := d.engine.PixelMode(c.Request().Context(), c.Param("shop_id"), origin)
	if err != nil {
		return err
	}
	d.permit(c, origin)
	// So long a change of the setting may take to reach a browser that was there before.
	c.Response().Header().Set("Cache-Control", "private, max-age=300")
	return c.JSON(http.StatusOK, mode{m})
}

// Take is POST /p/:shop_id. A machine is answered as everybody is, and nothing of it is kept.
func (d *Door) Take(c echo.Context) error {
	origin, req := d.allow(c), c.Request()
	if err := d.slow(d.addresses, c.RealIP()); err != nil {
		return err
	}
	if err := d.slow(d.shops, c.Param("shop_id")); err != nil {
		return err
	}
	v := attribution.Visit{Method: req.Method, UserAgent: req.UserAgent(), Purpose: req.Header.Get("Purpose"), SecPurpose: req.Header.Get("Sec-Purpose"), XMoz: req.Header.Get("X-Moz")}
	if v.Robot() != "" {
		return c.NoContent(http.StatusNoContent)
	}
	body, leave, err := d.gate.Take(req)
	if err != nil {
		return err
	}
	defer leave()
	if err := d.slow(d.visitors, string(body[:min(len(body), visitorBytes)])); err != nil {
		return err
	}
	if err := d.engine.Sight(req.Context(), c.Param("shop_id"), origin, body); err != nil {
		return err
	}
	d.permit(c, origin)
	return c.NoContent(http.StatusNoContent)
}

// allow gives the origin of the page that asks. The answer depends on it in any case.
func (d *Door) allow(c echo.Context) string {
	h := c.Response().Header()
	h.Add("Vary", "Origin")
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	return c.Request().Header.Get("Origin")
}

// permit lets the page read the answer: only one whose origin was found to be the shop's.
func (d *Door) permit(c echo.Context, origin string) {
	c.Response().Header().Set("Access-Control-Allow-Origin", origin)
}

// slow keeps somebody to a rate. Who it was is remembered as a salted hash, for seconds.
func (d *Door) slow(p *pace.Pace, who string) error {
	sum := sha256.Sum256(append(d.salt[:len(d.salt):len(d.salt)], who...))
	if wait := p.Take(string(sum[:12]), d.now()); wait > 0 {
		return fault.New(fault.Throttled, "too many reports at once").Later(wait)
	}
	return nil
}

// Script is GET /pixel.js.
func (d *Door) Script(c echo.Context) error {
	h, req := c.Response().Header(), c.Request()
	h.Set("ETag", d.script.tag)
	h.Set("Cache-Control", "public, max-age=3600, stale-while-revalidate=86400")
	h.Set("Vary", "Accept-Encoding")
	// Shops with strict policies of their own may load it.
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Access-Control-Allow-Origin", "*")
	if strings.Contains(req.Header.Get("If-None-Match"), strings.TrimPrefix(d.script.tag, "W/")) {
		return c.NoContent(http.StatusNotModified)
	}
	body := d.script.plain
	if strings.Contains(req.Header.Get("Accept-Encoding"), "gzip") {
		body = d.script.zipped
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	return c.Blob(http.StatusOK, "text/javascript; charset=utf-8", body)
}
