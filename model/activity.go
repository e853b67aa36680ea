package model

// Activity is what started a session, by fields and never by a guess. Name is
// "" where the fields do not say.
type Activity struct {
	Name    string
	Because []string // the fields that say so, as column=value
}
