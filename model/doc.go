// Package model turns events into what happened: hosts and their boots,
// accounts, logons, sessions and failures, each with how sure it is and why.
//
// A [Builder] takes batches of events from any number of readers and gives
// [Snapshot]s: immutable views that lists, commands and exports read. The last
// one, from Finish, is the same for any order of files and any number of
// readers; those before it are provisional.
//
// Identity, boots, ends and joins follow what Windows documents and what was
// measured in real logs; every rule names its source where it is implemented.
// When the events do not determine an answer, the answer is unknown.
//
// # What the article says, and what implements it
//
// Randy Franklin Smith's "Following a User's Logon Tracks throughout the
// Windows Domain" is the shortest account of what this package joins. Each row
// is one thing that it says of events, the rule that implements it and the
// test that proves the rule.
//
//	what the article says                                | rule                                              | test
//	-----------------------------------------------------+---------------------------------------------------+-----
//	a domain logon asks a controller for a TGT           | chainFinder.grants                                | TestChainsAreTrue
//	a refused one leaves 4771 or a failing 4768          | isFailure, failureClasses                         | TestEitherKerberosRecordTellsOfARefusal
//	the result code says why                             | decodeStatus, kerberosCodes                       | TestFailuresAreDecoded
//	passwords and clocks: 4771, the rest: 4768           | isFailure                                         | TestEitherKerberosRecordTellsOfARefusal
//	one Kerberos code stands for several reasons         | codeFamily, kerberosFamilies                      | TestTheComputersOwnRecordSaysWhyExactly
//	the exact reason stands where the logon was tried    | attempt.best, Snapshot.explain                    | TestTheComputersOwnRecordSaysWhyExactly
//	a granted one leaves 4768: account and client        | footprinter.granted                               | TestAFootprintIsOfDomainControllersRecordsAlone
//	4768 names no session, it is a moment                | correlator.findLogons                             | TestAuthenticationsAreNoSessions
//	each computer keeps sessions of its own              | hostView, logonRow                                | TestTheSameLogonIDOfTwoHostsIsTwoSessions
//	the refused computer logs 4625: domain, name, reason | Snapshot.failure                                  | TestFailuresAreDecoded
//	4625 tells reasons apart that Kerberos does not      | ntStatus, ntFamilies                              | TestTheComputersOwnRecordSaysWhyExactly
//	a granted one begins a session: 4624                 | logonFinder.logon                                 | TestMutuallyLinkedLogonsAreOneSession
//	4624 has the account, the type and the logon ID      | logonFinder.logon, logonRow.kind                  | TestKindIsByLogonType
//	the type: console, RDP, network, batch, service      | logonRow.kind                                     | TestKindIsByLogonType
//	the logon ID names the session on its computer       | Snapshot.FindSessions                             | TestSameLogonIDInTwoBootsIsTwoLogons
//	what is done in the session bears its logon ID       | correlator.indexLogons                            | TestEventsAreIndexedBySubjectAndTarget
//	logging off leaves 4634 and 4647 (see below)         | hostView.sessionEnd, hostView.end                 | TestEndOfAPair
//	a logoff that began may be cancelled                 | hostView.sessionEnd                               | TestALogoffThatWasCancelledStaysTheEnd
//	a shutdown ends all sessions                         | hostView.openEnd                                  | TestUnendedSessions
//	at a shutdown the user's logoff is not logged        | hostView.goingDown                                | TestLogoffWhileTheMachineGoesDownIsShutdown
//	servers are reached with the logon's credentials     | hopFinder.parentOf, Snapshot.crossKin             | TestServersAreReachedOutOfTheSession
//	for that the workstation asks for a ticket: 4769     | chainFinder.byTicket                              | TestSprayTicketsServedSeveralLogons
//	4769's service name is the server                    | Snapshot.serviceHost, service                     | TestAFootprintIsOfDomainControllersRecordsAlone
//	the server logs a 4624 of type 3                     | chainFinder.byTicket, logonRow.kind               | TestChainsAreTrue
//	the server ends it when its files are closed         | hostView.end                                      | TestNetworkSessionsEndAtTheirTermination
//	network sessions mostly last less than a second      | Run, Snapshot.lengthOf                            | TestTheMedianIsALeastLengthWhereAnEndIsNotLogged
//	on file servers they come and go all the time        | Snapshot.Runs                                     | TestNetworkLogonsThatFollowEachOtherAreOneRun
//	the access to objects says more than they do         | Snapshot.touched                                  | TestObjectsAndProcessesOfBothHalvesAreOfTheSession
//	Remote Desktop, services, tasks and applications     | Snapshot.activity, activityRule.matches           | TestActivityIsSaidByFields
//	  such as IIS, SharePoint, OWA and ActiveSync too    | Snapshot.activity, activityRule.matches           | TestActivityIsSaidByFields
//	these too have Kerberos events on controllers        | Snapshot.chainOf                                  | TestRDPUnlockHasItsTicketByGUID
//	some use NTLM: controllers log its checks            | chainFinder.byNTLM                                | TestLabNTLMPairs
//	these are of the subcategory Credential Validation   | correlator.findAudited                            | TestAuditSubcategoriesNeverSeen
//	one event ID, 4776, for success and failure          | isFailure, isGranted                              | TestOneEventTellsOfGrantedAndRefusedNTLM
//	each computer that an account uses keeps its tracks  | Snapshot.Trail                                    | TestTheTrailOfTheStolenAccountTellsTheIntrudersSteps
//	controllers alone list all workstations and servers  | Snapshot.Footprint                                | TestAFootprintIsOfDomainControllersRecordsAlone
//	authentication and logon sessions are two things     | ChainRole, Snapshot.chain                         | TestAuthenticationsAreNoSessions
//
// The article has 4634 as the user beginning to log off and 4647 as the session
// being gone. Microsoft documents them the other way round, and real logs agree:
// 4647 is written when a user begins to log off, for interactive sessions only,
// 4634 when a session no longer exists. Of the ends of network sessions it is
// 4634, never 4647. Either may be alone; in real logs 4634 followed 3 of 80
// 4647s. And real logs do have 4647 while a machine goes down: Windows logs the
// user off, so that a 4647 is no wish to leave.
//
// The list of the controllers is complete only if the logs of all of them are
// there and audit the subcategories; a ticket serves for ten hours and asks for
// access, which only the server's own log proves. Network sessions share their
// GUID with no ticket in real logs: the join is by account, server, client and
// time, and says so.
package model
