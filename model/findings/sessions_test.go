package findings_test

import (
	"fmt"
	"testing"
	"time"

	"spoor/model/event"
	"spoor/model/findings"
)

// installs logs 4697.
func (h *host) installs(name string, id event.LogonID, service string) *host {
	return h.log(event.ServiceInstalled, merge(h.subject(name, id), fields{event.ServiceName: service, event.ServiceFile: `%SystemRoot%\` + service + ".exe", event.ServiceAccount: "LocalSystem"}))
}

// switches logs 4779 and 4778: a client leaves one session and is connected to
// another one.
func (h *host) switches(from string, old event.LogonID, to string, id event.LogonID) *host {
	client := fields{event.SessionName: "RDP-Tcp#8", event.ClientName: "JUMP01", event.ClientAddress: "10.0.0.9"}
	h.log(event.SessionDisconnected, merge(fields{event.TargetName: from, event.TargetDomain: "LAB", event.TargetLogon: old}, client))
	return h.after(400*time.Millisecond).log(event.SessionReconnected, merge(fields{event.TargetName: to, event.TargetDomain: "LAB", event.TargetLogon: id}, client))
}

func TestCredentialsAreJudged(t *testing.T) {
	netonly := func(h *host, outbound string) {
		h.ids += 0x100
		h.log(event.Logon, merge(h.target("alice", h.ids), h.subject("alice", 0x777), fields{event.LogonType: uint32(9), event.LogonProcess: "seclogo", event.Package: "Negotiate",
			event.Process: `C:\Windows\System32\svchost.exe`, event.IPAddress: "::1", event.OutboundName: outbound, event.OutboundDomain: "LAB"}))
	}
	judge(t, []story{
		{name: "and used at once", rule: "new-credentials", want: findings.Medium, why: `a logon to fs01 as LAB\boss`, tell: func(l *lab) {
			ws, fs := l.host("WS01"), l.host("FS01")
			dc(l).tgt("WS01$", "10.0.0.50").at(1, "23:00:00").tgt("WS01$", "10.0.0.50")
			netonly(ws.at(1, "12:00:00"), "boss")
			fs.at(1, "12:03:00").network("boss", "10.0.0.50", "NTLM")
		}},
		{name: "and not used", rule: "new-credentials", want: findings.Low, lowered: "no logon and no ticket from that host", tell: func(l *lab) { netonly(l.host("WS01").at(1, "12:00:00"), "boss") }},
		{name: "and a ticket asked for with a key, under a made-up name", rule: "new-credentials", want: findings.Medium, why: `a request for a ticket-granting ticket of LAB\boss`, tell: func(l *lab) {
			ws := l.host("WS01")
			h := dc(l).tgt("WS01$", "10.0.0.50").tgt("boss", "10.0.0.50")
			netonly(ws.at(1, "12:00:00"), "xyzzy")
			h.at(1, "12:00:01").tgt("boss", "10.0.0.50", fields{event.TicketOptions: uint32(0x40800010)}).at(1, "23:00:00").tgt("WS01$", "10.0.0.50")
		}},
		{name: "and the ticket of somebody else, as Windows asks", rule: "new-credentials", want: findings.Low, lowered: "no logon and no ticket", tell: func(l *lab) {
			ws := l.host("WS01")
			h := dc(l).tgt("WS01$", "10.0.0.50").tgt("carol", "10.0.0.50")
			netonly(ws.at(1, "12:00:00"), "boss")
			h.at(1, "12:00:01").tgt("carol", "10.0.0.50").at(1, "23:00:00").tgt("WS01$", "10.0.0.50")
		}},
		{name: "and somebody new, where all are", rule: "new-credentials", want: findings.Low, lowered: "says little", tell: func(l *lab) {
			ws := l.host("WS01")
			h := dc(l).tgt("WS01$", "10.0.0.50")
			netonly(ws.at(1, "12:00:00"), "")
			h.at(1, "12:10:00").tgt("carol", "10.0.0.50").at(1, "23:00:00").tgt("WS01$", "10.0.0.50")
		}},
		{name: "runas", rule: "run-as", want: findings.Low, why: `account LAB\alice logged account LAB\boss on`, tell: func(l *lab) {
			h := l.host("WS01").at(1, "12:00:00")
			h.log(event.Logon, merge(h.target("boss", 0x9999), h.subject("alice", 0x777), fields{event.LogonType: uint32(2), event.LogonProcess: "seclogo", event.Process: `C:\Windows\System32\svchost.exe`}))
		}},
		{name: "an administrator's habit", rule: "run-as", want: findings.Info, lowered: "on 3 days", tell: func(l *lab) {
			h := l.host("WS01")
			for i, day := range everyDay {
				h.at(day, "12:00:00").log(event.Logon, merge(h.target("boss", 0x9999+event.LogonID(i)), h.subject("alice", 0x777), fields{event.LogonType: uint32(2), event.LogonProcess: "seclogo", event.Process: `C:\Windows\System32\svchost.exe`}))
			}
		}},
		{name: "eight times in an hour", rule: "run-as", want: findings.Low, why: "8 times", tell: func(l *lab) {
			h := l.host("WS01").at(1, "12:00:00")
			for i := range event.LogonID(8) {
				h.after(time.Minute).log(event.Logon, merge(h.target("boss", 0x9999+i), h.subject("alice", 0x777), fields{event.LogonType: uint32(2), event.LogonProcess: "seclogo", event.Process: `C:\Windows\System32\svchost.exe`}))
			}
		}},
		{name: "a program of RunAs' kind", rule: "run-as", want: findings.Low, why: "tool.exe of account", tell: func(l *lab) {
			h := l.host("FS01").at(1, "12:00:00")
			h.log(event.Logon, merge(h.target("boss", 0x9999), h.subject("alice", 0x777), fields{event.LogonType: uint32(3), event.LogonProcess: "Advapi  ", event.Package: "Negotiate", event.Process: `C:\Tools\tool.exe`}))
		}},
		{name: "a program that asks what an account may", rule: "run-as", want: nothing, tell: func(l *lab) {
			h := l.host("FS01").at(1, "12:00:00")
			h.log(event.Logon, merge(h.target("boss", 0x9999), h.subject("alice", 0x777), fields{event.LogonType: uint32(3), event.LogonProcess: "Authz   ", event.Package: "Negotiate", event.Process: `C:\Windows\System32\mmc.exe`}))
		}},
		{name: "an SSH server's clients", rule: "run-as", want: nothing, tell: func(l *lab) {
			h := l.host("FS01").at(1, "12:00:00")
			h.log(event.Logon, merge(h.target("boss", 0x9999), h.subject("svc_ssh", 0x777), fields{event.LogonType: uint32(3), event.LogonProcess: "Advapi", event.Process: `C:\Program Files\OpenSSH\sshd.exe`}))
		}},
		{name: "after a week of Kerberos", rule: "ntlm-after-kerberos", want: findings.Low, why: "by NTLM, after 8 logons by Kerberos", tell: func(l *lab) {
			h := l.host("FS01")
			for day := range 8 {
				h.at(day, "09:00:00").network("alice", "10.0.0.50", "Kerberos")
			}
			h.at(8, "09:00:00").network("alice", "10.0.0.50", "NTLM")
		}},
		{name: "always by NTLM", rule: "ntlm-after-kerberos", want: nothing, tell: func(l *lab) {
			h := l.host("FS01")
			for day := range 8 {
				h.at(day, "09:00:00").network("alice", "10.0.0.50", "NTLM")
			}
		}},
		{name: "everybody, by an alias", rule: "ntlm-after-kerberos", want: findings.Info, why: "6 accounts came to fs01", lowered: "alias", tell: func(l *lab) {
			h := l.host("FS01")
			for i, n := range names(6) {
				from := fmt.Sprint("10.0.0.", 50+i)
				h.at(1, "09:00:00").network(n, from, "Kerberos")
				h.at(9, "09:00:00").network(n, from, "NTLM")
			}
		}},
		{name: "of a web server", rule: "cleartext-logon", want: findings.Info, lowered: "by design", tell: func(l *lab) {
			l.host("WEB01").at(1, "09:00:00").logon("alice", 8, fields{event.LogonProcess: "Advapi", event.Process: `C:\Windows\System32\inetsrv\w3wp.exe`, event.IPAddress: "10.0.0.50"})
		}},
		{name: "of another program", rule: "cleartext-logon", want: findings.Low, why: "clear text (type 8)", tell: func(l *lab) {
			l.host("APP01").at(1, "09:00:00").logon("alice", 8, fields{event.LogonProcess: "Advapi", event.Process: `C:\Tools\tool.exe`, event.IPAddress: "10.0.0.50"})
		}},
	})
}

// runs logs the start of a program by an account.
func (h *host) runs(sid, program string) *host {
	return h.log(event.ProcessCreated, fields{event.SubjectSID: sid, event.SubjectName: "someone", event.SubjectLogon: event.LogonID(0x3e7), event.NewProcess: `C:\Windows\System32\` + program, event.NewProcessID: uint32(0x444), event.ProcessID: uint32(0x440)})
}

func TestRemoteSessionsAreJudged(t *testing.T) {
	judge(t, []story{
		{name: "without a check", rule: "session-taken-over", want: findings.High, why: `session of account LAB\boss`, tell: func(l *lab) {
			h := l.host("TS01").at(1, "09:00:00")
			boss := h.remote("boss", "10.0.0.8")
			alice := h.after(time.Hour).remote("alice", "10.0.0.9")
			h.after(time.Hour).switches("alice", alice, "boss", boss)
		}},
		{name: "records missing before", rule: "session-taken-over", want: findings.Medium, lowered: "the check may be among them", tell: func(l *lab) {
			h := l.host("TS01").at(1, "09:00:00")
			boss := h.remote("boss", "10.0.0.8")
			alice := h.after(time.Hour).remote("alice", "10.0.0.9")
			h.after(time.Hour).skip(30).switches("alice", alice, "boss", boss)
		}},
		{name: "records missing before, but tscon run by SYSTEM beside", rule: "session-taken-over", want: findings.High, why: `which the session of account LAB\alice had just left; what it does from then on is done from that client: SYSTEM, of whom tscon.exe asks no password, had run it 700 ms before`, tell: func(l *lab) {
			h := l.host("TS01").at(1, "09:00:00")
			boss := h.remote("boss", "10.0.0.8")
			alice := h.after(time.Hour).remote("alice", "10.0.0.9")
			h.after(time.Hour).skip(30).runs("S-1-5-18", "tscon.exe").after(300*time.Millisecond).switches("alice", alice, "boss", boss)
		}},
		{name: "records missing before, and tscon run by a user, of whom it asks the password", rule: "session-taken-over", want: findings.Medium, lowered: "the check may be among them", tell: func(l *lab) {
			h := l.host("TS01").at(1, "09:00:00")
			boss := h.remote("boss", "10.0.0.8")
			alice := h.after(time.Hour).remote("alice", "10.0.0.9")
			h.after(time.Hour).skip(30).runs(l.sid("alice"), "tscon.exe").after(time.Second).switches("alice", alice, "boss", boss)
		}},
		{name: "with a check", rule: "session-taken-over", want: nothing, tell: func(l *lab) {
			h := l.host("TS01").at(1, "09:00:00")
			boss := h.remote("boss", "10.0.0.8")
			alice := h.after(time.Hour).remote("alice", "10.0.0.9")
			h.after(time.Hour)
			check := h.remote("boss", "10.0.0.9")
			h.ends("boss", check, 10)
			h.after(200*time.Millisecond).switches("alice", alice, "boss", boss)
		}},
		{name: "somebody comes back", rule: "session-taken-over", want: nothing, tell: func(l *lab) {
			h := l.host("TS01").at(1, "09:00:00")
			boss := h.remote("boss", "10.0.0.8")
			h.after(time.Hour).switches("boss", boss, "boss", boss)
		}},
		{name: "through a tunnel", rule: "remote-desktop-from-itself", want: findings.Medium, why: "from the host itself (loopback), 2 times", tell: func(l *lab) {
			h := l.host("FS01").at(1, "09:00:00")
			h.remote("alice", "127.0.0.1")
			h.after(time.Hour).remote("alice", "::1")
		}},
		{name: "from elsewhere", rule: "remote-desktop-from-itself", want: nothing, tell: func(l *lab) { l.host("FS01").at(1, "09:00:00").remote("alice", "10.0.0.9") }},
		{name: "PsExec", rule: "remote-service", want: findings.Medium, why: "PSEXESVC", tell: func(l *lab) {
			h := l.host("FS01").at(1, "09:00:00")
			h.installs("boss", h.network("boss", "10.0.0.66", "Kerberos"), "PSEXESVC")
		}},
		{name: "software distribution, every day", rule: "remote-service", want: findings.Info, lowered: "on 3 days", tell: func(l *lab) {
			h := l.host("FS01")
			for _, day := range everyDay {
				h.at(day, "09:00:00")
				h.installs("svc_deploy", h.network("svc_deploy", "10.0.0.66", "Kerberos"), "Agent")
			}
		}},
		{name: "at the console", rule: "remote-service", want: nothing, tell: func(l *lab) {
			h := l.host("FS01").at(1, "09:00:00")
			h.installs("boss", h.desktop("boss"), "Printing")
		}},
		{name: "by Remote Desktop", rule: "remote-service", want: findings.Low, lowered: "as administrators do", tell: func(l *lab) {
			h := l.host("FS01").at(1, "09:00:00")
			h.installs("boss", h.remote("boss", "10.0.0.66"), "Printing")
		}},
		{name: "over the network", rule: "remote-task", want: findings.Medium, why: `\Tidy`, tell: func(l *lab) {
			h := l.host("FS01").at(1, "09:00:00")
			h.log(event.TaskCreated, merge(h.subject("boss", h.network("boss", "10.0.0.66", "NTLM")), fields{event.TaskName: `\Tidy`}))
		}},
		{name: "at the console", rule: "remote-task", want: nothing, tell: func(l *lab) {
			h := l.host("FS01").at(1, "09:00:00")
			h.log(event.TaskCreated, merge(h.subject("boss", h.desktop("boss")), fields{event.TaskName: `\Tidy`}))
		}},
		{name: "a process", rule: "remote-wmi", want: findings.Low, why: "calc.exe", tell: func(l *lab) {
			h := l.host("FS01").at(1, "09:00:00")
			h.network("boss", "10.0.0.66", "Kerberos")
			h.after(time.Second).log(event.ProcessCreated, fields{event.SubjectSID: "S-1-5-20", event.SubjectName: "FS01$", event.SubjectLogon: event.LogonID(0x3e4), event.NewProcess: `C:\Windows\System32\calc.exe`,
				event.ParentProcess: `C:\Windows\System32\wbem\WmiPrvSE.exe`})
		}},
		{name: "the machine's own work", rule: "remote-wmi", want: nothing, tell: func(l *lab) {
			h := l.host("FS01").at(1, "09:00:00")
			h.log(event.ProcessCreated, fields{event.SubjectSID: "S-1-5-20", event.SubjectName: "FS01$", event.SubjectLogon: event.LogonID(0x3e4), event.NewProcess: `C:\Windows\System32\calc.exe`,
				event.ParentProcess: `C:\Windows\System32\wbem\WmiPrvSE.exe`})
		}},
		{name: "ADMIN$", rule: "admin-shares", want: findings.Low, why: "ADMIN$", tell: func(l *lab) {
			h := l.host("FS01").at(1, "09:00:00")
			h.log(event.ShareAccessed, merge(h.subject("boss", h.network("boss", "10.0.0.66", "NTLM")), fields{event.ShareName: `\\*\ADMIN$`, event.IPAddress: "10.0.0.66"}))
		}},
		{name: "a share of files", rule: "admin-shares", want: nothing, tell: func(l *lab) {
			h := l.host("FS01").at(1, "09:00:00")
			h.log(event.ShareAccessed, merge(h.subject("boss", h.network("boss", "10.0.0.66", "NTLM")), fields{event.ShareName: `\\*\Sales$`, event.IPAddress: "10.0.0.66"}))
		}},
	})
}
