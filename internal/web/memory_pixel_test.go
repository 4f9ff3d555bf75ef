package web_test

import (
	"context"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/journey"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// --- pixel.Engine and its desk

func (m *memory) PixelMode(_ context.Context, shopID, origin string) (shop.PixelConsent, error) {
	for _, s := range m.shops {
		switch {
		case s.ID != shopID:
		case !s.TakesFrom(origin):
			return "", fault.New(fault.Forbidden, "this page is not one of the shop's")
		default:
			return s.Settings.PixelMode(), nil
		}
	}
	return "", gone("shop")
}

func (m *memory) Sight(ctx context.Context, shopID, origin string, body []byte) error {
	if _, err := m.PixelMode(ctx, shopID, origin); err != nil {
		return err
	}
	m.note("sight " + shopID + " " + string(body))
	return nil
}

func (m *memory) Pixel(_ context.Context, shopID string) (journey.PixelSeen, error) {
	return journey.PixelSeen{Tag: `<script async src="https://c.example/pixel.js" data-shop="` + shopID + `"></script>`, LastAt: noon, Visitors: 3}, nil
}
