package demo

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/fault"
)

// restore follows the letter's link and goes on to the cart, as the page does
// by itself in a browser. It gives false when there is no cart any more.
func (v *visitor) restore(ctx context.Context, l Letter) (bool, error) {
	link := restoreLink(l)
	if link == "" {
		return false, fault.New(fault.Internal, "a letter by %s has no restore link", l.Channel)
	}
	if l.Channel == event.Email {
		err := v.tell(ctx, func(ctx context.Context) error { return l.Provider.Click(ctx, link) })
		if err != nil {
			return false, err
		}
	}
	page, err := v.visit(ctx, link, agent(v.bag.Device))
	if err != nil || !strings.Contains(page, `id="restore"`) {
		return false, err
	}
	if err := v.pause(ctx, 1); err != nil {
		return false, err
	}
	return true, v.submit(ctx, link, nil, http.StatusSeeOther)
}

var restorePath = regexp.MustCompile(`https?://[^\s"<>]+/r/[A-Za-z0-9_-]+`)

// restoreLink finds the way back to the cart in a letter.
func restoreLink(l Letter) string {
	if l.Link != "" {
		return l.Link
	}
	return restorePath.FindString(l.Text)
}

// visit fetches a page.
func (v *visitor) visit(ctx context.Context, link, agent string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, link, nil)
	if err != nil {
		return "", fault.Wrap(fault.Internal, err, "a letter's link is no address")
	}
	req.Header.Set("User-Agent", agent)
	return v.call(req, http.StatusOK)
}

// submit sends a page's form.
func (v *visitor) submit(ctx context.Context, link string, form url.Values, want int) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, link, strings.NewReader(form.Encode()))
	if err != nil {
		return fault.Wrap(fault.Internal, err, "a letter's link is no address")
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("User-Agent", agent(v.bag.Device))
	_, err = v.call(req, want)
	return err
}

// call makes a request whose address is secret: errors name only its kind.
func (v *visitor) call(req *http.Request, want int) (string, error) {
	ctx, err := finishing(req.Context())
	if err != nil {
		return "", err
	}
	req = req.WithContext(ctx)
	kind := "/" + strings.SplitN(strings.TrimPrefix(req.URL.Path, "/"), "/", 2)[0] + "/…"
	res, err := v.crowd.post.client.Do(req)
	if err != nil {
		return "", fault.Wrap(fault.Internal, errors.Unwrap(err), "%s %s was not answered", req.Method, kind)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return "", fault.Wrap(fault.Internal, err, "the answer to %s %s broke off", req.Method, kind)
	}
	if res.StatusCode != want {
		return "", fault.New(fault.Internal, "%s %s was answered %d, not %d", req.Method, kind, res.StatusCode, want)
	}
	return string(text), nil
}
