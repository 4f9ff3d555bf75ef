package access

import "time"

// Action is what was done, as the audit log names it. Names are never changed:
// the log is append-only.
type Action string

// The actions.
const (
	SignedIn        Action = "sign_in"
	SignInFailed    Action = "sign_in.failed"
	ShopCreated     Action = "shop.created"
	SettingsSet     Action = "settings.changed"
	CredentialAdded Action = "credential.added" // #nosec G101 -- the name of an action
	UserAdded       Action = "user.added"
	RoleChanged     Action = "user.role_changed"
	UserRemoved     Action = "user.removed"
	LinkMade        Action = "user.sign_in_link_made"
	PasswordSet     Action = "user.password_set"
	SignedOutAll    Action = "user.signed_out_everywhere"
	KeyCreated      Action = "key.created"
	KeyRevoked      Action = "key.revoked"
	BookPublished   Action = "playbook.published"
	Replayed        Action = "quarantine.replayed"
	Resealed        Action = "secrets.resealed"

	TemplateDrafted   Action = "template.drafted"
	TemplateDiscarded Action = "template.draft_discarded"
	TemplatePublished Action = "template.published"
	TemplateTested    Action = "template.tested"
	TemplateRetired   Action = "template.retired"
	TemplateReturned  Action = "template.brought_back"
	// What owners do at their desk.
	Founded        Action = "installation.set_up"
	ResetAsked     Action = "user.reset_asked"
	Invited        Action = "user.invited"
	Uninvited      Action = "user.invitation_withdrawn"
	CredentialGone Action = "credential.removed"     // #nosec G101 -- the name of an action
	SecretRotated  Action = "webhook_secret.rotated" // #nosec G101 -- the name of an action
	SecretRetired  Action = "webhook_secret.retired" // #nosec G101 -- the name of an action
	ChannelChecked Action = "channel.checked"
	RulesChosen    Action = "start.rules_chosen"
	StepSkipped    Action = "start.step_skipped"
	// TestAsked is noted before a test leaves, TestSent or TestFailed when it is known what became of it.
	TestAsked       Action = "test.asked"
	TestSent        Action = "test.sent"
	TestFailed      Action = "test.failed"
	WentLive        Action = "shop.went_live"
	PersonaSaved    Action = "persona.saved"
	PersonaMoved    Action = "persona.moved"
	PersonaDeleted  Action = "persona.deleted"
	PersonasPutBack Action = "persona.list_restored"
	DraftDiscarded  Action = "sequence.draft_discarded"
	SequencePublish Action = "sequence.published"
	SequenceRetired Action = "sequence.retired"
	SequencePaused  Action = "sequence.paused"
	SequenceResumed Action = "sequence.resumed"
	CodesAdded      Action = "codes.added"
	CodesRemoved    Action = "codes.removed"
	ConsentImported Action = "consent.imported"
	CartStopped     Action = "cart.stopped"
	ShopperStopped  Action = "shopper.stopped"
	ShopperAllowed  Action = "shopper.allowed"
	ShopperErased   Action = "shopper.erased"
	ShopperExported Action = "shopper.exported"
	NamesJoined     Action = "names.joined"
	NamesParted     Action = "names.parted"
	RulingEnded     Action = "names.taken_back"
	MessageStopped  Action = "message.cancelled"
	MessageTested   Action = "message.sent_as_test"
)

// Entry is one line of the audit log. It holds ids and names of settings, and
// no personal data: it outlives those it is about.
type Entry struct {
	ID string
	// ShopID is empty for what concerns the whole installation.
	ShopID string
	At     time.Time
	Actor  Actor
	Action Action
	// Object is the id of what was changed, or its name.
	Object string
	// Detail says more, by name: changed settings with their old and new values,
	// a role, scopes. Secrets are not in it, nor what is known of shoppers.
	Detail map[string]string
	// ActorName and ObjectName are looked up when the log is read: the email
	// address of a user who still exists, a key's name. They are not stored.
	ActorName, ObjectName string
}
