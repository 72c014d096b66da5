using System.Globalization;

namespace BackupApp.Hosting.Embedded;

/// <summary>
/// The system user that PostgreSQL runs as when we are root, which it refuses itself. One of its own: as
/// <c>postgres</c>, whoever is superuser of another cluster on the machine could read the files of this one.
/// </summary>
internal static class OwnUser
{
    public const string Name = "backupapp";

    private const int Attempts = 10;

    /// <summary>Users that other programs run as.</summary>
    private static readonly string[] Shared = ["postgres", "nobody"];

    /// <param name="named">The user that the operator chose; null for <see cref="Name"/>, which is made when it is missing.</param>
    /// <exception cref="EmbeddedPostgresException">There is no such user, and none could be made; the message says what to do.</exception>
    public static async Task<ServerAccount> FindOrMakeAsync(string? named, CancellationToken cancellationToken)
    {
        if (await FindAsync(named ?? Name, cancellationToken) is { } found)
            return found;
        if (named is not null)
            throw new EmbeddedPostgresException(
                $"There is no user '{named}' to run PostgreSQL as (BackupApp__EmbeddedUser). Make it with 'useradd --system {named}'.");

        for (var attempt = 1; ; attempt++)
        {
            var output = await MakeAsync(cancellationToken);
            // Another process may have been faster, or holds the lock of /etc/passwd.
            if (await FindAsync(Name, cancellationToken) is { } made)
                return made;
            if (attempt == Attempts)
                throw new EmbeddedPostgresException(
                    $"PostgreSQL refuses to run as root, and the user '{Name}' for it could not be made: {output}. "
                    + $"Make it with 'useradd --system {Name}', "
                    + "name another with BackupApp__EmbeddedUser, or run BackupApp as an unprivileged user.");
            await Task.Delay(TimeSpan.FromMilliseconds(200), cancellationToken);
        }
    }

    public static async Task<bool> IsSharedAsync(int userId, CancellationToken cancellationToken)
    {
        foreach (var name in Shared)
        {
            if ((await FindAsync(name, cancellationToken))?.UserId == userId)
                return true;
        }

        return false;
    }

    private static async Task<ServerAccount?> FindAsync(string name, CancellationToken cancellationToken)
    {
        var (exitCode, user) = await ServerProgram.RunAsync("id", ["-u", "--", name], cancellationToken);
        if (exitCode != 0)
            return null;
        var group = await ServerProgram.DemandAsync("id", ["-g", "--", name], cancellationToken);
        return new ServerAccount(
            int.Parse(user, CultureInfo.InvariantCulture),
            int.Parse(group, CultureInfo.InvariantCulture),
            name,
            IsOther: true);
    }

    private static async Task<string> MakeAsync(CancellationToken cancellationToken)
    {
        try
        {
            string[] arguments =
            [
                "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent", "--shell",
                "/usr/sbin/nologin", Name,
            ];
            return (await ServerProgram.RunAsync(Program(), arguments, cancellationToken)).Output;
        }
        catch (EmbeddedPostgresException e)
        {
            return e.Message;
        }
    }

    // Not on the PATH of everybody who becomes root.
    private static string Program() => File.Exists("/usr/sbin/useradd") ? "/usr/sbin/useradd" : "useradd";
}
