package app

import (
	"context"
	"net/url"
	"time"

	"github.com/cartograph-dev/cartograph/internal/journey"
)

// Pixel gives the tag of a shop's pages and when its script last reported.
func (d *desk) Pixel(ctx context.Context, shopID string) (journey.PixelSeen, error) {
	p, err := d.store.PixelSeen(ctx, shopID, d.now().Add(-24*time.Hour))
	address := d.config.HTTP.PublicURL
	p.Tag = `<script async src="` + address + `/pixel.js" data-shop="` + shopID + `"></script>`
	p.Policy = "script-src " + hostOf(address) + "; connect-src " + hostOf(address)
	return p, err
}

// hostOf gives an address without its path, as policies name it.
func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return address
	}
	return u.Scheme + "://" + u.Host
}
