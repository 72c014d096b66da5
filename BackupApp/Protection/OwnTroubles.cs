using BackupApp.Data;

namespace BackupApp.Protection;

/// <summary>Troubles of BackupApp's own.</summary>
internal static class OwnTroubles
{
    /// <summary>Each kind is a subject of its own: a disk that is now low and now is not makes nothing else unstable.</summary>
    public static Trouble Of(IncidentKind kind, string reason)
    {
        var subject = $"backupapp/{kind.ToSnakeCase()}";
        return new(subject, "BackupApp", kind, subject, reason);
    }
}
