package model

import (
	"fmt"
	"strings"

	"spoor/model/event"
)

// Title returns what Microsoft's reference says the event means.
func (s *Snapshot) Title(e EventRow) string {
	n, ok := s.storeRow(e)
	if !ok {
		return ""
	}
	if title := s.otherTitle(n); title != "" {
		return title
	}
	return s.schemas.Of(s.row(n).kind).Title
}

// otherTitle is the title of an event that no schema names, or "".
func (s *Snapshot) otherTitle(n uint32) string {
	r := s.row(n)
	if r.kind != event.Other || !strings.EqualFold(s.provider(n), "Microsoft-Windows-Security-Auditing") {
		return ""
	}
	return auditTitles[r.id]
}

// Describe says in one line what the event tells, without its time, number
// and host: "logon, interactive, filtered token", "explorer.exe".
func (s *Snapshot) Describe(e EventRow) string {
	n, ok := s.storeRow(e)
	if !ok {
		return ""
	}
	d := describer{&s.table, n}
	k := s.row(n).kind
	if tell, ok := descriptions[k]; ok {
		return tell(d)
	}
	if title := s.otherTitle(n); title != "" {
		return title
	}
	if k == event.Other {
		return fmt.Sprintf("%s %d", d.provider(d.row), s.row(n).id)
	}
	title := s.schemas.Of(k).Title
	if who := d.who(); who != "" {
		return title + ": " + who
	}
	return title
}

// describer reads one event for its description.
type describer struct {
	*table
	row uint32
}

func (d describer) col(c event.Column) string { return d.text(d.row, c) }

func (d describer) who() string {
	p := d.target(d.row)
	return Account{Name: d.name(p), Domain: d.domain(p)}.Display()
}

func (d describer) by() string {
	p := d.subject(d.row)
	return Account{Name: d.name(p), Domain: d.domain(p)}.Display()
}

func (d describer) file(c event.Column) string { return baseName(d.col(c)) }

// logonTypes are Microsoft's names of the logon types (Microsoft on 4624), in
// words.
var logonTypes = map[uint32]string{
	0: "system", 2: "interactive", 3: "network", 4: "batch", 5: "service", 7: "unlock", 8: "network in clear text",
	9: "new credentials", 10: "remote desktop", 11: "cached interactive", 12: "cached remote desktop", 13: "cached unlock",
}

// LogonTypeName returns what a logon type is called.
func LogonTypeName(t uint32) string {
	if n, ok := logonTypes[t]; ok {
		return n
	}
	return fmt.Sprintf("type %d", t)
}

func (d describer) logonType() string {
	n, ok := d.number(d.row, event.LogonType)
	if !ok {
		return ""
	}
	return LogonTypeName(uint32(n))
}

// join joins what is not empty.
func join(sep string, parts ...string) string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, sep)
}

// with puts a word before a value, or gives "" without one.
func with(word, value string) string {
	if value == "" {
		return ""
	}
	return word + value
}

func (d describer) token() string {
	switch triOf(d.col(event.Elevated)) {
	case Yes:
		return "elevated token"
	case No:
		if n, _ := d.number(d.row, event.LinkedLogon); n != 0 {
			return "filtered token"
		}
	}
	return ""
}

func (d describer) from() string {
	if a := d.col(event.IPAddress); names(a) {
		return "from " + a
	}
	return ""
}

func (d describer) result(protocol string) string {
	n, ok := d.number(d.row, event.Status)
	if !ok || n == 0 {
		return ""
	}
	if sub, _ := d.number(d.row, event.SubStatus); sub != 0 {
		n = sub
	}
	hex, reason := decodeStatus(protocol == "kerberos", uint32(n))
	return fmt.Sprintf("%s (%s)", reason, hex)
}

func ticket(word string) func(describer) string {
	return func(d describer) string {
		failed := d.result("kerberos")
		if failed != "" {
			failed = "refused, " + failed
		}
		service := ""
		if s := d.col(event.ServiceName); word == "service ticket" {
			service = s
		}
		return join(", ", join(" ", word, service, with("for ", d.who())), d.from(), failed)
	}
}

func member(verb string) func(describer) string {
	return func(d describer) string {
		m := d.col(event.MemberName)
		if m == "" {
			m = d.col(event.MemberSID)
		}
		return join(" ", m, verb, d.who(), with("by ", d.by()))
	}
}

func account(what string) func(describer) string {
	return func(d describer) string { return join(" ", what, d.who(), with("by ", d.by())) }
}

func plain(what string) func(describer) string { return func(describer) string { return what } }

func user(what string) func(describer) string {
	return func(d describer) string { return join(", ", what, d.who(), addressWord(d.col(event.IPAddress))) }
}

func addressWord(a string) string {
	if a == "LOCAL" {
		return "local"
	}
	return with("from ", a)
}

func object(verb string) func(describer) string {
	return func(d describer) string {
		return join(" ", verb, d.col(event.ObjectName), with("with ", d.file(event.Process)))
	}
}

// descriptions tell one event each. Kinds that are missing are told by their
// title and account.
var descriptions = map[event.Kind]func(describer) string{
	event.Logon: func(d describer) string {
		return join(", ", "logon", d.logonType(), d.token(), d.from())
	},
	event.LogonFailed: func(d describer) string {
		return join(", ", "logon failed", d.who(), d.logonType(), d.result("logon"), d.from())
	},
	event.GroupMembership: func(d describer) string {
		return fmt.Sprintf("member of %d groups", len(groupSIDs(d.col(event.Groups))))
	},
	event.LogonTerminated: func(d describer) string { return join(", ", "logon ended", d.logonType()) },
	event.LogoffInitiated: plain("user logs off"),
	event.ExplicitCredentials: func(d describer) string {
		return join(", ", join(" ", "credentials of", d.who(), "used"), with("for ", d.col(event.TargetServer)), with("by ", d.file(event.Process)))
	},
	event.SpecialPrivileges: func(d describer) string {
		return fmt.Sprintf("%d special privileges", len(strings.Fields(d.col(event.Privileges))))
	},
	event.SpecialGroups:  account("special groups for"),
	event.TicketGranting: ticket("ticket-granting ticket"),
	event.ServiceTicket:  ticket("service ticket"),
	event.TicketRenewed:  ticket("ticket renewed"),
	event.PreAuthFailed: func(d describer) string {
		return join(", ", "pre-authentication failed", d.who(), d.result("kerberos"), d.from())
	},
	event.CredentialValidation: func(d describer) string {
		what := "NTLM credentials accepted"
		if d.result("ntlm") != "" {
			what = "NTLM credentials refused"
		}
		return join(", ", what, d.who(), d.result("ntlm"), with("workstation ", d.col(event.Workstation)))
	},
	event.SessionReconnected: func(d describer) string {
		return join(" ", "reconnected", d.col(event.SessionName), with("by ", d.col(event.ClientName)), with("at ", d.col(event.ClientAddress)))
	},
	event.SessionDisconnected: func(d describer) string {
		return join(" ", "disconnected from", d.col(event.SessionName), with("by ", d.col(event.ClientName)), with("at ", d.col(event.ClientAddress)))
	},
	event.WorkstationLocked:    plain("locked"),
	event.WorkstationUnlocked:  plain("unlocked"),
	event.ScreenSaverInvoked:   plain("screen saver on"),
	event.ScreenSaverDismissed: plain("screen saver off"),
	event.LSASSStarted:         plain("Windows is starting"),
	event.ClockChanged: func(d describer) string {
		from, _ := d.number(d.row, event.PreviousTime)
		to, _ := d.number(d.row, event.NewTime)
		return join(" ", "clock set", with("from ", event.FileTime(from).String()), with("to ", event.FileTime(to).String()), with("by ", d.file(event.Process)))
	},
	event.EventLogStopped:    plain("event log service stopped"),
	event.SecurityLogCleared: func(d describer) string { return join(" ", "Security log cleared by", d.by()) },
	event.LogCleared: func(d describer) string {
		return join(" ", "log", d.col(event.Text1), "cleared by", d.by())
	},
	event.HandleRequested: object("handle to"),
	event.ObjectAccessed:  object("accessed"),
	event.ObjectDeleted:   object("deleted an object"),
	event.ShareAccessed: func(d describer) string {
		return join(", ", join(" ", "share", d.col(event.ShareName)), d.from())
	},
	event.ShareFileChecked: func(d describer) string {
		return join(", ", join(" ", "share", strings.TrimSuffix(d.col(event.ShareName), `\`)+with(`\`, d.col(event.RelativeName))), d.from())
	},
	event.ProcessCreated: func(d describer) string {
		if c := d.col(event.CommandLine); c != "" {
			return c
		}
		if image := d.file(event.NewProcess); image != "" {
			return image
		}
		return "process created"
	},
	event.ProcessExited: func(d describer) string { return join(" ", "process exits", d.file(event.Process)) },
	event.ServiceInstalled: func(d describer) string {
		return join(", ", join(" ", "service", d.col(event.ServiceName), "installed"), d.col(event.ServiceFile))
	},
	event.ServiceAdded: func(d describer) string {
		return join(", ", join(" ", "service", d.col(event.ServiceName), "installed"), d.col(event.ServiceFile))
	},
	event.TaskCreated:           func(d describer) string { return join(" ", "task", d.col(event.TaskName), "created") },
	event.TaskDeleted:           func(d describer) string { return join(" ", "task", d.col(event.TaskName), "deleted") },
	event.TaskUpdated:           func(d describer) string { return join(" ", "task", d.col(event.TaskName), "updated") },
	event.AccountCreated:        account("account created:"),
	event.AccountEnabled:        account("account enabled:"),
	event.PasswordChanged:       account("password change tried:"),
	event.PasswordReset:         account("password reset tried:"),
	event.AccountDisabled:       account("account disabled:"),
	event.AccountDeleted:        account("account deleted:"),
	event.AccountChanged:        account("account changed:"),
	event.AccountUnlocked:       account("account unlocked:"),
	event.GlobalGroupAdded:      member("added to"),
	event.LocalGroupAdded:       member("added to"),
	event.UniversalGroupAdded:   member("added to"),
	event.GlobalGroupRemoved:    member("removed from"),
	event.LocalGroupRemoved:     member("removed from"),
	event.UniversalGroupRemoved: member("removed from"),
	event.AccountLockedOut: func(d describer) string {
		return join(" ", "account locked out:", d.who(), with("from ", d.col(event.Workstation)))
	},
	event.AccountRenamed: func(d describer) string {
		return join(" ", "account renamed:", d.col(event.OldName), "to", d.col(event.NewName), with("by ", d.by()))
	},
	event.ShutdownRequested: func(d describer) string {
		return join(", ", join(" ", "shutdown or restart asked for by", d.who()), d.file(event.Process))
	},
	event.ComputerRenamed: func(d describer) string {
		return join(" ", "computer renamed from", d.col(event.OldName), "to", d.col(event.NewName))
	},
	event.RDPSessionLogon:        user("session logon"),
	event.RDPShellStarted:        user("shell started"),
	event.RDPSessionLogoff:       user("session logoff"),
	event.RDPSessionDisconnected: user("session disconnected"),
	event.RDPSessionReconnected:  user("session reconnected"),
	event.RDPNetworkAuth:         user("network authentication for remote desktop"),
	event.RDPClientTarget: func(d describer) string {
		return join(" ", "remote desktop client connects to", d.col(event.TargetServer))
	},
}
