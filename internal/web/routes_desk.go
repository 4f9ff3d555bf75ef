package web

// desk are the addresses where a shop is set up.
func (s *server) desk(t table) {
	b := s.board
	t.read(Viewer, "/settings", b.Member(b.Settings))
	t.post(Owner, "/settings", b.Member(b.SaveSettings))
	t.read(Viewer, "/settings/sending", b.Member(b.Rules))
	t.post(Owner, "/settings/sending", b.Member(b.SaveRules))
	t.read(Viewer, "/settings/channels", b.Member(b.ChannelSettings))
	t.post(Owner, "/settings/channels/:channel", b.Member(b.SaveChannel))
	t.post(Owner, "/settings/channels/:channel/check", b.Member(b.CheckChannel))
	t.post(Owner, "/settings/channels/:channel/forget", b.Member(b.ForgetChannel))
	t.read(Viewer, "/settings/platform", b.Member(b.PlatformSettings))
	t.post(Owner, "/settings/platform", b.Member(b.SavePlatform))
	t.post(Owner, "/settings/platform/check", b.Member(b.CheckPlatform))
	t.post(Owner, "/settings/platform/forget", b.Member(b.ForgetPlatform))
	t.read(Viewer, "/settings/webhooks", b.Member(b.WebhookSettings))
	t.post(Owner, "/settings/webhooks/secret", b.Member(b.AddSecret))
	t.post(Owner, "/settings/webhooks/secret/:id/remove", b.Member(b.RemoveSecret))
	t.read(Viewer, "/settings/pixel", b.Member(b.PixelSettings))
	t.post(Owner, "/settings/pixel", b.Member(b.SavePixel))
	t.read(Owner, "/settings/people", b.Member(b.PeopleSettings))
	t.post(Owner, "/settings/people", b.Member(b.Invite))
	t.post(Owner, "/settings/people/:id/role", b.Member(b.SetRole))
	t.post(Owner, "/settings/people/:id/remove", b.Member(b.RemovePerson))
	t.post(Owner, "/settings/invitations/:id/withdraw", b.Member(b.Uninvite))
	t.read(Owner, "/settings/keys", b.Member(b.KeySettings))
	t.post(Owner, "/settings/keys", b.Member(b.CreateKey))
	t.post(Owner, "/settings/keys/:id/revoke", b.Member(b.RevokeKey))
	t.read(Viewer, "/settings/retention", b.Member(b.Retention))
	t.post(Owner, "/settings/retention", b.Member(b.SaveRetention))
	t.read(Owner, "/audit.csv", b.Member(b.AuditFile))
	// One's own shops: which one is opened first.
	t.post(Viewer, "/switch", b.Member(b.SwitchShop))

	t.read(Viewer, "/start", b.Member(b.Start))
	t.post(Owner, "/start/identity", b.Member(b.SaveIdentity))
	t.post(Owner, "/start/rules", b.Member(b.SaveStartRules))
	t.post(Owner, "/start/skip", b.Member(b.SkipStep))
	t.post(Editor, "/start/test", b.Member(b.SendTest))
	t.post(Owner, "/start/live", b.Member(b.GoLive))
}

// door are the addresses of people without a session who have, or ask for, a link.
func (s *server) door(t table) {
	b := s.board
	t.read(Visitor, "/setup/:token", b.ShowSetup)
	t.post(Visitor, "/setup/:token", b.SetUp)
	t.post(Visitor, "/oidc/start", b.BeginSingle)
	t.read(Visitor, "/oidc/callback", b.ShowSingle)
	t.post(Visitor, "/oidc/callback", b.FinishSingle)
	t.read(Visitor, "/forgot", b.Forgot)
	t.post(Visitor, "/forgot", b.AskReset)
	t.read(Visitor, "/reset/:token", b.ShowReset)
	t.post(Visitor, "/reset/:token", b.ResetPassword)
	t.read(Visitor, "/invitation/:token", b.ShowInvitation)
	t.post(Visitor, "/invitation/:token", b.Join)
}
