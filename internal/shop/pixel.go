package shop

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// PixelConsent is what the script on the shop's pages waits for.
type PixelConsent string

// The modes.
const (
	// PixelRequired: nothing is stored in the browser and nothing is sent before its person said yes.
	PixelRequired PixelConsent = "required"
	// PixelAssumed: it begins at once; a no ends it, and addresses are still not taken without a yes.
	PixelAssumed PixelConsent = "assumed"
	// PixelOff: it does nothing, and what is posted is refused.
	PixelOff PixelConsent = "off"
)

// PixelMode is what the shop's script waits for; required where nothing was chosen.
func (s Settings) PixelMode() PixelConsent {
	if s.PixelConsent == "" {
		return PixelRequired
	}
	return s.PixelConsent
}

func (s *Settings) setPixelConsent(value string) error {
	m := PixelConsent(value)
	if !slices.Contains([]PixelConsent{PixelRequired, PixelAssumed, PixelOff}, m) {
		return fault.New(fault.Unprocessable, "%q is no mode of the storefront pixel", value).In("pixel_consent").Try("write required, assumed or off")
	}
	if m == PixelRequired {
		m = "" // as it is where nothing was chosen
	}
	s.PixelConsent = m
	return nil
}

// maxOrigins bounds the further addresses of a shop's pages.
const maxOrigins = 20

// setPixelOrigins takes hosts ("www.brand.example", with all below it) and whole
// origins ("http://127.0.0.1:3000"), separated by commas or blanks.
func (s *Settings) setPixelOrigins(value string) error {
	var out []string
	for _, o := range strings.FieldsFunc(strings.ToLower(event.Clean(value, 4000)), func(r rune) bool { return r == ',' || r == ' ' }) {
		o = strings.TrimSuffix(o, "/")
		if !originOrHost(o) {
			return fault.New(fault.Unprocessable, "%q is no host", event.Clean(o, 100)).In("pixel_origins").
				Try(`write hosts such as "www.brand.example", separated by commas; no paths`)
		}
		if !slices.Contains(out, o) {
			out = append(out, o)
		}
	}
	if len(out) > maxOrigins {
		return fault.New(fault.Unprocessable, "%d hosts are too many", len(out)).In("pixel_origins").Try("name the hosts above them: all below a host are included")
	}
	s.PixelOrigins = strings.Join(out, ", ")
	return nil
}

func originOrHost(text string) bool {
	if strings.Contains(text, "://") {
		u, err := url.Parse(text)
		return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.Path == "" && u.RawQuery == "" && u.User == nil
	}
	// A single label such as "com" would let in everybody below it.
	return strings.Contains(strings.Trim(text, "."), ".") && !strings.HasPrefix(text, ".") &&
		!strings.ContainsFunc(text, func(r rune) bool {
			return !(r == '.' || r == '-' || r >= 'a' && r <= 'z' || r >= '0' && r <= '9')
		})
}

// TakesFrom reports whether a page of this origin, as browsers say it in the
// header Origin, is one of the shop's: its domain or one below it, or what the
// settings name further.
func (s Shop) TakesFrom(origin string) bool {
	u, err := url.Parse(strings.ToLower(origin))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return false
	}
	hosts := strings.FieldsFunc(s.Settings.PixelOrigins, func(r rune) bool { return r == ',' || r == ' ' })
	for _, h := range append(hosts, s.Domain) {
		if strings.Contains(h, "://") {
			if h == u.Scheme+"://"+u.Host {
				return true
			}
			continue
		}
		if u.Port() == "" && below(u.Hostname(), strings.ToLower(h)) {
			return true
		}
	}
	return false
}

// below reports whether a host is another or lies below it.
func below(host, above string) bool {
	if above = strings.TrimPrefix(above, "www."); above == "" || host == "" {
		return false
	}
	if _, err := netip.ParseAddr(above); err == nil {
		return host == above
	}
	return host == above || strings.HasSuffix(host, "."+above)
}

func storefront() []Setting {
	return []Setting{
		Setting{Name: "pixel_consent", Group: Storefront, Kind: Choice, Label: "Before it begins", Options: []Option{
			{string(PixelRequired), "It waits for the visitor’s yes"}, {string(PixelAssumed), "It begins at once"}, {string(PixelOff), "Off: it does nothing"},
		}, Help: "In the EU and the UK a script that keeps something in the browser needs a yes first, so leave it waiting unless your lawyer says otherwise. A visitor’s no counts in every case, and addresses are only taken after a yes.",
		}.of((*Settings).setPixelConsent, func(s Settings) string { return string(s.PixelMode()) }),
		Setting{Name: "pixel_origins", Group: Storefront, Kind: Line, Label: "Further hosts of your shop", Example: "www.brand.example, brand.fr", Range: "up to 20 hosts, separated by commas",
			Help: "Pages of your shop’s domain, and of every host below it, may report. Name others here, such as your own domain beside a myshopify.com one.",
		}.of((*Settings).setPixelOrigins, func(s Settings) string { return s.PixelOrigins }),
	}
}
