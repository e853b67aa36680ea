package tui

import (
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
)

// prompt asks for one line of text in place of the rule.
type prompt struct {
	label string
	input textinput.Model
	// done takes the answer; what it returns is said instead of closing the
	// prompt.
	done func(*root, string) (cmd tea.Cmd, wrong string)
	said string
	// fresh is true until something is typed.
	fresh bool
}

func (r *root) ask(label, value string, done func(*root, string) (tea.Cmd, string)) {
	input := textinput.New()
	input.Prompt = ""
	input.CharLimit = mostTyped
	input.SetVirtualCursor(false)
	input.SetValue(value)
	input.CursorEnd()
	input.Focus()
	r.prompt = &prompt{label: label, input: input, done: done, fresh: true}
}

// pressPrompt handles a key while something is asked for.
func (r *root) pressPrompt(k tea.KeyPressMsg) tea.Cmd {
	p := r.prompt
	switch k.String() {
	case "esc":
		r.prompt = nil
		return nil
	case "enter":
		cmd, wrong := p.done(r, p.input.Value())
		if p.said = wrong; wrong == "" {
			r.prompt = nil
		}
		return cmd
	}
	p.said = ""
	if p.fresh && startsOver(k) {
		p.input.SetValue("")
	}
	p.fresh = false
	p.input, _ = p.input.Update(k)
	return nil
}
