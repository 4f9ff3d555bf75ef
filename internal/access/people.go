package access

import "time"

// Colleague is one member of a shop, as its owners see them.
type Colleague struct {
	ID    string `json:"id"`
	Email string `json:"email"`
	Role  Role   `json:"role"`
	// Password tells whether one is set; else only links let the user in.
	Password bool `json:"has_password"`
}

// Invitation asks somebody to join a shop.
type Invitation struct {
	ID     string
	ShopID string
	// Email is whom it is for, Role what they will be.
	Email string
	Role  Role
	// InvitedBy is the id of the owner who asked.
	InvitedBy string
	CreatedAt time.Time
	ExpiresAt time.Time
}

// Welcome is an invitation as its link shows it.
type Welcome struct {
	Invitation
	// ShopName is the shop's.
	ShopName string
	// Known is true for who has an account already: they join by signing in.
	Known bool
}
