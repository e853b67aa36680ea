package findings

// needs is the table of what rules need of the evidence.
var needs = []Need{
	{needDCLogs, "the Security logs of all domain controllers that the evidence names, at that time", (*scope).dcLogs},
	{needDCGrants, "domain controllers that audit Kerberos Authentication Service", dcAudit("Kerberos Authentication Service")},
	{needDCTickets, "domain controllers that audit Kerberos Service Ticket Operations", dcAudit("Kerberos Service Ticket Operations")},
	{needDCNTLM, "domain controllers that audit Credential Validation", dcAudit("Credential Validation")},
	{needTenHours, "the ten hours before in the logs of all domain controllers: as long as a ticket lives", (*scope).tenHours},
	{needSevenDays, "the seven days before in the logs of all domain controllers: as long as a ticket can be renewed", (*scope).sevenDays},
	{needHostLog, "the Security log of the host at that time, without a gap", (*scope).hostLog},
	{needHostLogons, "a host that audits Logon", hostAudit("Logon")},
	{needHostSessions, "a host that audits Other Logon/Logoff Events", hostAudit("Other Logon/Logoff Events")},
	{needHostAccounts, "domain controllers that audit User Account Management", dcAudit("User Account Management")},
	{needHistory, "the history-days before in the log that the finding is of", (*scope).history},
}
