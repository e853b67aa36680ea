package findings

// Severity is how much a finding deserves a look before others.
type Severity uint8

// The severities, from what is only worth knowing.
const (
	Info Severity = iota
	Low
	Medium
	High
)

func (s Severity) String() string { return [...]string{"info", "low", "medium", "high"}[s] }
