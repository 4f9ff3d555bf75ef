package shop_test

import (
	"testing"

	"github.com/cartograph-dev/cartograph/internal/shop"
)

func TestTakesFrom(t *testing.T) {
	t.Parallel()
	sh := shop.Shop{Domain: "www.brand.example"}
	if err := sh.Set("pixel_origins", "Brand.FR, http://127.0.0.1:3000/, brand.fr"); err != nil {
		t.Fatal(err)
	}
	if sh.Settings.PixelOrigins != "brand.fr, http://127.0.0.1:3000" {
		t.Errorf("kept as %q", sh.Settings.PixelOrigins)
	}
	for origin, want := range map[string]bool{
		"https://brand.example": true, "https://shop.brand.example": true, "HTTPS://WWW.BRAND.EXAMPLE": true, "http://brand.fr": true, "https://m.brand.fr": true,
		"http://127.0.0.1:3000": true, "http://127.0.0.1:3001": false, "https://127.0.0.1:3000": false, "https://brand.example:444": false,
		"": false, "null": false, "brand.example": false, "https://notbrand.example": false, "https://brand.example.evil.example": false, "file://brand.example": false,
	} {
		if got := sh.TakesFrom(origin); got != want {
			t.Errorf("%q: %v, want %v", origin, got, want)
		}
	}
	if (shop.Shop{}).TakesFrom("https://brand.example") {
		t.Error("a shop without a domain takes from everybody")
	}
}

func TestPixelOriginsAreHosts(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"com", "*.brand.example", "brand.example/path", "https://brand.example/x", "http://u:p@brand.example", ".example", "javascript://x"} {
		sh := shop.Shop{}
		if err := sh.Set("pixel_origins", bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}
