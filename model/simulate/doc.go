// Package simulate is a synthetic Windows domain that logs what a real one
// would log, and knows what really happened.
//
// It shares no tables and no rules with the code that reads logs: events are
// made from what machines and people do in simulated time, never from what a
// reader expects. So its [Truth] can judge the reader. The same seed gives the
// same records, byte for byte.
//
// A [World] is time and chance. In it live machines ([Host]) with their boots,
// logon IDs, record numbers, clocks and services; domain controllers among
// them, which grant tickets and check NTLM; workers with working days; and a
// story. Each of them is a process that sleeps until its next step. A [Sink]
// takes the records as they are written.
//
// What Windows logs for an action is taken from Microsoft's reference of the
// audit events and from real logs of Windows 10 and Server 2019, whose
// versions of the events it writes. What is rarely told is kept: the elevated
// half of an administrator's logon has the lower logon ID and the ticket's
// GUID, and only the filtered half logs the logoff; a network logon's GUID is
// not its ticket's; unlocking and reconnecting make short logons that are no
// sessions; the kernel's records of a boot's end come after those of the next
// start; logon IDs begin again at every start.
//
// # Generated domains
//
// [New] makes a domain of 1 to 5,000 machines, HAFEN (hafen.example): one
// domain controller to 150 machines, one file server to 60, one application
// server to 25, a site with its own network to 400; the rest are workstations
// and laptops. Their Windows is 7, 10, Server 2012 R2, 2022 or 2025, and so are
// the versions of what they log. Clients lease their addresses, and give them
// back, for others to get, when they are switched off; laptops are at home on a
// day in three, with cached logons until the VPN gives them an address. Clocks
// are up to two minutes off, and some are set right (4616). There are lock
// screens, mistyped passwords and lockouts, programs that get NTLM, UAC prompts
// answered by an administrator, administrators who reconnect to servers over
// Remote Desktop and create accounts, people who take over their own console
// session from another machine, crashes, restarts, computers that are renamed,
// services with an old password, backups and scanners.
//
// A [Fault] is in what is left of the logs, not in what happens: with the same
// seed, the truth is the same but for what it says of records that are kept.
//
// # The practice domain
//
// [Demo] is the week from Monday 2026-03-02 to Sunday 2026-03-08, UTC, of the
// sailmaker Nordlicht (NORDLICHT, nordlicht.example). It begins three days
// before, so that sessions and tickets older than the logs exist.
//
//	DC01, DC02   10.20.0.10, .11     domain controllers; DC02 restarts on Wednesday
//	FS01         10.20.0.20          file server; service account svc_erp; nightly task of svc_backup;
//	                                 restarts on Wednesday; archives its Security log on Thursday 17:00
//	WS101        10.20.1.101         anna.behrens, book-keeping: shuts down every evening; twice a day NTLM,
//	                                 as her program names the file server by its address
//	WS102        10.20.1.102         jonas.brandt, sales: crash on Wednesday 12:20; UAC prompt answered with
//	                                 adm.voss on Monday 13:10
//	WS103        10.20.1.103         lars.hinrichs, purchasing: never restarts
//	WS104        10.20.1.104         karl.thomsen and sofie.petersen, workshop, in turn: started every day, and
//	                                 logon ID 0x6341 is always that of who comes first: karl's on Monday,
//	                                 Wednesday and Friday, sofie's on Tuesday and Thursday. Sofie locks her
//	                                 account on Thursday at about 06:43
//	WS105        10.20.1.105         heike.clausen, management: stays logged on from the week before
//	WS106        10.20.1.106         niels.voss, administrator: UAC pairs; adm.voss over Remote Desktop to FS01
//	                                 (Tuesday 09:12, disconnected, back 13:05, logoff 13:31), to DC01 (Tuesday
//	                                 14:02: creates emil.jacobs), to DC02 and FS01 (Wednesday: restarts)
//	LT201        10.20.1.201         mette.lund, design: a laptop with fast start-up; at home on Tuesday and
//	                                 Thursday: cached logons, then VPN (10.20.99.21); asleep at noon
//	MFP-01       10.20.1.250         a scanner without logs: svc_scan, NTLM
//
// # The intruder
//
// Somebody in the range of the VPN, 10.20.99.77, whose machine calls itself
// DESKTOP-7Q2KLM, gets the password of lars.hinrichs.
//
//	 1 Thu 21:12:04  DC02: 22 tickets asked for names that do not exist (4768, 0x6)
//	 2 Thu 21:31:10  DC02: one password for ten accounts, Kerberos (4771, 0x18)
//	 3 Thu 21:52:20  FS01: one password for ten accounts, NTLM (4776 on DC01, 0xc000006a; FS01's own 4625 are lost)
//	 4 Thu 22:10:05  DC02: one password for ten accounts; lars.hinrichs' is right at 22:10:19 (4768, 0x0)
//	 5 Fri 00:47:12  WS103 as lars.hinrichs over Remote Desktop: network authentication 0x41033, session 0x468dd
//	 6 Fri 00:47:13  WS103: whoami, net group, nltest, net view
//	 7 Fri 01:09:40  FS01: reads \\fs01\IT\Skripte\backup.cmd, which holds svc_backup's password (lost)
//	 8 Fri 01:31:41  FS01: the Security log is cleared by svc_backup from WS103 (4648 there; 1102 with 0x9497b,
//	                 whose 4624 is lost; the records from Thursday 17:00 on are gone: 120 numbers)
//	 9 Fri 01:38:33  FS01 as lars.hinrichs over Remote Desktop from WS103 (4648 there): network
//	                 authentication 0x959a7, session 0x999bb
//	10 Fri 01:45:00  FS01: explicit credentials of svc_backup in that session, 0x99e49 with 0x99e0f elevated
//	11 Fri 01:50:16  FS01: svc_backup from WS103 (4648 there), 0x9b3fa: seven files of Personal and Leitung (5145)
//	12 Fri 02:14:44  FS01: service NlSync installed (4697, 7045)
//	13 Fri 02:21:07  FS01: disconnected, not logged off (4779, LSM 24)
//	14 Fri 02:24:33  WS103: logs off (4647 with 0x468dd)
//	15 Sat 22:40:18  FS01: back to session 0x999bb from 10.20.99.77 (4778); 0x114466 only checks
//	16 Sat 22:52:50  FS01: disconnected again; the session never ends
//
// From Friday 06:30 on the owner of lars.hinrichs works at WS103 as ever.
package simulate
