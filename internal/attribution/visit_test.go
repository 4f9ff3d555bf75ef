package attribution_test

import (
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/attribution"
)

const safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"

func TestRobot(t *testing.T) {
	t.Parallel()
	delivered := time.Date(2026, 5, 2, 12, 0, 0, 0, time.UTC)
	// person is a tap on a phone a minute after delivery.
	person := attribution.Visit{Method: "GET", UserAgent: safari, At: delivered.Add(time.Minute), DeliveredAt: delivered, LinksWithin: 1}
	with := func(change func(*attribution.Visit)) attribution.Visit {
		v := person
		change(&v)
		return v
	}
	after := func(d time.Duration) attribution.Visit {
		return with(func(v *attribution.Visit) { v.At = delivered.Add(d) })
	}
	for name, c := range map[string]struct {
		visit attribution.Visit
		// want is the reason, confirmed the one left when the beacon came back.
		want, confirmed string
	}{
		"a person":               {person, "", ""},
		"the form's post":        {with(func(v *attribution.Visit) { v.Method = "POST" }), "", ""},
		"head":                   {with(func(v *attribution.Visit) { v.Method = "HEAD" }), attribution.RobotMethod, attribution.RobotMethod},
		"options":                {with(func(v *attribution.Visit) { v.Method = "OPTIONS" }), attribution.RobotMethod, attribution.RobotMethod},
		"no method":              {with(func(v *attribution.Visit) { v.Method = "" }), attribution.RobotMethod, attribution.RobotMethod},
		"Chrome prefetch":        {with(func(v *attribution.Visit) { v.SecPurpose = "prefetch;anonymous-client-ip" }), attribution.RobotPrefetch, attribution.RobotPrefetch},
		"Chrome prerender":       {with(func(v *attribution.Visit) { v.SecPurpose = "prefetch;prerender" }), attribution.RobotPrefetch, attribution.RobotPrefetch},
		"older Chrome":           {with(func(v *attribution.Visit) { v.Purpose = "Prefetch" }), attribution.RobotPrefetch, attribution.RobotPrefetch},
		"Safari preview":         {with(func(v *attribution.Visit) { v.Purpose = "preview" }), attribution.RobotPrefetch, attribution.RobotPrefetch},
		"older Firefox":          {with(func(v *attribution.Visit) { v.XMoz = "prefetch" }), attribution.RobotPrefetch, attribution.RobotPrefetch},
		"some other purpose":     {with(func(v *attribution.Visit) { v.SecPurpose = "navigation" }), "", ""},
		"the hidden link":        {with(func(v *attribution.Visit) { v.Honeypot = true }), attribution.RobotHoneypot, ""},
		"no user agent":          {with(func(v *attribution.Visit) { v.UserAgent = " " }), attribution.RobotNoAgent, ""},
		"a program":              {with(func(v *attribution.Visit) { v.UserAgent = "curl/8.5.0" }), attribution.RobotAgent, ""},
		"at once":                {after(0), attribution.RobotTooSoon, ""},
		"just under the bound":   {after(attribution.TooSoon - time.Millisecond), attribution.RobotTooSoon, ""},
		"at the bound":           {after(attribution.TooSoon), "", ""},
		"while it was delivered": {after(-2 * time.Second), attribution.RobotTooSoon, ""},
		"delivery reported late": {after(-time.Minute), "", ""},
		"delivery not reported":  {with(func(v *attribution.Visit) { v.DeliveredAt = time.Time{} }), "", ""},
		"two links":              {with(func(v *attribution.Visit) { v.LinksWithin = 2 }), "", ""},
		"three links":            {with(func(v *attribution.Visit) { v.LinksWithin = 3 }), attribution.RobotBurst, ""},
		"all of it":              {attribution.Visit{Method: "HEAD", Purpose: "prefetch", Honeypot: true, LinksWithin: 9}, attribution.RobotMethod, attribution.RobotMethod},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := c.visit.Robot(); got != c.want {
				t.Errorf("robot for %q, want %q", got, c.want)
			}
			c.visit.Confirmed = true
			if got := c.visit.Robot(); got != c.confirmed {
				t.Errorf("confirmed, a robot for %q, want %q", got, c.confirmed)
			}
		})
	}
}

// agents as they are seen on the web.
const robots = `Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)
AdsBot-Google (+http://www.google.com/adsbot.html)
Mozilla/5.0 (Linux; Android 6.0.1; Nexus 5X Build/MMB29P) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)
Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm) Chrome/116.0.1938.76 Safari/537.36
Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/534+ (KHTML, like Gecko) BingPreview/1.0b
Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_5) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.1 Safari/605.1.15 (Applebot/0.1; +http://www.apple.com/go/applebot)
Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)
Mozilla/5.0 (compatible; MJ12bot/v1.4.8; http://mj12bot.com/)
Mozilla/5.0 (compatible; YandexBot/3.0; +http://yandex.com/bots)
Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)
Mozilla/5.0 (compatible; Yahoo! Slurp; http://help.yahoo.com/help/us/ysearch/slurp)
Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)
facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)
WhatsApp/2.23.20.0 A
Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com
Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)
TelegramBot (like TwitterBot)
Twitterbot/1.0
LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)
Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)
Viber
Microsoft Office Existence Discovery
Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.12026; Pro)
Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0.0.0 Safari/537.36
Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) PhantomJS/2.1.1 Safari/538.1
Mozilla/5.0 (linux) AppleWebKit/537.36 (KHTML, like Gecko) jsdom/22.1.0
Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) BarracudaCentral Chrome/99.0 Safari/537.36 Barracuda Sentinel (EE)
Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.1682
Mozilla/5.0 (Linux; Android 11; moto g power) AppleWebKit/537.36 Chrome/109.0.0.0 Mobile Safari/537.36 Chrome-Lighthouse
Mozilla/5.0
Mozilla/4.0
curl/8.5.0
Wget/1.21.4
python-requests/2.32.3
Python-urllib/3.12
Go-http-client/2.0
Java/17.0.9
Apache-HttpClient/4.5.14 (Java/17.0.9)
okhttp/4.12.0
axios/1.7.2
node
Ruby
GuzzleHttp/7
PostmanRuntime/7.39.0
Dalvik/2.1.0 (Linux; U; Android 13; SM-A536B Build/TP1A.220624.014)`

const people = `Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1
Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15
Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36
Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0
Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0
Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S918B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/26.0 Chrome/122.0.0.0 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 13; CUBOT P80 Build/TP1A.220624.014) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36
Mozilla/5.0 (Linux; Android 9; CUBOT_X18_Plus) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36
Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/480.0.0.38.110;FBDV/iPhone14,5;FBMD/iPhone;FBSN/iOS;FBSV/17.6]
Mozilla/5.0 (Linux; Android 14; SM-A546B; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36 Instagram 355.0.0.40.103 Android
Mozilla/5.0 (Linux; Android 12; M2101K6G; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/120.0.0.0 Mobile Safari/537.36 Viber/21.0.0.4
Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) GSA/330.0.651 Mobile/15E148 Safari/604.1
Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/128.0.0.0 Safari/537.36 OPR/114.0.0.0
Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko
Opera/9.80 (Android; Opera Mini/36.2.2254/119.132; U; id) Presto/2.12.423 Version/12.16
UCWEB/2.0 (MIDP-2.0; U; Adr 9; en-US; CPH1923) U2/1.0.0 UCBrowser/10.7.6.805 U2/1.0.0 Mobile`

func TestUserAgents(t *testing.T) {
	t.Parallel()
	for want, list := range map[string]string{attribution.RobotAgent: robots, "": people} {
		for ua := range strings.SplitSeq(list, "\n") {
			for _, as := range []string{ua, strings.ToUpper(ua), " " + ua + " "} {
				if got := (attribution.Visit{Method: "GET", UserAgent: as}).Robot(); got != want {
					t.Errorf("%q: %q, want %q", as, got, want)
				}
			}
		}
	}
}
