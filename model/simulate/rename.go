package simulate

import (
	"fmt"
	"strings"
	"time"
)

// renamed logs 4781 at a domain controller: the name of a user's or a
// machine's account was changed.
func (dc *Host) renamed(who principal, a *Account, name string) ref {
	return dc.security(4781, 0, 13824, append(append(fields("OldTargetUserName", a.Name, "NewTargetUserName", name,
		"TargetDomainName", a.domain.netBIOS, "TargetSid", sid(a.sid)), who.subject()...), fields("PrivilegeList", "-")...))
}

// renameAccount gives an account a new name, from an administrator's session
// at a domain controller. Nobody is logged on with it at that moment.
func (p *process) renameAccount(desk *session, a *Account, name string) {
	if !desk.live() {
		return
	}
	r := desk.host.renamed(desk.elevatedUser(), a, name)
	w := p.w
	w.truth.Renames = append(w.truth.Renames, &Rename{What: "account", SID: a.sid, Old: a.String(), New: a.domain.netBIOS + `\` + name, Time: r.time.String(), Records: []Record{r.as("rename")}})
	w.truth.Changes = append(w.truth.Changes, &Change{What: "renamed", Account: a.domain.netBIOS + `\` + name, SID: a.sid, Time: r.time.String(), Records: []Record{r.as("change")}})
	a.formerly, a.Name = a.Name, name
	p.blink()
}

// renameComputer gives a server a new name, from an administrator's session on
// it: the domain controller is told at once, the machine itself calls itself
// so from its next start on.
func (p *process) renameComputer(desk *session, name string) {
	h := desk.host
	dc := h.kdc()
	if dc == nil || !desk.live() {
		return
	}
	l := p.arrive(dc, arrival{account: desk.account, address: h.address, source: h.title, tickets: desk.tickets, kdc: dc, from: desk})
	if l == nil {
		return
	}
	p.blink()
	told := dc.renamed(desk.account.as(l.who.logon), h.account, name+"$")
	p.sleep(2 * time.Second)
	l.logOff()
	p.shutDown(h, desk.user(), true)
	old := h.Name
	h.Name, h.account.Name = name, name+"$"
	p.sleep(p.between(40*time.Second, 80*time.Second))
	p.powerOn(h)
	r := h.write(eventLog.system(6011, 0, 0), fields("", strings.ToUpper(old), "", strings.ToUpper(name)))
	p.w.truth.Renames = append(p.w.truth.Renames, &Rename{What: "computer", Host: h.title, SID: h.account.sid, Old: old, New: name, Time: r.time.String(),
		Records: []Record{told.as("rename"), r.as("rename")}})
}

// manage is what an administrator does with accounts at a domain controller.
func (p *process) manage(e *estate, desk *session) {
	if !desk.live() {
		return
	}
	dc, who, d := desk.host, desk.elevatedUser(), e.w.domain
	p.open(desk, `C:\Windows\System32\mmc.exe`, `"C:\Windows\system32\mmc.exe" "C:\Windows\system32\dsa.msc"`)
	p.think()
	a := e.hireLater(p)
	about := append(fields("TargetUserName", a.Name, "TargetDomainName", d.netBIOS, "TargetSid", sid(a.sid)), who.subject()...)
	note := func(what string, id, task uint16) {
		if !desk.live() {
			return
		}
		data := about
		switch id {
		case 4720:
			data = append(data[:len(data):len(data)], fields("PrivilegeList", "-", "SamAccountName", a.Name, "UserPrincipalName", a.Name+"@"+d.dns, "PrimaryGroupId", "513")...)
		case 4728:
			data = append(fields("MemberName", "CN="+a.Name+",OU=Leute,DC=hafen,DC=example", "MemberSid", sid(a.sid),
				"TargetUserName", "Disposition", "TargetDomainName", d.netBIOS, "TargetSid", sid(d.sid+"-1090")), append(who.subject(), fields("PrivilegeList", "-")...)...)
		}
		r := dc.security(id, 0, task, data)
		e.w.truth.Changes = append(e.w.truth.Changes, &Change{What: what, Account: a.String(), SID: a.sid, Time: r.time.String(), Records: []Record{r.as("change")}})
		p.blink()
	}
	note("created", 4720, 13824)
	note("enabled", 4722, 13824)
	note("reset", 4724, 13824)
	note("added-to-group", 4728, 13826)
}

// hireLater makes an account for somebody who does not work yet.
func (e *estate) hireLater(p *process) *Account {
	return e.w.domain.addUser(fmt.Sprintf("neu.%s%d", surnames[p.rng.IntN(len(surnames))], len(e.w.domain.accounts)))
}
