package dashboard

// tab is one page of the settings.
type tab struct {
	Name, Link string
	// Here is true for the page that is shown.
	Here bool
}

// settingsTabs are the pages of settings, with who may open them.
var settingsTabs = []struct {
	name, path string
	owners     bool
}{
	{"Shop", "/settings", false},
	{"Sending", "/settings/sending", false},
	{"Channels", "/settings/channels", false},
	{"Webhooks", "/settings/webhooks", false},
	{"Platform", "/settings/platform", false},
	{"Storefront pixel", "/settings/pixel", false},
	{"People", "/settings/people", true},
	{"API keys", "/settings/keys", true},
	{"Data retention", "/settings/retention", false},
}

// Tabs gives the pages of settings that the reader may open.
func (f frame) Tabs() []tab {
	var out []tab
	for _, t := range settingsTabs {
		if !t.owners || f.Manages() {
			out = append(out, tab{Name: t.name, Link: f.Link(t.path), Here: t.name+" settings" == f.Title})
		}
	}
	return out
}
