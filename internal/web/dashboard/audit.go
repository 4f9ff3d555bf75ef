package dashboard

import (
	"maps"
	"slices"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/access"
)

// done puts actions into words.
var done = map[access.Action]string{
	access.SignedIn: "signed in", access.SignInFailed: "failed to sign in", access.ShopCreated: "created the shop",
	access.SettingsSet: "changed settings", access.CredentialAdded: "added a credential", access.UserAdded: "added a person",
	access.RoleChanged: "changed a role", access.UserRemoved: "removed a person", access.LinkMade: "made a sign-in link",
	access.PasswordSet: "set a password", access.SignedOutAll: "signed out everywhere", access.KeyCreated: "created an API key",
	access.TemplateDrafted: "saved a draft", access.TemplateDiscarded: "threw a draft away",
	access.TemplatePublished: "published a template", access.TemplateTested: "sent a test message",
	access.TemplateRetired: "retired a template", access.TemplateReturned: "brought a template back",
	access.KeyRevoked: "revoked an API key", access.BookPublished: "published personas, sequences or templates from a file", access.Replayed: "replayed events",
	access.ResetAsked: "asked for a new password", access.Invited: "invited somebody", access.Uninvited: "withdrew an invitation",
	access.CredentialGone: "removed a credential", access.SecretRotated: "added a webhook secret", access.SecretRetired: "removed a webhook secret",
	access.ChannelChecked: "checked a channel", access.RulesChosen: "chose the rules of sending", access.StepSkipped: "left out a step of getting started",
	access.TestAsked: "asked for a test", access.TestSent: "sent a test", access.TestFailed: "tried to send a test", access.WentLive: "went live",
	access.PersonaSaved: "saved the persona", access.PersonaMoved: "moved the persona", access.PersonaDeleted: "deleted the persona",
	access.PersonasPutBack: "put an earlier list of personas back", access.DraftDiscarded: "discarded the draft of the sequence",
	access.SequencePublish: "published the sequence", access.SequenceRetired: "took out of use the sequence",
	access.SequencePaused: "paused the sequence", access.SequenceResumed: "resumed the sequence",
	access.CodesAdded: "added codes to the stock", access.CodesRemoved: "removed the free codes of the stock", access.ConsentImported: "imported answers about consent from the file",
	access.CartStopped: "stopped the messages to a cart", access.ShopperStopped: "stopped the messages to a shopper", access.ShopperAllowed: "allowed messages to a shopper again",
	access.NamesJoined: "said that two names are one shopper’s", access.NamesParted: "said that two names are not one shopper’s", access.RulingEnded: "took back what was said of two names",
	access.ShopperErased: "erased a shopper", access.ShopperExported: "exported what is held of a shopper", access.MessageStopped: "cancelled a message", access.MessageTested: "sent a message to themselves as a test",
}

// Did says what was done.
func (f frame) Did(a access.Action) string {
	if words := done[a]; words != "" {
		return words
	}
	return string(a)
}

// Actor says who did it.
func (f frame) Actor(e access.Entry) string {
	switch {
	case e.ActorName != "" && e.Actor.Kind == access.ByKey:
		return "API key “" + e.ActorName + "”"
	case e.ActorName != "":
		return e.ActorName
	case e.Actor.Kind == access.ByCommand:
		return "the command line"
	case e.Actor.Kind == access.ByNobody:
		return "somebody"
	}
	return "somebody who is gone"
}

// Object says to whom or what, "" where the action says it all.
func (f frame) Object(e access.Entry) string {
	switch {
	case e.ObjectName != "" && e.ObjectName != e.ActorName:
		return e.ObjectName
	case e.Action == access.CredentialAdded, e.Action == access.CredentialGone, e.Action == access.Replayed, e.Action == access.ChannelChecked, e.Action == access.StepSkipped,
		e.Action == access.CartStopped, strings.HasPrefix(string(e.Action), "shopper."), e.Action == access.MessageStopped, e.Action == access.MessageTested, e.Action == access.ConsentImported,
		strings.HasPrefix(string(e.Action), "codes."),
		strings.HasPrefix(string(e.Action), "sequence."), strings.HasPrefix(string(e.Action), "persona.") && e.Action != access.PersonasPutBack:
		return e.Object
	}
	return ""
}

// Detail writes the details of an entry, by name.
func (f frame) Detail(e access.Entry) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(e.Detail)) {
		parts = append(parts, name+": "+e.Detail[name])
	}
	return strings.Join(parts, "; ")
}
