package config

import _ "embed"

// Policies is the reviewed data of what each country's law, the carriers and
// the platforms ask of messages, in the format that package playbook reads. It
// is part of the program: a shop can be stricter by its settings, and nobody
// can be looser without changing, and so reviewing, this file.
//
//go:embed policies.yaml
var Policies []byte
