package dashboard

import "github.com/cartograph-dev/cartograph/internal/access"

// manage is what owners may and others may not.
const manage = access.Manage

// Desk is everything that the pages of settings, people and the first set-up
// ask for, each part declared beside the pages that use it.
type Desk interface {
	SettingsDesk
	ChannelDesk
	WebhookDesk
	PlatformDesk
	KeyDesk
	PeopleDesk
	RetentionDesk
	PixelDesk
	SetupDesk
	ResetDesk
	StartDesk
	SingleDesk
}
