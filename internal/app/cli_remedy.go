package app

import (
	"errors"
	"strings"

	"github.com/alecthomas/kong"
)

// remedies say what to do about what is not there, for those who type commands.
// The store's errors are also read by merchants and programs, who have none.
var remedies = map[string]string{
	"no such shop":              "see the shops there are, with their ids: cartograph shop list",
	"no such user":              "see the shop's people: cartograph user list --shop SHOP_ID; make a new one: cartograph user create",
	"no such shopper":           "leave --id out and name them by --email, --phone or --customer; a shopper's page has the id in its address",
	"no such quarantined event": "it may have been replayed already; without --event all are replayed, and each that stays is named with its id",
	"no such privacy request":   "see those there are: cartograph shopper requests --shop SHOP_ID",
}

// remedyOf finds what to do where an error itself does not say it.
func remedyOf(message, own string) string {
	if own != "" {
		return own
	}
	return remedies[message]
}

// openShop is open for the commands about one shop, which must be there.
func (r *run) openShop(id string) (*core, error) {
	k, err := r.open()
	if err != nil {
		return nil, err
	}
	if _, err := k.store.Shop(r.ctx, id); err != nil {
		return nil, errors.Join(err, k.Close())
	}
	return k, nil
}

// usageHelp says after a command line that was not understood what can be
// written where it went wrong, and which page of help tells the rest.
func usageHelp(err error) string {
	command := "cartograph"
	var wrong *kong.ParseError
	if !errors.As(err, &wrong) || wrong.Context == nil {
		return "try: cartograph --help"
	}
	node := wrong.Context.Model.Node
	for _, p := range wrong.Context.Path {
		if p.Command != nil {
			node = p.Command
			command += " " + p.Command.Name
		}
	}
	var names []string
	for _, child := range node.Children {
		names = append(names, child.Name)
	}
	if len(names) > 0 && node.Type != kong.ApplicationNode {
		return "its commands are " + strings.Join(names, ", ") + "; try: " + command + " --help"
	}
	return "try: " + command + " --help"
}
