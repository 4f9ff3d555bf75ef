package conformance

import (
	"maps"
	"net/http"
	"sync"
)

// fake is a platform's API over real HTTP: pages that a story puts there.
type fake struct {
	of Platform
	mu sync.Mutex
	// pages are bodies by path with query.
	pages map[string]string
	// calls counts what was asked.
	calls int
}

// asked gives how many calls there were.
func (f *fake) asked() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

func (f *fake) put(pages map[string]string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for path, body := range pages {
		if f.pages[path] = body; body == "" {
			delete(f.pages, path)
		}
	}
}

// ServeHTTP answers like a platform: 401 without the account, 404 for what is gone.
func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	pages := maps.Clone(f.pages)
	f.calls++
	f.mu.Unlock()
	if f.of.Serve != nil && f.of.Serve(w, r, pages) {
		return
	}
	if f.of.Authorized == nil || !f.of.Authorized(r) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	body, ok := pages[r.URL.RequestURI()]
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(body))
}
