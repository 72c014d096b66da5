namespace BackupApp.Engines.Postgres;

/// <param name="MayConnect">The role has the database's CONNECT right; login rules may still refuse it.</param>
public sealed record ServerDatabase(string Name, bool MayConnect);

/// <summary>What a whole-server backup finds on a server.</summary>
/// <param name="Databases">To be dumped, in the order of their names.</param>
/// <param name="ReadsPasswords">The role may read the roles' passwords, as superusers and members of pg_read_all_data may.</param>
/// <param name="OwnDatabase">This application's own database, which is left out; null when it is not on this server.</param>
/// <param name="Invalid">Databases whose DROP DATABASE was interrupted: nobody can enter them any more, and they are left out.</param>
/// <param name="OfRestores">What restores are making, or kept beside the database that they replaced; left out.</param>
/// <param name="HasTimeLimits">The role or the database sets time limits for its sessions.</param>
public sealed record ServerCatalog(
    IReadOnlyList<ServerDatabase> Databases, bool ReadsPasswords, string? OwnDatabase, IReadOnlyList<string> Invalid,
    IReadOnlyList<string> OfRestores, bool HasTimeLimits)
{
    /// <summary>As <see cref="InvalidNote"/>.</summary>
    public string? OfRestoresNote => OfRestores.Count == 0
        ? null
        : $"Left out, because restores made or kept them: {string.Join(", ", OfRestores)}. Drop those that nobody needs any more.";

    /// <summary>What is left out though people may expect it, and what to do; null where there is nothing to say.</summary>
    public string? InvalidNote => Invalid.Count == 0
        ? null
        : "Left out, because an interrupted DROP DATABASE left them half dropped and nothing of them can be read: "
            + $"{string.Join(", ", Invalid)}. Drop them as superuser: "
            + $"{string.Join(' ', Invalid.Select(name => $"DROP DATABASE {ServerRefusal.Quote(name)};"))}";
}
