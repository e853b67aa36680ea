package event

// Kind says what happened, whatever the event's number: the index of a
// [Schema] in the table. It is stable within one build of the program only
// and never leaves it.
type Kind uint8

// The kinds, in the order of the table in schemas.go.
const (
	// Other is an event that no schema names, but that carries a logon ID.
	Other Kind = iota

	Logon                 // 4624
	LogonFailed           // 4625
	GroupMembership       // 4627
	LogonTerminated       // 4634
	LogoffInitiated       // 4647
	ExplicitCredentials   // 4648
	SpecialPrivileges     // 4672
	SpecialGroups         // 4964
	TicketGranting        // 4768
	ServiceTicket         // 4769
	TicketRenewed         // 4770
	PreAuthFailed         // 4771
	CredentialValidation  // 4776
	SessionReconnected    // 4778
	SessionDisconnected   // 4779
	WorkstationLocked     // 4800
	WorkstationUnlocked   // 4801
	ScreenSaverInvoked    // 4802
	ScreenSaverDismissed  // 4803
	LSASSStarted          // 4608
	ClockChanged          // 4616
	EventLogStopped       // 1100
	SecurityLogCleared    // 1102
	SecurityLogFull       // 1104
	HandleRequested       // 4656
	ObjectAccessed        // 4663
	ObjectDeleted         // 4660
	ShareAccessed         // 5140
	ShareFileChecked      // 5145
	ProcessCreated        // 4688
	ProcessExited         // 4689
	ServiceInstalled      // 4697
	TaskCreated           // 4698
	TaskDeleted           // 4699
	TaskUpdated           // 4702
	AccountCreated        // 4720
	AccountEnabled        // 4722
	PasswordChanged       // 4723
	PasswordReset         // 4724
	AccountDisabled       // 4725
	AccountDeleted        // 4726
	GlobalGroupAdded      // 4728
	GlobalGroupRemoved    // 4729
	LocalGroupAdded       // 4732
	LocalGroupRemoved     // 4733
	AccountChanged        // 4738
	AccountLockedOut      // 4740
	UniversalGroupAdded   // 4756
	UniversalGroupRemoved // 4757
	AccountUnlocked       // 4767
	AccountRenamed        // 4781
	NTLMRefused           // 4822
	KerberosRefused       // 4824

	LogCleared         // System 104
	KernelStarted      // Kernel-General 12
	KernelStopped      // Kernel-General 13
	KernelBootType     // Kernel-Boot 27
	DirtyRestart       // Kernel-Power 41
	Sleeping           // Kernel-Power 42
	Resumed            // Kernel-Power 107
	ShutdownTransition // Kernel-Power 109
	Woken              // Power-Troubleshooter 1
	ShutdownRequested  // 1074
	ShutdownAborted    // 1075
	EventLogStarted    // 6005
	EventLogShutdown   // 6006
	UnexpectedShutdown // 6008
	OSVersionAtStart   // 6009
	ComputerRenamed    // 6011
	Uptime             // 6013
	ServiceAdded       // 7045

	RDPSessionLogon        // LSM 21
	RDPShellStarted        // LSM 22
	RDPSessionLogoff       // LSM 23
	RDPSessionDisconnected // LSM 24
	RDPSessionReconnected  // LSM 25
	RDPDisconnectedBy      // LSM 39
	RDPDisconnectReason    // LSM 40
	RDPArbitrationBegin    // LSM 41
	RDPArbitrationEnd      // LSM 42
	RDPNetworkAuth         // RCM 1149
	RDPClientTarget        // RDPClient 1024
	RDPClientAddress       // RDPClient 1102
	RDPConnectionAccepted  // RdpCoreTS 131
	RDPAuthFailed          // RdpCoreTS 140
	GatewayConnected       // TerminalServices-Gateway 302
	GatewayDisconnected    // TerminalServices-Gateway 303

	NTLMAudit8001
	NTLMAudit8002
	NTLMAudit8003
	NTLMAudit8004
	NTLMAudit4020
	NTLMAudit4021
	NTLMAudit4022
	NTLMAudit4023
	NetlogonAudit4030
	NetlogonAudit4031
	NetlogonAudit4032
	NetlogonAudit4033
	OpenSSHMessage // OpenSSH 4

	kindCount
)
