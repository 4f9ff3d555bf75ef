package web_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/cartograph-dev/cartograph/internal/web"
)

func TestZZServe(t *testing.T) {
	if os.Getenv("ZZ") == "" {
		t.Skip()
	}
	addr := "127.0.0.1:9555"
	m := full()
	pic := func(u string) string { return strings.ReplaceAll(u, "https://img.example/scarf.jpg", "http://"+addr+"/pic.svg") }
	for tok, p := range m.pages {
		for i := range p.Items {
			p.Items[i].ImageURL = pic(p.Items[i].ImageURL)
			p.Items[i].Title = strings.ReplaceAll(p.Items[i].Title, hostile, "Linen shirt, relaxed fit")
		}
		m.pages[tok] = p
	}
	for _, d := range m.carts["s1"] {
		for i := range d.Cart.Facts.Contents.Items {
			d.Cart.Facts.Contents.Items[i].ImageURL = pic(d.Cart.Facts.Contents.Items[i].ImageURL)
			d.Cart.Facts.Contents.Items[i].Title = strings.ReplaceAll(d.Cart.Facts.Contents.Items[i].Title, hostile, "Linen shirt, relaxed fit")
		}
	}
	for i := range m.messages["s1"] {
		m.messages["s1"][i].Rendered.ImageURL = pic(m.messages["s1"][i].Rendered.ImageURL)
	}
	s := serve(t, m, func(d *web.Deps) { d.PublicURL = "http://" + addr })
	in := s.as(map[string]string{"": "in-ada"}[""])
	ck := in.cookies()[0]
	srv := &http.Server{Addr: addr, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/pic.svg" {
			w.Header().Set("Content-Type", "image/svg+xml")
			w.Write([]byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100"><rect width="100" height="100" fill="#b9c9d6"/><path d="M10 70 Q30 40 50 60 T90 40" stroke="#27496d" stroke-width="14" fill="none"/></svg>`))
			return
		}
		r.AddCookie(ck)
		s.echo.ServeHTTP(w, r)
	})}
	go srv.ListenAndServe()
	for i := 0; i < 3600; i++ {
		time.Sleep(time.Second)
		if _, err := os.Stat("/tmp/zzstop"); err == nil {
			return
		}
	}
	_ = httptest.NewServer
}
