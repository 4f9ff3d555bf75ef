package delivery

// rank orders the states a report can lead to; a report never moves a message
// to a lower rank, so repeated and reordered callbacks end alike.
var rank = map[State]int{
	Reserved: 0, Sending: 1, Unknown: 2, Accepted: 3, Delivered: 5, Failed: 6, Bounced: 7, Complained: 8,
}

var reached = map[Status]State{
	Processed: Accepted, Deferral: Accepted, Delivery: Delivered, Bounce: Bounced, Failure: Failed, Complaint: Complained,
	// Who opened, clicked or unsubscribed has received it.
	Open: Delivered, Click: Delivered, Unsubscribed: Delivered,
}

// Next gives a message's state after a report. Reports about messages that
// never left (rejected, cancelled) change nothing: the provider cannot know them.
func Next(now State, r Report) State {
	if now == Rejected || now == Cancelled {
		return now
	}
	to, ok := reached[r.Status]
	if !ok || rank[to] <= rank[now] {
		return now
	}
	return to
}

// Left reports whether a message in this state has, or may have, reached the provider.
func (s State) Left() bool {
	switch s {
	case Reserved, Rejected, Cancelled:
		return false
	}
	return true
}
