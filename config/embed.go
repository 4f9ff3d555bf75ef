package config

import _ "embed"

// Playbook is the personas and sequences that every new shop starts with, in
// the file format of `cartograph apply`. Nobody changes it at run time.
//
//go:embed playbook.yaml
var Playbook []byte
