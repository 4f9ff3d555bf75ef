package app_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// startBrowser starts the one browser of a test and ends it with the test.
// Without a Chromium the test is skipped, or fails where one is required.
func startBrowser(t *testing.T) context.Context {
	t.Helper()
	return startBrowserWith(t)
}

// startBrowserWith starts one with further options.
func startBrowserWith(t *testing.T, more ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	// Only this machine is to be reached.
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(chromium(t)),
		chromedp.Flag("host-resolver-rules", thisMachine), chromedp.WSURLReadTimeout(patience))
	options = append(options, more...)
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

// thisMachine keeps a browser from reaching any other.
const thisMachine = "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"

// chromium finds the browser.
func chromium(t *testing.T) (program string) {
	t.Helper()
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
	return program
}

// look is how somebody looks at a page.
type look struct {
	// width and height of the window in CSS pixels; 0 high is 900.
	width, height int64
	dark          bool
}

// String names the look in failures.
func (l look) String() string {
	if l.dark {
		return fmt.Sprintf("%d px, dark", l.width)
	}
	return fmt.Sprintf("%d px", l.width)
}

// looks are a phone, a tablet and a desktop, by day and by night.
func looks() (all []look) {
	for _, width := range []int64{390, 768, 1440} {
		all = append(all, look{width: width}, look{width: width, dark: true})
	}
	return all
}

// window is a browser window with cookies of its own, which notes everything
// that a person with open developer tools would see go wrong.
type window struct {
	t   *testing.T
	ctx context.Context

	mu         sync.Mutex
	complaints []string
}

// openWindow opens one for a test.
func openWindow(t *testing.T, browser context.Context) *window {
	t.Helper()
	ctx, closeIt := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(closeIt)
	w := &window{t: t, ctx: ctx}
	if err := chromedp.Do(ctx, send(emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Listen(ctx, w.hear); err != nil {
		t.Fatal(err)
	}
	w.as(look{width: 1440})
	return w
}

// send makes an action of a protocol command.
func send[P, R any](command cdp.Command[P, R], params P) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, command, params)
		return err
	})
}

// hear notes errors, warnings (a violated content policy is one of either),
// exceptions and dialogs.
func (w *window) hear(e any) {
	switch e := e.(type) {
	case *runtime.EventExceptionThrown:
		w.complain("exception: %s", e.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			w.complain("console %s: %v", e.Type, e.Args)
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			w.complain("%s %s: %s %s", e.Entry.Source, e.Entry.Level, e.Entry.Text, e.Entry.URL)
		}
	case *page.EventJavascriptDialogOpening:
		w.complain("a dialog opened: %q", e.Message)
		// An open dialog stops the page. Answering must not hold up the events.
		go chromedp.Do(w.ctx, send(page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{})) //nolint:errcheck // the window may be closing
	}
}

func (w *window) complain(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.complaints = append(w.complaints, fmt.Sprintf(format, args...))
}

// quiet fails the test for everything that was noted since it was last asked.
func (w *window) quiet(where string) {
	w.t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.complaints {
		w.t.Errorf("%s: %s", where, c)
	}
	w.complaints = nil
}

// do acts in the window.
func (w *window) do(actions ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		w.t.Fatal(err)
	}
}

// ask evaluates an expression in the page.
func ask[T any](w *window, expression string) T {
	w.t.Helper()
	v, err := evaluate[T](w, expression)
	if err != nil {
		w.t.Fatalf("%v\n%s", err, expression)
	}
	return v
}

func evaluate[T any](w *window, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression))
}

// left reports whether an expression found no answer because its page was just
// being left for another.
func left(err error) bool {
	for _, why := range []string{"navigated or closed", "Execution context was destroyed", "Cannot find context", "Cannot find default execution context"} {
		if err != nil && strings.Contains(err.Error(), why) {
			return true
		}
	}
	return false
}

// as changes the window's size and the colours its person prefers.
func (w *window) as(l look) {
	w.t.Helper()
	scheme, height := "light", l.height
	if l.dark {
		scheme = "dark"
	}
	if height == 0 {
		height = 900
	}
	w.do(chromedp.EmulateViewport(l.width, height), send(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
	}))
}

// visit loads a page, which is to be answered with 200.
func (w *window) visit(address string) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	answer, err := chromedp.Run(ctx, chromedp.NavigateResponse(address))
	if err != nil {
		w.t.Fatalf("%s: %v", address, err)
	}
	if answer == nil || answer.Status != 200 {
		w.t.Fatalf("%s was answered with %+v", address, answer)
	}
}

// press clicks a button and waits for the page behind it.
func (w *window) press(selector string) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.ctx, patience)
	defer cancel()
	if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
		w.t.Fatalf("pressing %s: %v", selector, err)
	}
}

// at is the address the window shows.
func (w *window) at() string {
	w.t.Helper()
	return ask[string](w, "location.href")
}

// wait lets the page settle until an expression is true in it. A page that is on
// its way to the next one says so neither way.
func (w *window) wait(what, expression string) {
	w.t.Helper()
	until(w.t, what, func() bool {
		v, err := evaluate[bool](w, expression)
		if err != nil && !left(err) {
			w.t.Fatalf("%s: %v\n%s", what, err, expression)
		}
		return err == nil && v
	})
}
