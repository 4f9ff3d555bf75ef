package app

import (
	"io"
	"os"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
)

type userCommand struct {
	Create   userCreate   `cmd:"" help:"Make a user of a shop, or change their role. Without a password it prints a one-time sign-in link; for a known user, just a new link."`
	Password userPassword `cmd:"" help:"Give a user another password. It ends all their sessions and unused links."`
	List     userList     `cmd:"" help:"List the members of a shop."`
	Remove   userRemove   `cmd:"" help:"Take a user out of a shop."`
}

// passwordSource says where a password is read from. It is never an argument:
// every user of a machine can read those.
type passwordSource struct {
	PasswordFile  string `help:"Read the password from this file." placeholder:"FILE" type:"path" xor:"password"`
	PasswordStdin bool   `help:"Read the password from standard input." xor:"password"`
}

// read gives the password; false when none was asked for. What ends a line
// does not belong to it.
func (p passwordSource) read(r *run) (password string, given bool, err error) {
	var from io.Reader
	switch {
	case p.PasswordFile != "":
		f, err := os.Open(p.PasswordFile) // #nosec G304 -- the file that whoever runs the command names
		if err != nil {
			return "", true, fault.Wrap(fault.Misconfigured, err, "cannot read the password file").In("password-file")
		}
		defer f.Close()
		from = f
	case p.PasswordStdin && r.term.In != nil:
		from = r.term.In
	case p.PasswordStdin:
		return "", true, nil
	default:
		return "", false, nil
	}
	b, err := io.ReadAll(io.LimitReader(from, 8<<10))
	if err != nil {
		return "", true, fault.Wrap(fault.Misconfigured, err, "cannot read the password")
	}
	return strings.TrimRight(string(b), "\r\n"), true, nil
}

type userCreate struct {
	Email string `required:"" help:"The user's email address."`
	Shop  string `required:"" help:"The shop's id."`
	Role  string `default:"owner" help:"owner (everything), editor (also replays and edits) or viewer (only looks)."`
	passwordSource
	JSON bool `name:"json" help:"Print JSON."`
}

// Run makes the user.
func (c *userCreate) Run(r *run) error {
	password, given, err := c.read(r)
	if err != nil {
		return err
	}
	k, err := r.open()
	if err != nil {
		return err
	}
	defer k.Close()
	if given {
		return c.withPassword(r, k, password)
	}
	link, err := k.SignInLink(r.ctx, c.Email, c.Shop, c.Role)
	if err != nil {
		return err
	}
	if c.JSON {
		return r.printJSON(map[string]string{"sign_in_url": link})
	}
	r.printf("Sign in within a day, once: %s\n", link)
	return nil
}

func (c *userCreate) withPassword(r *run, k *core, password string) error {
	if err := k.AddUser(r.ctx, c.Email, c.Shop, c.Role, password); err != nil {
		return err
	}
	page := k.config.HTTP.PublicURL + "/sign-in"
	if c.JSON {
		return r.printJSON(map[string]string{"sign_in_url": page})
	}
	r.printf("Sign in with the address and the password: %s\n", page)
	return nil
}

type userPassword struct {
	Email string `required:"" help:"The user's email address."`
	passwordSource
}

// Run changes the password.
func (c *userPassword) Run(r *run) error {
	password, given, err := c.read(r)
	if err != nil {
		return err
	}
	if !given {
		return fault.New(fault.Misconfigured, "no password was given").Try("name --password-file FILE, or --password-stdin and write it there")
	}
	k, err := r.open()
	if err != nil {
		return err
	}
	defer k.Close()
	if err := k.ChangePassword(r.ctx, c.Email, password); err != nil {
		return err
	}
	r.printf("The password is set. All sessions of this user have ended.\n")
	return nil
}

type userList struct {
	Shop string `required:"" help:"The shop's id."`
	JSON bool   `name:"json" help:"Print JSON."`
}

// Run lists the members.
func (c *userList) Run(r *run) error {
	k, err := r.open()
	if err != nil {
		return err
	}
	defer k.Close()
	if _, err := k.store.Shop(r.ctx, c.Shop); err != nil {
		return err
	}
	all, err := k.store.Colleagues(r.ctx, c.Shop)
	if err != nil {
		return err
	}
	if c.JSON {
		return r.printJSON(all)
	}
	for _, u := range all {
		way := "by link"
		if u.Password {
			way = "by password"
		}
		r.printf("%-7s %-11s %s\n", u.Role, way, u.Email)
	}
	return nil
}

type userRemove struct {
	Email string `required:"" help:"The user's email address."`
	Shop  string `required:"" help:"The shop's id."`
}

// Run takes the user out of the shop.
func (c *userRemove) Run(r *run) error {
	k, err := r.openShop(c.Shop)
	if err != nil {
		return err
	}
	defer k.Close()
	return k.RemoveUser(r.ctx, c.Email, c.Shop)
}
