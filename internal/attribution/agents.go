package attribution

import (
	"slices"
	"strings"
)

// agent is a mark of machines in user agents, in small letters.
type agent struct {
	mark string
	// source says whose it is and where it is known from.
	source string
}

// agents are the marks, read by hand; last reviewed 2026-11. They name who says
// what it is. Scanners that pass for a browser are left to timing and bursts.
var agents = []agent{
	// Mail and link scanners.
	{"barracuda", "Barracuda Sentinel (EE), as it names itself"},
	{"proofpoint", "Proofpoint URL Defense, as it names itself"},
	{"mimecast", "Mimecast URL Protect, as it names itself"},
	{"safelinks", "Microsoft Defender Safe Links, as it names itself"},
	{"microsoft office existence discovery", "Microsoft Office, which asks whether a link exists"},
	{"office protocol discovery", "Microsoft Office, asking by OPTIONS and GET"},
	{"trendmicro", "Trend Micro web reputation"},
	{"symantec", "Symantec Email Security"},
	{"fortiguard", "Fortinet FortiGuard"},
	{"zscaler", "Zscaler sandbox"},
	{"sophos", "Sophos time-of-click protection"},
	{"virustotal", "VirusTotal"},
	{"urlscan", "urlscan.io"},
	{"google-safety", "Google's common crawlers list: abuse discovery"},
	{"googleimageproxy", "Gmail's image proxy"},
	{"yahoomailproxy", "Yahoo Mail's image proxy"},
	// Link previews of messengers: the operators' own documentation of their agents.
	{"facebookexternalhit", "Meta link preview, Meta web crawlers page"},
	{"facebookcatalog", "Meta, the same page"},
	{"meta-externalagent", "Meta, the same page"},
	{"meta-externalfetcher", "Meta, the same page"},
	{"skypeuripreview", "Skype and Teams link preview"},
	{"slackbot", "Slack robots page"},
	{"slack-imgproxy", "Slack robots page"},
	{"telegrambot", "Telegram link preview"},
	{"discordbot", "Discord link preview"},
	{"twitterbot", "X cards documentation"},
	{"linkedinbot", "LinkedIn link preview"},
	{"pinterestbot", "Pinterest help"},
	{"google-pagerenderer", "Google Messages link preview"},
	// Search engines and whoever calls itself a bot. A word that ends in bot is tried apart (see machine).
	{"bingpreview", "Bing webmaster documentation"},
	{"googleother", "Google's common crawlers list"},
	{"google-read-aloud", "Google's user-triggered fetchers list"},
	{"mediapartners-google", "Google's special crawlers list"},
	{"feedfetcher", "Google's user-triggered fetchers list"},
	{"yahoo! slurp", "Yahoo"},
	{"baiduspider", "Baidu"},
	{"crawler", "self-description"},
	{"spider", "self-description"},
	// Headless browsers and automation, by their default agents.
	{"headlesschrome", "Chrome's headless mode"},
	{"phantomjs", "PhantomJS"},
	{"slimerjs", "SlimerJS"},
	{"puppeteer", "Puppeteer"},
	{"playwright", "Playwright"},
	{"selenium", "Selenium"},
	{"cypress/", "Cypress"},
	{"chrome-lighthouse", "Lighthouse"},
	{"jsdom", "jsdom"},
	// Programs and libraries, by their default agents.
	{"curl/", "curl"},
	{"wget/", "GNU Wget"},
	{"libwww-perl", "LWP"},
	{"python-requests", "Requests"},
	{"python-urllib", "Python's urllib"},
	{"python-httpx", "HTTPX"},
	{"aiohttp", "aiohttp"},
	{"scrapy", "Scrapy"},
	{"go-http-client", "Go's net/http"},
	{"java/", "Java's HttpURLConnection"},
	{"apache-httpclient", "Apache HttpClient"},
	{"okhttp", "OkHttp"},
	{"node-fetch", "node-fetch"},
	{"axios/", "axios"},
	{"undici", "Node's fetch"},
	{"got (", "got for Node"},
	{"guzzlehttp", "Guzzle"},
	{"winhttp", "Windows HTTP services"},
	{"powershell", "Invoke-WebRequest"},
	{"postmanruntime", "Postman"},
	{"httpie", "HTTPie"},
}

// browsers is how the agents of people's browsers begin; the last two are Opera
// and UC Browser on small phones.
var browsers = []string{"mozilla/", "opera/", "ucweb/"}

// machine reports whether a user agent names itself as no person's browser: by
// a mark, a name that ends in bot, or because browsers begin otherwise.
func machine(userAgent string) bool {
	ua := strings.ToLower(strings.TrimSpace(userAgent))
	for _, a := range agents {
		if strings.Contains(ua, a.mark) {
			return true
		}
	}
	if robotName(ua) || ua == "mozilla/5.0" || ua == "mozilla/4.0" {
		return true
	}
	return !slices.ContainsFunc(browsers, func(b string) bool { return strings.HasPrefix(ua, b) })
}

// robotName finds a product whose name is or ends in bot ("Googlebot/2.1",
// "bot", "AhrefsBot;"). The phones called Cubot are none.
func robotName(ua string) bool {
	for w := range strings.FieldsFuncSeq(ua, func(r rune) bool { return r < 'a' || r > 'z' }) {
		if strings.HasSuffix(w, "bot") && w != "cubot" {
			return true
		}
	}
	return false
}
