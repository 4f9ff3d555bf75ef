package dashboard

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/labstack/echo/v4"
)

// troubleView is the page that says what went wrong.
type troubleView struct {
	frame
	Heading, Detail, Remedy string
}

// troubles say in plain words what kind of failure it was.
var troubles = map[int]string{
	http.StatusForbidden: "You may not do this", http.StatusNotFound: "There is nothing here", http.StatusConflict: "This was not done",
	http.StatusBadRequest: "This was not understood", http.StatusUnprocessableEntity: "This was not done", http.StatusTooManyRequests: "A little too fast",
	http.StatusInternalServerError: "Something went wrong here", http.StatusServiceUnavailable: "Too busy right now",
}

// Trouble answers a person with a failure, and nothing else: a shopper's page says
// nothing of who may be signed in.
func (d *Dashboard) Trouble(c echo.Context, status int, detail, remedy string) error {
	return d.trouble(c, status, detail, remedy, frame{Now: d.Now()})
}

// TroubleWithin answers with a failure inside the frame of the shop whose pages its
// reader was looking at, so that they can go on. Without a session, and where that
// cannot be found out, it is Trouble.
func (d *Dashboard) TroubleWithin(c echo.Context, status int, detail, remedy string) error {
	if m, ok := d.reader(c, status); ok && d.trouble(c, status, detail, remedy, d.frame(m, "", "", nil)) == nil {
		return nil
	}
	return d.Trouble(c, status, detail, remedy)
}

func (d *Dashboard) trouble(c echo.Context, status int, detail, remedy string, around frame) error {
	heading := troubles[status]
	if heading == "" {
		heading = http.StatusText(status)
	}
	if status == http.StatusNotFound && remedy == "" {
		remedy = "it may have been removed, or the address is not whole; look for it from the overview"
	}
	c.Response().Header().Set("Content-Security-Policy", Policy)
	around.Title = heading
	return d.show(c, status, "trouble.html", troubleView{frame: around, Heading: heading, Detail: capital(detail), Remedy: capital(remedy)})
}

// readerKey is where a request keeps who is signed in, whether or not they may do
// what they ask for.
const readerKey = "cartograph.reader"

// reader finds who reads a failure. Where something is wrong with us (500 and
// above), nothing is asked of the database again. Whatever goes wrong here is
// logged and answered by a page without navigation.
func (d *Dashboard) reader(c echo.Context, status int) (m member, ok bool) {
	ctx := c.Request().Context()
	defer func() {
		if cause := recover(); cause != nil {
			d.Log.ErrorContext(ctx, "finding the reader of a failure panicked", slog.Any("cause", cause))
			m, ok = member{}, false
		}
	}()
	if known, is := c.Get(readerKey).(member); is {
		return known, true
	}
	cookie, err := c.Cookie(d.sessions.Cookie.Name)
	if err != nil || status >= http.StatusInternalServerError {
		return member{}, false
	}
	if ctx, err = d.sessions.Load(ctx, cookie.Value); err != nil {
		d.Log.WarnContext(ctx, "the session of a failure's reader could not be read", slog.Any("err", err))
		return member{}, false
	}
	return d.readerOf(ctx, c.QueryParam("shop"))
}

// readerOf is the reader by their session alone, in the shop that is named if it
// is theirs, else in the one that would open next.
func (d *Dashboard) readerOf(ctx context.Context, shopID string) (member, bool) {
	st, signedIn, err := d.standing(ctx)
	if err != nil && !fault.Is(err, fault.NotFound) {
		d.Log.WarnContext(ctx, "the reader of a failure could not be found", slog.Any("err", err))
	}
	if err != nil || !signedIn || len(st.Shops) == 0 {
		return member{}, false
	}
	chosen, is := shopOf(st, shopID)
	if !is {
		chosen, _ = shopOf(st, "")
	}
	return memberOf(st, chosen), true
}
