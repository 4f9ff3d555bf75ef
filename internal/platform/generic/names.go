package generic

import (
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
)

// kindOf gives the kind an event name means. Names are compared without case,
// and with blanks, dashes and underscores alike.
func kindOf(name string) event.Kind {
	name = strings.ToLower(name)
	name = strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == '_' || r == '-' }), " ")
	switch name {
	case "product viewed", "viewed product", "product clicked", "view item", "select item":
		return event.ProductViewed
	case "product added", "add to cart", "added to cart", "product added to cart", "wishlist product added to cart":
		return event.ItemAdded
	case "product removed", "remove from cart", "removed from cart", "product removed from cart":
		return event.ItemRemoved
	case "cart viewed", "view cart":
		return event.CartViewed
	case "cart updated", "updated cart", "cart created", "cart emptied", "cart cleared":
		return event.CartUpdated
	case "cart deleted":
		return event.CartDeleted
	case "checkout started", "started checkout", "started order", "begin checkout", "checkout updated":
		return event.CheckoutUpdated
	case "checkout step viewed", "checkout step completed", "payment info entered",
		"add shipping info", "add payment info", "payment info submitted", "checkout contact info submitted",
		"checkout address info submitted", "checkout shipping info submitted":
		return event.CheckoutStep
	case "payment failed", "payment declined":
		return event.PaymentFailed
	}
	return orderKind(name)
}

func orderKind(name string) event.Kind {
	switch name {
	case "order completed", "completed order", "order placed", "placed order", "order created", "purchase", "checkout completed":
		return event.OrderPlaced
	case "order updated", "updated order", "order paid", "order fulfilled", "fulfilled order", "order shipped":
		return event.OrderUpdated
	case "order cancelled", "order canceled", "cancelled order", "canceled order":
		return event.OrderCancelled
	case "order refunded", "refunded order", "refund":
		return event.OrderRefunded
	case "consent updated", "consent changed":
		return event.ConsentChanged
	case "identify", "shopper updated", "customer updated":
		return event.ShopperUpdated
	}
	return event.Unknown
}

// empties reports a name that says the cart is empty without listing nothing.
func empties(name string) bool {
	name = strings.ToLower(name)
	return strings.Contains(name, "emptied") || strings.Contains(name, "cleared")
}

// isOrder reports the kinds that carry an order.
func isOrder(k event.Kind) bool {
	switch k {
	case event.OrderPlaced, event.OrderUpdated, event.OrderCancelled, event.OrderRefunded:
		return true
	}
	return false
}

// isCart reports the kinds that are folded into a cart and mean nothing without one.
func isCart(k event.Kind) bool {
	switch k {
	case event.CartUpdated, event.ItemAdded, event.ItemRemoved, event.CartViewed, event.CartDeleted,
		event.CheckoutUpdated, event.CheckoutStep, event.PaymentFailed:
		return true
	}
	return false
}
