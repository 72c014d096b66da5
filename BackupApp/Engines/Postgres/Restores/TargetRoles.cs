using Npgsql;

namespace BackupApp.Engines.Postgres.Restores;

/// <summary>
/// Of the roles that somebody asked for, those that a server has. It is never asked for all: a name that was made in a database of
/// another encoding may be no text in this one, and fails whoever reads it.
/// </summary>
/// <param name="Owners">Those that the login may give objects to.</param>
internal sealed record TargetRoles(IReadOnlySet<string> All, IReadOnlySet<string> Owners)
{
    public static readonly TargetRoles None = new(new HashSet<string>(), new HashSet<string>());

    public static async Task<TargetRoles> FindAsync(
        NpgsqlConnection connection, IReadOnlyCollection<string> names, int major, CancellationToken cancellationToken)
    {
        // From PostgreSQL 16 on a member of a role may not always become it.
        var how = major >= 16 ? "SET" : "MEMBER";
        var found = await Sql.ListAsync(
            connection, $"SELECT rolname::text, pg_has_role(oid, '{how}') FROM pg_roles WHERE rolname = ANY ($1)",
            r => (Name: r.GetString(0), IsOwner: r.GetBoolean(1)), cancellationToken, (object)names.ToArray());
        return new(found.Select(r => r.Name).ToHashSet(), found.Where(r => r.IsOwner).Select(r => r.Name).ToHashSet());
    }
}
