package event

import "time"

// Did is what a visitor did on a page of the shop, as the script there tells it.
type Did string

// The kinds of behaviour.
const (
	// DidPage: a page was opened. Name is the host it was come from, "" from within the shop.
	DidPage Did = "page"
	// DidProduct: a product's page was opened. Name is the product's title, Detail its id.
	DidProduct Did = "product"
	// DidCart: the cart's contents became known or changed. Detail is the number of its lines.
	DidCart Did = "cart"
	// DidStep: a step of the checkout was reached. Name is the step's.
	DidStep Did = "checkout"
	// DidOrder: a page said that an order was made. It is behaviour, and no order.
	DidOrder Did = "order"
	// DidScroll: a quarter of the page came into view. Y counts the quarters seen, 1 to 4.
	DidScroll Did = "scroll"
	// DidClick: something was clicked. Target, X and Y say what and where.
	DidClick Did = "click"
	// DidOther: the shop's own word for what happened, in Name.
	DidOther Did = "track"
)

// Behaviour is one thing that a visitor did. It names nobody.
type Behaviour struct {
	// Page is one view of a page, Seq the place within it, from 0: together with the visitor they tell repeats.
	Page string `json:"page"`
	Seq  int    `json:"seq"`
	// At is when it happened, by our clock less the age the browser gives.
	At   time.Time `json:"at"`
	Kind Did       `json:"kind"`
	// Path is the page's path, without query, and without what looks like an address or a token.
	Path string `json:"path"`
	// Target is the element's place in the page ("main>form#buy>button:2"): tags, ids and counts, never text.
	Target string `json:"target,omitempty"`
	// X is thousandths of the page's width; Y is pixels from the page's top, or quarters of a scroll.
	X int `json:"x,omitempty"`
	Y int `json:"y,omitempty"`
	// Width is the window's, in CSS pixels.
	Width int `json:"width,omitempty"`
	// Name and Detail are as the kind says.
	Name   string `json:"name,omitempty"`
	Detail string `json:"detail,omitempty"`
}

// Sighting is what a visitor's browser posted at once. Anybody can post one:
// it is evidence of behaviour, and never of who somebody is.
type Sighting struct {
	// Visitor is the id the browser keeps since its person said yes.
	Visitor string
	// Device is "mobile", "tablet" or "desktop".
	Device string
	// Did is what happened, oldest first.
	Did []Behaviour
	// Carts are the carts among it, as events without a person or a link.
	Carts []Event
	// CartToken is the platform's own id of the cart in this browser, which nobody else can know; "" for none.
	CartToken string
	// Claims are addresses that were typed into the page.
	Claims []Key
}

// LinkPixel ties the carts that the script tells of to their visitor. No
// platform's event ever has such a link, so these carts never become part of
// one that a platform told of.
const LinkPixel LinkKind = "pixel"

// PixelPlatform is the platform of carts that are known by the script alone.
const PixelPlatform = "pixel"
