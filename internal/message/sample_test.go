package message

import (
	"slices"
	"strings"
	"testing"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// Each sample is as awkward as its name says.
func TestSamplesAreAwkward(t *testing.T) {
	t.Parallel()
	tpl := Template{Channel: event.Email, Subject: "x", Locale: "en",
		Body: `{{ shopper.first_name | default: "nobody" }}|{{ cart.items | size }}|{{ cart.total | default: "no total" }}|{{ cart.items.first.image_url | default: "no image" }}|{{ offer.code | default: "no offer" }}|{{ cart.items.first.price | default: "no price" }}|{{ cart.has_coupon }}`}
	want := map[string]string{
		"ordinary": "Ana|2|€84.00|https://shop.example/linen-shirt.jpg|no offer|", "offer": "|COMEBACK10|€59.00|true", "one-line": "|1|€9.00|no image",
		"thirty-lines": "|30|", "no-image": "|2|€84.00|no image", "no-price": "|1|no total|https://shop.example/linen-shirt.jpg|COMEBACK10|no price",
		"nobody": "nobody|", "no-name": "nobody|", "long-names": "Übergröße &#34;XL&#34; &amp; &lt;b&gt;", "quotes": "🎉|", "right-to-left": "דנה|2|", "yen": "葵|1|¥2,400|", "dinar": "نورة|1|KWD",
	}
	var keys []string
	for _, s := range Samples("en") {
		if slices.Contains(keys, s.Key) || s.Name == "" || s.About == "" {
			t.Errorf("%q is there twice or not described", s.Key)
		}
		keys = append(keys, s.Key)
		out, err := NewRenderer(nil).Render(t.Context(), tpl, s.Input)
		if err != nil {
			t.Fatal(err)
		}
		if w, ok := want[s.Key]; !ok || !strings.Contains(out.HTML, w) {
			t.Errorf("%s: %q is not in %s", s.Key, w, bodyOnly(out.HTML))
		}
	}
	if len(keys) != len(want) {
		t.Errorf("%v", keys)
	}
}
