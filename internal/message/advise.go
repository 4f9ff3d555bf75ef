package message

// Level is how much an advice matters.
type Level string

// The levels: an error keeps a template from doing its work, a warning costs
// readers or money, a hint is worth a thought.
const (
	LevelError   Level = "error"
	LevelWarning Level = "warning"
	LevelHint    Level = "hint"
)

// Advice is one thing about a template that its author may want to change.
type Advice struct {
	// Code names the rule, for tests and for links into the documentation.
	Code  string `json:"code"`
	Level Level  `json:"level"`
	// Field is the template's, as in errors: "subject", "body", "blocks[2].alt".
	Field string `json:"field,omitempty"`
	// Message says what was seen, Remedy what to do about it.
	Message string `json:"message"`
	Remedy  string `json:"remedy,omitempty"`
}
