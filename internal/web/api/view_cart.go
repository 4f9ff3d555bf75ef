package api

import (
	"time"

	"github.com/cartograph-dev/cartograph/internal/cart"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/journey"
)

// Cart is a cart in a list.
type Cart struct {
	// ID is ours.
	ID        string     `json:"id"`
	State     cart.State `json:"state" enum:"open,abandoned,ordered,emptied,expired,merged"`
	ShopperID string     `json:"shopper_id,omitempty"`
	FirstName string     `json:"first_name,omitempty"`
	Email     string     `json:"email,omitempty"`
	Phone     string     `json:"phone,omitempty"`
	Persona   string     `json:"persona,omitempty" doc:"Key of the persona it was routed to when it was abandoned"`
	Items     int        `json:"items" doc:"Number of lines"`
	Total     Money      `json:"total"`
	Recovered bool       `json:"recovered" doc:"True when its order was credited to a message"`
	OrderID   string     `json:"order_id,omitempty"`
	// The times say when each state was reached.
	LastActivity time.Time `json:"last_activity,omitzero" doc:"The clock a step's time counts from"`
	StartedAt    time.Time `json:"started_at,omitzero"`
	AbandonedAt  time.Time `json:"abandoned_at,omitzero"`
	OrderedAt    time.Time `json:"ordered_at,omitzero"`
}

func viewCart(c journey.CartRow) Cart {
	return Cart{
		ID: c.ID, State: c.State, ShopperID: c.ShopperID, FirstName: c.FirstName, Email: c.Email, Phone: c.Phone,
		Persona: c.Persona, Items: c.Items, Total: viewMoney(c.Total), Recovered: c.Recovered, OrderID: c.OrderID,
		LastActivity: c.LastActivity.UTC(), StartedAt: c.StartedAt.UTC(),
		AbandonedAt: c.AbandonedAt.UTC(), OrderedAt: c.OrderedAt.UTC(),
	}
}

// Item is one line of a cart.
type Item struct {
	// The ids are the platform's.
	ProductID string `json:"product_id,omitempty"`
	VariantID string `json:"variant_id,omitempty"`
	SKU       string `json:"sku,omitempty"`
	Title     string `json:"title"`
	Variant   string `json:"variant,omitempty"`
	Category  string `json:"category,omitempty"`
	Quantity  int    `json:"quantity"`
	Price     Money  `json:"price" doc:"Of one piece"`
	LineTotal Money  `json:"line_total"`
	URL       string `json:"url,omitempty"`
	ImageURL  string `json:"image_url,omitempty"`
	Stock     *int   `json:"stock,omitempty" doc:"How many are left, where the platform says so"`
}

func viewItem(i event.Item) Item {
	return Item{
		ProductID: i.ProductID, VariantID: i.VariantID, SKU: i.SKU, Title: i.Title, Variant: i.Variant,
		Category: i.Category, Quantity: i.Quantity, Price: viewMoney(i.Price), LineTotal: viewMoney(i.LineTotal),
		URL: i.URL, ImageURL: i.ImageURL, Stock: i.Stock,
	}
}

// Link is one of the platform's ids by which a cart and its order are matched.
type Link struct {
	// Kind says what it is an id of.
	Kind  event.LinkKind `json:"kind" enum:"cart,checkout,order"`
	Value string         `json:"value"`
}

// CartDetail is one cart with everything that happened to it. Its restore
// address is a secret and not part of it.
type CartDetail struct {
	// ID is ours.
	ID        string     `json:"id"`
	State     cart.State `json:"state" enum:"open,abandoned,ordered,emptied,expired,merged"`
	Stage     cart.Stage `json:"stage,omitempty" enum:"cart,checkout,payment" doc:"How far the shopper got"`
	Platform  string     `json:"platform"`
	Persona   string     `json:"persona,omitempty"`
	Items     []Item     `json:"items" nullable:"false"`
	Total     Money      `json:"total"`
	Coupons   []string   `json:"coupons,omitempty" nullable:"false"`
	Links     []Link     `json:"links" nullable:"false" doc:"The platform's ids of the cart and its order"`
	OrderID   string     `json:"order_id,omitempty"`
	OrderedBy string     `json:"ordered_by,omitempty" doc:"How its order was matched: link, customer, email, …"`
	// Shopper is whose it is.
	Shopper     Shopper      `json:"shopper"`
	Enrollments []Enrollment `json:"enrollments" nullable:"false"`
	Timeline    []Entry      `json:"timeline" nullable:"false" doc:"Everything that happened, oldest first"`
	// The times say when each state was reached.
	LastActivity time.Time `json:"last_activity,omitzero"`
	StartedAt    time.Time `json:"started_at,omitzero"`
	StoredAt     time.Time `json:"stored_at,omitzero"`
	AbandonedAt  time.Time `json:"abandoned_at,omitzero"`
	OrderedAt    time.Time `json:"ordered_at,omitzero"`
}

func viewCartDetail(d journey.CartDetail) CartDetail {
	c := d.Cart
	return CartDetail{
		ID: c.ID, State: c.State, Stage: c.Facts.Stage, Platform: c.Platform, Persona: c.PersonaKey,
		Items: each(c.Items(), viewItem), Total: viewMoney(c.Total()), Coupons: c.Coupons(),
		Links:   each(c.Facts.Links, func(l event.Link) Link { return Link(l) }),
		OrderID: c.OrderID, OrderedBy: c.OrderedBy,
		Shopper: viewShopper(d.Shopper, d.History), Enrollments: each(d.Enrollments, viewEnrollment),
		Timeline: each(d.Timeline, viewEntry), LastActivity: fromMillis(c.Facts.LastActivity),
		StartedAt: fromMillis(c.Facts.StartedAt), StoredAt: c.StoredAt.UTC(),
		AbandonedAt: c.AbandonedAt.UTC(), OrderedAt: c.OrderedAt.UTC(),
	}
}

// fromMillis reads unix milliseconds; 0 is no time.
func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
