package journey

// Retirement is what retiring a text would mean, before it is done.
type Retirement struct {
	Name TemplateName
	// Version is the live one that would be retired.
	Version int
	// Fallback is the text that its readers get instead; nil where none is left on the channel.
	Fallback *TemplateName
	// Uses are the steps that send it: of live sequences, and of earlier versions that carts still go through.
	Uses []TemplateUse
	// Needed is true where steps would be left with no text on the channel: it cannot be retired.
	Needed bool
	// Drafted is true while somebody works on it: that comes first.
	Drafted bool
}

// TemplateUse is a step that sends a text.
type TemplateUse struct {
	// Sequence is its key, Version the one meant, Step counts from 0.
	Sequence string
	Version  int
	Step     int
	// Earlier is true for a version that no cart enters any more.
	Earlier bool
}
