package tui

import "testing"

func TestAccountsOfWindowsItselfComeLastEverywhere(t *testing.T) {
	d := drive(t, unjudged(t), 120, 30).press("ctrl+f", "tab", "g").misses("UMFD-", "DWM-")
	d.press("esc", "ctrl+f", "umfd", "tab").sees("UMFD-")
}

// unjudged is the practice domain without findings.
func unjudged(t *testing.T) Options {
	o := demo(t)
	o.Find = options(t, story()).Find
	return o
}
