package message

import (
	"regexp"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/event"
)

var (
	// linking finds addresses in HTML attributes, whatever their quotes.
	linking = regexp.MustCompile(`(?i)\b(href|src|background)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"']+))`)
	// noted is what a Liquid comment hides.
	noted = regexp.MustCompile(`(?s)\{%-?\s*comment\s*-?%\}.*?\{%-?\s*endcomment\s*-?%\}`)
	// schemed begins an address that works from a mailbox.
	schemed = regexp.MustCompile(`(?i)^(?:https?://[^/\s]|mailto:.|tel:.|sms:.)`)
)

// LinkProblems finds links and pictures that lead nowhere when they are opened
// from a mailbox: an address must be absolute, or come from a variable.
func LinkProblems(t Template) []Problem {
	switch t.Channel {
	case event.Messenger:
		if image := strings.TrimSpace(t.Image); image != "" && !strings.HasPrefix(image, "{") && !strings.HasPrefix(strings.ToLower(image), "https://") {
			return []Problem{{Field: "image", Line: 1, Column: 1, Message: "Messenger loads pictures from https addresses only",
				Remedy: "write an address that begins with https://, or {{ cart.items.first.image_url }}"}}
		}
		return nil
	case event.Email:
		return linkProblems(blanked(t.Body))
	}
	return nil
}

func linkProblems(src string) []Problem {
	var out []Problem
	for _, m := range linking.FindAllStringSubmatchIndex(src, -1) {
		from := max(m[4], m[6], m[8])
		to := max(m[5], m[7], m[9])
		address := strings.TrimSpace(src[from:to])
		if strings.HasPrefix(address, "{") || schemed.MatchString(address) {
			continue
		}
		line := 1 + strings.Count(src[:from], "\n")
		begin := strings.LastIndexByte(src[:from], '\n') + 1
		out = append(out, Problem{
			Field: "body", Line: line, Column: len([]rune(src[begin:from])) + 1, Message: nowhere(address),
			Remedy: "write the whole address with https://, or use a variable such as {{ cart.restore_url }} or {{ item.url }}",
		})
	}
	return out
}

func nowhere(address string) string {
	if address == "" {
		return "a link or picture has no address"
	}
	if r := []rune(address); len(r) > 60 {
		address = string(r[:60]) + "…"
	}
	return `the address "` + address + `" leads nowhere from a mailbox`
}

// blanked puts blanks in place of comments, so that places stay what they are.
func blanked(src string) string {
	return noted.ReplaceAllStringFunc(src, func(c string) string {
		return strings.Map(func(r rune) rune {
			if r == '\n' {
				return r
			}
			return ' '
		}, c)
	})
}
