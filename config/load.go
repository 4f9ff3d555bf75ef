package config

import (
	"net"
	"os"
	"path/filepath"
	"strings"
)

// fileName is the file that is read from the working directory when no other is named.
const fileName = "cartograph.yaml"

// configVariable names the file by environment, as --config does by flag.
const configVariable = prefix + "CONFIG"

// Source is where Load looks. The zero Source gives Default.
type Source struct {
	// File is the file of --config; it must exist. Empty: CARTOGRAPH_CONFIG,
	// else cartograph.yaml in Dir if there is one.
	File string
	// Dir is the working directory; empty looks for no file by itself.
	Dir string
	// Environ is the environment as os.Environ gives it. An empty variable counts as not set.
	Environ []string
	// Flags holds the flags that were given, under the option's name with dashes
	// ("public-url"). An empty value counts as not given.
	Flags map[string]string
}

// Load gives the configuration: defaults, then the file, then the
// environment, then the flags. The error is a fault.Misconfigured that holds
// every problem found (see ProblemsOf); the configuration beside it is then
// good for showing only.
func Load(src Source) (Config, error) {
	c := Default()
	values, problems := src.values(&c)
	if file := src.file(values); file != "" {
		problems = append(problems, c.readFile(file)...)
	}
	problems = append(problems, c.apply(values)...)
	c.complete()
	return c, append(problems, c.problems()...).err()
}

// file gives the path of the file to read, or "".
func (src Source) file(values map[string]string) string {
	if src.File != "" {
		return src.File
	}
	if named := values[configVariable]; named != "" {
		return named
	}
	if src.Dir == "" {
		return ""
	}
	path := filepath.Join(src.Dir, fileName)
	if _, err := os.Stat(path); os.IsNotExist(err) {
		return ""
	}
	return path
}

// complete fills in what follows from other options and brings addresses into one form.
func (c *Config) complete() {
	if c.HTTP.PublicURL == "" {
		c.HTTP.PublicURL = PublicURLFor(c.HTTP.Listen)
	}
	for _, address := range []*string{&c.HTTP.PublicURL, &c.SendGrid.BaseURL, &c.Twilio.BaseURL, &c.Messenger.BaseURL} {
		*address = strings.TrimRight(*address, "/")
	}
}

// PublicURLFor gives the address under which this machine reaches a server
// that listens on host:port, for when no public address is configured. It is
// "" for an address without a certain port.
func PublicURLFor(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil || port == "" || port == "0" {
		return ""
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}
