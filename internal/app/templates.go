package app

import (
	"github.com/cartograph-dev/cartograph/internal/recovery"
	"github.com/cartograph-dev/cartograph/internal/store"
	"github.com/cartograph-dev/cartograph/internal/web"
)

// templateDesk is what pages and API need of templates: the store reads, the
// engine renders, checks and publishes.
type templateDesk struct {
	*store.Store
	*recovery.Engine
}

var _ web.TemplateDesk = templateDesk{}
