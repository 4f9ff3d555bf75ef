package templates

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/message"
)

// Every shipped email in a real browser, as wide as a small phone and as a
// mail program's window, in daylight and in the dark.
func TestEmailsInABrowser(t *testing.T) {
	t.Parallel()
	browser := startBrowser(t)
	t.Run("bad", func(t *testing.T) {
		t.Parallel()
		checkRuler(t, openTab(t, browser))
	})
	renderer := message.NewRenderer(Snippets())
	emails := 0
	for _, tpl := range shipped(t) {
		if tpl.Channel != event.Email {
			continue
		}
		emails++
		t.Run(tpl.Locale+"/"+tpl.Key, func(t *testing.T) {
			t.Parallel()
			tab := openTab(t, browser)
			for name, in := range situations() {
				seen := views()
				if tpl.Locale != "en" {
					// The layout is the English one's; what longer words do to it shows where they have least room.
					seen = seen[:1]
					if name != "five" {
						continue
					}
				}
				got, err := renderer.Render(context.Background(), tpl, inLocale(in, tpl.Locale))
				if err != nil {
					t.Fatal(err)
				}
				open(t, tab, keepPage(t, name, message.Fill(got, links).HTML))
				for _, v := range seen {
					for _, fault := range v.faults(look(t, tab, v)) {
						t.Errorf("cart %q, %s: %s", name, v, fault)
					}
				}
			}
		})
	}
	if emails == 0 {
		t.Error("no email was looked at")
	}
}

// checkRuler holds the ruler against a page with every fault that it is there to find.
func checkRuler(t *testing.T, tab context.Context) {
	t.Helper()
	open(t, tab, keepPage(t, "bad", `<!DOCTYPE html><meta name="viewport" content="width=device-width"><body style="margin:0">
		<div class="card" style="background:#fff"><p style="font-size:11px;color:#ccc">Small and pale</p><img src="`+wideImage+`">
		<a href="https://x.example/r/`+links[message.LinkRestore]+`" style="display:inline-block;margin-left:350px">Go</a></div>
		<a href="https://x.example/u/`+links[message.LinkUnsubscribe]+`" style="visibility:hidden">Stop</a>`))
	v := view{width: 360}
	got := strings.Join(v.faults(look(t, tab, v)), "\n")
	for _, want := range []string{"wide, more than the window", "restore link is", "unsubscribe link cannot be seen",
		"why link is not there", "text is 11 px", "contrast", "image is 2400 px wide", "beyond the window"} {
		if !strings.Contains(got, want) {
			t.Errorf("nothing says %q:\n%s", want, got)
		}
	}
}

// view is how a reader looks at a mail.
type view struct {
	// width of the window in CSS pixels.
	width int64
	dark  bool
}

func views() []view { return []view{{width: 360}, {width: 360, dark: true}, {width: 700}} }

// String names the view in failures.
func (v view) String() string {
	if v.dark {
		return fmt.Sprintf("%d px, dark", v.width)
	}
	return fmt.Sprintf("%d px", v.width)
}

// What a reader needs, in CSS pixels and as WCAG's contrast ratio.
const (
	minTarget   = 44
	minText     = 14
	minContrast = 4.5
)

// faults says what is wrong with a page.
func (v view) faults(s sight) (all []string) {
	add := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	if s.Width > float64(v.width) {
		add("the page is %g px wide, more than the window", s.Width)
	}
	for _, name := range []string{"restore", "unsubscribe", "why"} {
		l, ok := s.Links[name]
		switch {
		case !ok:
			add("the %s link is not there", name)
		case !l.Visible || l.Width == 0 || l.Height == 0:
			add("the %s link cannot be seen", name)
		case l.Left < 0 || l.Left+l.Width > float64(v.width):
			add("the %s link goes from %g to %g px, beyond the window", name, l.Left, l.Left+l.Width)
		}
		if ok && name == "restore" && l.Height < minTarget {
			add("the restore link is %g px high, less than a thumb needs", l.Height)
		}
	}
	for _, w := range s.Images {
		if w > float64(v.width) {
			add("an image is %g px wide", w)
		}
	}
	if len(s.Texts) == 0 {
		add("there is no text")
	}
	for _, x := range s.Texts {
		if x.Body && x.Size < minText {
			add("text is %g px: %q", x.Size, x.Text)
		}
		if x.Contrast < minContrast {
			add("contrast is %.2f, less than %g: %q", x.Contrast, minContrast, x.Text)
		}
	}
	return all
}

// sight is what the browser made of a page; lengths are CSS pixels.
type sight struct {
	// Width is how wide the page is if it is scrolled to its end.
	Width float64 `json:"width"`
	// Links are the ones every mail has, by name.
	Links map[string]struct {
		Visible             bool
		Left, Width, Height float64
	} `json:"links"`
	// Images are the widths of all images.
	Images []float64 `json:"images"`
	// Texts are all pieces of text that show.
	Texts []struct {
		Text string
		// Body is true inside the letter, false in what frames it.
		Body     bool
		Size     float64
		Contrast float64
	} `json:"texts"`
}

// open loads a page in the tab.
func open(t *testing.T, tab context.Context, page string) {
	t.Helper()
	ctx, cancel := patience(tab)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.Navigate(page)); err != nil {
		t.Fatal(err)
	}
}

// look measures the page in the tab under a view.
func look(t *testing.T, tab context.Context, v view) sight {
	t.Helper()
	ctx, cancel := patience(tab)
	defer cancel()
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(v.width, 800), v.scheme()); err != nil {
		t.Fatal(err)
	}
	s, err := chromedp.Run(ctx, chromedp.Evaluate[sight](measure))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// patience is a net under a hung browser, not a measure.
func patience(tab context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(tab, 2*time.Minute)
}

// scheme makes the browser prefer the view's colours.
func (v view) scheme() chromedp.Action[chromedp.Void] {
	name := "light"
	if v.dark {
		name = "dark"
	}
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}},
		})
		return err
	})
}

// wideImage stands in for a shop's picture: far larger than any window.
const wideImage = `data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='2400' height='1600'%3E%3Crect width='2400' height='1600' fill='teal'/%3E%3C/svg%3E`

// keepPage writes a page where the browser can open it. The pictures, which
// nobody serves, are replaced by one that is there.
func keepPage(t *testing.T, name, html string) (address string) {
	t.Helper()
	html = strings.ReplaceAll(html, "https://cdn.hazelandoak.example/scarf.jpg", wideImage)
	file := filepath.Join(t.TempDir(), name+".html")
	if err := os.WriteFile(file, []byte(html), 0o600); err != nil {
		t.Fatal(err)
	}
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(file)}).String()
}

// startBrowser starts the one browser of a test and ends it with the test.
// Without a Chromium the test is skipped, or fails where one is required.
func startBrowser(t *testing.T) context.Context {
	t.Helper()
	var program string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "headless-shell"} {
		if found, err := exec.LookPath(name); err == nil {
			program = found
			break
		}
	}
	if program == "" {
		if os.Getenv("CARTOGRAPH_REQUIRE_BROWSER") == "1" {
			t.Fatal("no Chromium was found, and CARTOGRAPH_REQUIRE_BROWSER is set")
		}
		t.Skip("no Chromium was found; CARTOGRAPH_REQUIRE_BROWSER=1 makes this a failure")
	}
	// Nothing is to be fetched from anywhere.
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program),
		chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND"), chromedp.WSURLReadTimeout(2*time.Minute))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	started, release := chromedp.NewExecAllocator(context.Background(), options...)
	browser, end := chromedp.NewContext(started)
	t.Cleanup(func() { end(); release() })
	if err := chromedp.Do(browser); err != nil {
		t.Fatal(err)
	}
	return browser
}

// openTab opens a tab for one test.
func openTab(t *testing.T, browser context.Context) context.Context {
	t.Helper()
	tab, closeTab := chromedp.NewContext(browser)
	t.Cleanup(closeTab)
	if err := chromedp.Do(tab); err != nil {
		t.Fatal(err)
	}
	return tab
}

// measure runs in the page and gives a sight. A text's contrast is taken
// against the nearest background that is painted behind it.
const measure = `(() => {
  const rgba = (colour) => {
    const c = colour.match(/[\d.]+/g).map(Number);
    return c.length === 4 ? c : [...c, 1];
  };
  const light = (c) => {
    const part = [c[0], c[1], c[2]].map((v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
  };
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const c = rgba(getComputedStyle(e).backgroundColor);
      if (c[3] === 1) return c;
    }
    return matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18, 1] : [255, 255, 255, 1];
  };
  const contrast = (element) => {
    const a = light(rgba(getComputedStyle(element).color)), b = light(behind(element));
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  const seen = (e) => e.checkVisibility({opacityProperty: true, visibilityProperty: true});
  const links = {};
  for (const [name, path] of [["restore", "/r/"], ["unsubscribe", "/u/"], ["why", "/why/"]]) {
    const a = document.querySelector('a[href*="' + path + '"]')
      || (name === "restore" && document.querySelector('a[href*="/c/"]')); // a request to confirm leads there
    if (!a) continue;
    const box = a.getBoundingClientRect();
    links[name] = {Visible: seen(a), Left: box.left, Width: box.width, Height: box.height};
  }
  const texts = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const e = walk.currentNode.parentElement, text = walk.currentNode.data.trim();
    if (!text || !seen(e)) continue;
    texts.push({Text: text.slice(0, 60), Body: !!e.closest(".card"),
      Size: parseFloat(getComputedStyle(e).fontSize), Contrast: contrast(e)});
  }
  return {
    width: document.documentElement.scrollWidth, links, texts,
    images: Array.from(document.images, (i) => i.getBoundingClientRect().width),
  };
})()`
