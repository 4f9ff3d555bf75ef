package dashboard

// heldTables say for merchants what the tables of an erasure hold. What is not
// among them has a plain name already.
var heldTables = map[string]string{
	"cart_people": "Names on carts", "cart_links": "Links to carts", "order_marks": "Names on orders", "shopper_keys": "Names of the shopper",
	"key_pairs": "What tied the names together", "shared": "Names on other people’s carts", "events": "Events from the platform", "decisions": "Decisions about messages",
	"reports": "Reports of providers", "inquiries": "Questions to your platform", "early_reports": "Reports that came early", "touches": "Deliveries, opens and clicks", "inbounds": "Replies",
	"consents": "Answers about consent",
}

// HeldIn names a table of an erasure.
func (f frame) HeldIn(table string) string {
	if name := heldTables[table]; name != "" {
		return name
	}
	return sentence(table)
}
