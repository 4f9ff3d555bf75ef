package message

import "github.com/cartograph-dev/cartograph/internal/fault"

// Block is one piece of an email that is put together without writing HTML.
// Which fields a kind has, and what they may hold, is in BlockKinds; a field
// of another kind must be empty.
//
// Texts are typed as people type: an empty line begins a paragraph, **bold**,
// *italic*, [label](address), lines that begin with "- " make a list, and
// {{ shopper.first_name }} is a variable. Nothing typed is ever HTML.
type Block struct {
	// Kind is one of BlockKinds.
	Kind string `json:"kind"`
	// Text is what the block says.
	Text string `json:"text,omitempty"`
	// Label is what a button, or the line of the total, is called.
	Label string `json:"label,omitempty"`
	// Link is where a button or picture leads: https, http, mailto, tel, or one
	// of the variables that are links.
	Link string `json:"link,omitempty"`
	// Image is a picture's address, Alt what it shows in words.
	Image string `json:"image,omitempty"`
	Alt   string `json:"alt,omitempty"`
	// By says whose words a quotation is.
	By string `json:"by,omitempty"`
	// Most is how many lines of the cart are listed; 0 is 6.
	Most int `json:"most,omitempty"`
	// Pictures is "none" where the cart's pictures are left out.
	Pictures string `json:"pictures,omitempty"`
	// Size is "small", "medium" or "large"; what none means depends on the kind.
	Size string `json:"size,omitempty"`
	// Align is "center" or "end"; none is where lines begin in the locale's script.
	Align string `json:"align,omitempty"`
	// Emphasis is "strong" or "quiet"; none is in between.
	Emphasis string `json:"emphasis,omitempty"`
	// When names the only case in which the block is shown; none is always.
	When string `json:"when,omitempty"`
}

// Style is how an email of blocks looks. It is kept with the blocks and not with
// the shop, so that a published version goes on looking as it was published, and
// a file holds all of it. The zero value is Cartograph's own look.
type Style struct {
	// Brand colours buttons and links, Ink the text: #rrggbb.
	Brand string `json:"brand,omitempty"`
	Ink   string `json:"ink,omitempty"`
	// Font is one of the stacks that mail programs have; see StyleFields.
	Font string `json:"font,omitempty"`
	// Width is the content's in pixels on a wide screen; 0 is 600.
	Width int `json:"width,omitempty"`
	// Corners are "square" or "round"; none is slightly rounded.
	Corners string `json:"corners,omitempty"`
}

// The kinds of blocks.
const (
	BlockHeading   = "heading"
	BlockText      = "text"
	BlockImage     = "image"
	BlockButton    = "button"
	BlockItems     = "items"
	BlockTotal     = "total"
	BlockCoupon    = "coupon"
	BlockColumns   = "columns"
	BlockQuote     = "quote"
	BlockDivider   = "divider"
	BlockSpacer    = "spacer"
	BlockLinks     = "links"
	BlockSignature = "signature"
	BlockNote      = "note"
)

// Bounds on blocks.
const (
	maxBlocks    = 60
	maxBlockText = 4_000
	maxBlockLine = 300
	maxBlockLink = 1_000
)

// text gives a field of text by its name in files and JSON.
func (b *Block) text(name string) *string {
	switch name {
	case "text":
		return &b.Text
	case "label":
		return &b.Label
	case "link":
		return &b.Link
	case "image":
		return &b.Image
	case "alt":
		return &b.Alt
	case "by":
		return &b.By
	case "pictures":
		return &b.Pictures
	case "size":
		return &b.Size
	case "align":
		return &b.Align
	case "emphasis":
		return &b.Emphasis
	case "when":
		return &b.When
	}
	return nil
}

// blockFields are the names text knows, in the order of files; "most" is the one number.
func blockFields() []string {
	return []string{"text", "label", "link", "image", "alt", "by", "pictures", "size", "align", "emphasis", "when"}
}

// Compiled gives the template with Body and Text made of its blocks, in the
// words of its locale; one without blocks as it is. Whoever turns an email of
// blocks into one of code keeps the result and drops Blocks and Style.
func (t Template) Compiled() (Template, error) {
	if len(t.Blocks) == 0 {
		return t, nil
	}
	var err error
	t.Body, t.Text, err = t.Style.compile(t.Blocks, t.Locale)
	return t, err
}

// Compile makes Liquid of blocks, in English and Cartograph's own look: HTML
// that is set into the shipped layout, and the plain-text part. The error is
// fault.Unprocessable; its Field is such as "blocks[2].link".
func Compile(blocks []Block) (body, text string, err error) {
	return Style{}.compile(blocks, "en")
}

// wrongBlock makes the error of one block's field.
func wrongBlock(path, remedy, format string, args ...any) *fault.Error {
	return fault.New(fault.Unprocessable, format, args...).In(path).Try(remedy)
}
