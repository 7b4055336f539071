package main

import (
	"context"
	"fmt"
	"strings"

	"orderly/internal/access"
	"orderly/internal/account"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/store"
	"orderly/internal/store/users"
)

type userCommand struct {
	Create  userCreateCommand  `cmd:"" help:"Invite somebody and print the link to hand over."`
	List    userListCommand    `cmd:"" help:"List the people who may sign in."`
	Reset   userResetCommand   `cmd:"" help:"Print a link by which somebody chooses a new password."`
	Disable userDisableCommand `cmd:"" help:"Keep somebody out, at once."`
	Enable  userEnableCommand  `cmd:"" help:"Let somebody in again who was disabled."`
}

func (userCommand) Help() string {
	return "Links open once and are kept as hashes. These commands work beside a running server; it knows of a change within half a second.\n\n" +
		"Example:\n\n\torderly user create --email ada@example.com --role admin"
}

// linkFlags say where the pages are.
type linkFlags struct {
	Address string `default:"http://127.0.0.1:8080" placeholder:"URL" env:"ORDERLY_ADDRESS" help:"Where people reach the server; the link begins with it. Default: ${default}."`
}

func (f linkFlags) link(token string) string {
	return strings.TrimRight(f.Address, "/") + admin.LinkPath + token
}

type userCreateCommand struct {
	merchantFlags
	linkFlags
	Email    string   `required:"" placeholder:"ADDRESS" help:"What they sign in with."`
	Name     string   `placeholder:"NAME" help:"Their name; who opens the link can still change it."`
	Role     []string `required:"" placeholder:"ROLE" help:"What they do: ${roles}. May be given several times."`
	Location []string `placeholder:"CODE" help:"Only these locations; all when left out. May be given several times."`
}

func (userCreateCommand) Help() string {
	return "The link goes to standard output, alone on its line. It opens once, within seven days.\n\n" +
		"Example:\n\n\torderly user create --email bo@example.com --role warehouse --location LEEDS --address https://shop.example.com"
}

func (c *userCreateCommand) Run(ctx context.Context, con *console) error {
	roles, err := access.ParseRoles(c.Role)
	if err != nil {
		return err
	}
	return c.withDesk(ctx, con, func(d *desk.Desk) error {
		ids, err := locationIDs(ctx, d.DB, c.scope("user"), c.Location)
		if err != nil {
			return err
		}
		token, u, err := admin.Invite(ctx, d, c.scope("user"), admin.InviteCommand{Email: c.Email, Name: c.Name, Roles: roles, Locations: ids})
		if err != nil {
			return err
		}
		fmt.Fprintf(con.Err, "Invited %s (%s). Hand over this link; it opens once, within seven days:\n", u.Email, u.ID)
		_, err = fmt.Fprintln(con.Out, c.link(token))
		return err
	})
}

// roleNames lists every role for the help.
func roleNames() string {
	names := make([]string, len(access.Roles))
	for i, r := range access.Roles {
		names[i] = string(r)
	}
	return strings.Join(names, ", ")
}

// whoFlag names one user.
type whoFlag struct {
	Who string `arg:"" help:"Their e-mail address, or their id as list shows it: usr_…"`
}

func (f whoFlag) find(ctx context.Context, db *store.DB, scope access.Scope) (u users.User, err error) {
	err = db.Read(ctx, scope, func(r *store.Reader) error {
		if id, bad := users.ParseID(f.Who); bad == nil {
			u, err = users.Get(r, id)
		} else {
			u, err = users.ByEmail(r, account.Email(f.Who))
		}
		return err
	})
	if err == users.ErrUnknown { //nolint:errorlint // given as it is
		err = fault.New(fault.NotFound, "no_such_user", "there is no user %q; see orderly user list", f.Who)
	}
	return u, err
}

type userResetCommand struct {
	merchantFlags
	linkFlags
	whoFlag
	SecondFactor bool `help:"Also forget their authenticator app, recovery codes and passkeys: they are lost."`
}

func (userResetCommand) Help() string {
	return "The link goes to standard output, alone on its line. It opens once, within a day; until then the present password goes on. Who opens it ends all their other sessions.\n\n" +
		"Example:\n\n\torderly user reset ada@example.com"
}

func (c *userResetCommand) Run(ctx context.Context, con *console) error {
	return c.withDesk(ctx, con, func(d *desk.Desk) error {
		u, err := c.find(ctx, d.DB, c.scope("user"))
		if err != nil {
			return err
		}
		token, _, err := admin.NewUserLink(ctx, d, c.scope("user"), admin.LinkCommand{User: u.ID, Factors: c.SecondFactor})
		if err != nil {
			return err
		}
		fmt.Fprintf(con.Err, "Hand this link to %s; it opens once:\n", u.Email)
		_, err = fmt.Fprintln(con.Out, c.link(token))
		return err
	})
}

type userDisableCommand struct {
	merchantFlags
	whoFlag
}

func (userDisableCommand) Help() string {
	return "Their sessions and links end; what they did stays in the journal. The last admin who can sign in cannot be disabled.\n\nExample:\n\n\torderly user disable bo@example.com"
}

func (c *userDisableCommand) Run(ctx context.Context, con *console) error {
	return c.withDesk(ctx, con, func(d *desk.Desk) error {
		u, err := c.find(ctx, d.DB, c.scope("user"))
		if err == nil {
			_, err = desk.One(ctx, d, admin.DisableUser, c.scope("user"), admin.SwitchCommand{ID: u.ID}, desk.Options{})
		}
		if err == nil {
			_, err = fmt.Fprintf(con.Out, "Disabled %s.\n", u.Email)
		}
		return err
	})
}

type userEnableCommand struct {
	merchantFlags
	whoFlag
}

func (userEnableCommand) Help() string {
	return "They sign in with the password that they had.\n\nExample:\n\n\torderly user enable bo@example.com"
}

func (c *userEnableCommand) Run(ctx context.Context, con *console) error {
	return c.withDesk(ctx, con, func(d *desk.Desk) error {
		u, err := c.find(ctx, d.DB, c.scope("user"))
		if err == nil {
			_, err = desk.One(ctx, d, admin.EnableUser, c.scope("user"), admin.SwitchCommand{ID: u.ID}, desk.Options{})
		}
		if err == nil {
			_, err = fmt.Fprintf(con.Out, "Enabled %s.\n", u.Email)
		}
		return err
	})
}
