using BackupApp.Backups;
using BackupApp.Engines;
using BackupApp.Engines.Restores;

namespace BackupApp.Restores;

/// <summary>How the parts of a whole server are restored: each database as one that is made anew, under its own name.</summary>
/// <param name="Id">Of the restore job: it is in the name of every database that is half-made.</param>
/// <param name="RolesComeFirst">The server's roles are among the parts.</param>
internal sealed record PartOrders(Guid Id, DatabaseConnection Target, bool RolesComeFirst, bool GoOnPastErrors, TimeSpan Stall)
{
    public PartOrder Of(BackupArtifact artifact, DumpedDatabase dump) => new(artifact.Id, Of(dump));

    public RestoreOrder Of(DumpedDatabase dump) => new(Id, RestoreMode.NewDatabase, Target, dump.Name, dump)
    {
        IsOfServer = true,
        RolesComeFirst = RolesComeFirst,
        GoOnPastErrors = GoOnPastErrors,
        Stall = Stall,
    };

    /// <summary>As far as a look at the target wants to know: they all have to fit on it.</summary>
    /// <param name="bytes">Of all parts, uncompressed.</param>
    public PartOrder ToProbe(BackupArtifact artifact, DumpedDatabase dump, long? bytes) => Of(artifact, dump with { Bytes = bytes });

    /// <summary>Null where one of them is not known.</summary>
    public static long? Bytes(IEnumerable<long?> parts) => parts.Aggregate((long?)0, (all, next) => all + next);
}
