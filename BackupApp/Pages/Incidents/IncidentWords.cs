using BackupApp.Protection;

namespace BackupApp.Pages.Incidents;

/// <summary>Kinds of incidents as people read them.</summary>
public static class IncidentWords
{
    public static string Title(IncidentKind kind) => kind switch
    {
        IncidentKind.AtRisk => "At risk",
        IncidentKind.SchedulerDead => "BackupApp: scheduler dead",
        IncidentKind.DiskLow => "BackupApp: disk low",
        IncidentKind.ChannelFailed => "BackupApp: a channel fails",
        IncidentKind.QueueDead => "BackupApp: queue dead",
        IncidentKind.MasterKey => "BackupApp: master key",
        IncidentKind.SignInSecurity => "Sign-in security",
        IncidentKind.RestoreFailed => "Restore failed",
        IncidentKind.RestoreEnded => "Restore ended well",
        _ => kind.ToString(),
    };
}
