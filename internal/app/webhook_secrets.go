package app

import (
	"errors"
	"os"
	"strings"

	"github.com/cartograph-dev/cartograph/internal/fault"
	"github.com/cartograph-dev/cartograph/internal/shop"
)

// givenSecret is the name under which commands take a signing secret.
const givenSecret = "webhook_secret"

// maxSecretFile bounds a file that holds a secret, so that a wrong name cannot
// fill the memory; what is in it is held to a form afterwards.
const maxSecretFile = 64 << 10

// secretIn gives what an argument says, or for @FILE what is in the file: a key
// of several lines is awkward in a shell, and arguments are seen by others.
func secretIn(arg string) (string, error) {
	name, isFile := strings.CutPrefix(arg, "@")
	if !isFile {
		return arg, nil
	}
	at, err := os.Stat(name)
	if err == nil && (!at.Mode().IsRegular() || at.Size() > maxSecretFile) {
		err = fault.New(fault.Unprocessable, "it is no file, or too large for a secret")
	}
	var text []byte
	if err == nil {
		text, err = os.ReadFile(name) // #nosec G304 -- the file that the operator names
	}
	if err != nil {
		return "", fault.Wrap(fault.Unprocessable, err, "the secret's file cannot be read").In(givenSecret).
			Try("name a file that this user may read, as in @key.pem")
	}
	return string(text), nil
}

func secretsIn(args []string) (out []string, err error) {
	for _, arg := range args {
		s, err := secretIn(arg)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// checkWebhookSecrets brings secrets into form, or joins what is wrong with them.
func checkWebhookSecrets(given []string) (out []string, err error) {
	var all []error
	for _, s := range given {
		tidy, err := shop.CheckWebhookSecret(s)
		if f := (*fault.Error)(nil); errors.As(err, &f) {
			err = f.In(givenSecret)
		}
		out, all = append(out, tidy), append(all, err)
	}
	return out, errors.Join(all...)
}
