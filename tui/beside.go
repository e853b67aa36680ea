package tui

import (
	"context"
	"slices"

	"spoor/model"
	"spoor/model/export"
	"spoor/model/findings"
)

// besideRef is what can be marked and exported though it is no session: an
// account without one, or a finding of which none is part.
type besideRef struct {
	account accountRef
	finding string // its ID; "" where an account is meant
}

func (r besideRef) what() string {
	if r.finding != "" {
		return "finding"
	}
	return "account"
}

// accountBeside names an account that has no session.
func (v *view) accountBeside(a model.Account) (besideRef, bool) {
	return besideRef{account: refAccount(v.snap, a)}, a.Sessions == 0 && (a.Failures+a.Authentications > 0 || len(v.snap.Story(a.ID)) > 0)
}

// findingBeside names a finding of which no session is part.
func (v *view) findingBeside(n int) (besideRef, bool) {
	return besideRef{finding: v.finding(n).ID}, v.finding(n).SessionCount == 0
}

// markBeside turns the mark of a row that is no session.
func (r *root) markBeside(ref besideRef) {
	if i := slices.Index(r.marks.beside, ref); i >= 0 {
		r.marks.beside = slices.Delete(slices.Clone(r.marks.beside), i, i+1)
		r.message = "the " + ref.what() + " is no longer marked"
		return
	}
	r.marks.beside = append(slices.Clone(r.marks.beside), ref)
	r.message = "the " + ref.what() + " is marked, for this run"
}

// besideWords counts what is exported besides sessions.
func besideWords(refs []besideRef) string {
	accounts := 0
	for _, ref := range refs {
		if ref.finding == "" {
			accounts++
		}
	}
	words := ""
	if accounts > 0 {
		words = count(accounts, "account without a session", "accounts without a session")
	}
	if n := len(refs) - accounts; n > 0 {
		words = join(words, count(n, "finding without a session", "findings without a session"))
	}
	return words
}

// besideOf gathers what is exported of some: it looks at all events, and so is
// not for Update. Findings may be nil where no ref is of one.
func besideOf(ctx context.Context, snap *model.Snapshot, set *findings.Set, refs []besideRef) (out export.Beside) {
	accounts, found := map[model.AccountID]bool{}, map[int]bool{}
	for _, ref := range refs {
		if ref.finding == "" {
			if a, ok := ref.account.find(snap); ok && a != model.None {
				accounts[a] = true
				out.Accounts = append(out.Accounts, a)
			}
			continue
		}
		if set == nil {
			continue
		}
		if n := slices.IndexFunc(set.All, func(f findings.Finding) bool { return f.ID == ref.finding }); n >= 0 {
			found[n] = true
			out.Found = append(out.Found, ref.finding)
			out.Records = append(out.Records, set.All[n].Records...)
		}
	}
	if len(refs) == 0 {
		return out
	}
	for i, f := range snap.Failures() {
		if i%checkEvery == 0 && ctx.Err() != nil {
			return out
		}
		if accounts[f.Account] || len(found) > 0 && slices.ContainsFunc(set.OfFailure(i), func(n int) bool { return found[n] }) {
			out.Attempts = append(out.Attempts, i)
		}
	}
	if len(accounts) > 0 {
		for row := range snap.EventsAbout(func(a model.AccountID) bool { return accounts[a] }) {
			out.Records = append(out.Records, row)
		}
	}
	return out
}
