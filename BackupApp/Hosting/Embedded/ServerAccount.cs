using System.Globalization;

namespace BackupApp.Hosting.Embedded;

/// <summary>The system user that PostgreSQL runs as: our own, or, because PostgreSQL refuses to run as root, an unprivileged one when we are root.</summary>
/// <param name="Name">For people; the user's number where it has no name.</param>
/// <param name="IsOther">We are root and change to this user.</param>
internal sealed record ServerAccount(int UserId, int GroupId, string Name, bool IsOther)
{
    /// <summary>Candidates when we are root. <c>nobody</c> exists everywhere, <c>postgres</c> where the distribution's package was installed.</summary>
    private static readonly string[] Unprivileged = ["postgres", "nobody"];

    /// <summary>The owner of an existing cluster, for nobody else may run it; else ourselves, else the first unprivileged user there is.</summary>
    public static async Task<ServerAccount> ChooseAsync(string cluster, CancellationToken cancellationToken)
    {
        var owner = Directory.Exists(cluster) ? await OwnerOfAsync(cluster, cancellationToken) : default((int User, int Group)?);
        if (!Environment.IsPrivilegedProcess)
            return await CurrentAsync(cluster, owner?.User, cancellationToken);

        if (owner is { User: > 0 } other)
            return new ServerAccount(other.User, other.Group, Number(other.User), IsOther: true);

        foreach (var name in Unprivileged)
        {
            var (exitCode, user) = await ServerProgram.RunAsync("id", ["-u", name], cancellationToken);
            if (exitCode == 0)
                return new ServerAccount(Number(user), Number(await ServerProgram.DemandAsync("id", ["-g", name], cancellationToken)), name, IsOther: true);
        }

        throw new EmbeddedPostgresException("PostgreSQL refuses to run as root and there is no user 'postgres' or 'nobody' to run it as. Run BackupApp as another user.");
    }

    public Task<(int ExitCode, string Output)> RunAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken) => IsOther
        ? ServerProgram.RunAsync(
            "setpriv", [$"--reuid={Number(UserId)}", $"--regid={Number(GroupId)}", "--clear-groups", "--", program, .. arguments], cancellationToken)
        : ServerProgram.RunAsync(program, arguments, cancellationToken);

    /// <summary>Gives a file or folder (not what a link points to) to this user. Nothing to do unless we are root.</summary>
    public async Task TakeAsync(string path, CancellationToken cancellationToken)
    {
        if (IsOther)
            await ServerProgram.DemandAsync("chown", ["-h", $"{Number(UserId)}:{Number(GroupId)}", "--", path], cancellationToken);
    }

    /// <summary>Gives a whole tree that root copied or restored to this user.</summary>
    public async Task TakeTreeFromRootAsync(string path, CancellationToken cancellationToken)
    {
        if (IsOther && (await OwnerOfAsync(path, cancellationToken)).User == 0)
            await ServerProgram.DemandAsync("chown", ["-Rh", $"{Number(UserId)}:{Number(GroupId)}", "--", path], cancellationToken);
    }

    /// <exception cref="EmbeddedPostgresException">Names the outermost folder that this user may not pass.</exception>
    public async Task DemandPassageAsync(string folder, CancellationToken cancellationToken)
    {
        if (!IsOther || await MayEnterAsync(folder, cancellationToken))
            return;

        var blocked = folder;
        while (Path.GetDirectoryName(blocked) is { } parent && !await MayEnterAsync(parent, cancellationToken))
            blocked = parent;

        throw new EmbeddedPostgresException(
            $"PostgreSQL refuses to run as root, so it runs as user '{Name}', who may not enter {blocked}. " +
            $"Allow it with 'chmod o+x {blocked}', or choose another data directory with BackupApp__DataDirectory.");
    }

    /// <summary>initdb asks for the user's name, which an arbitrary container user id does not have.</summary>
    public async Task DemandNameAsync(CancellationToken cancellationToken)
    {
        var (exitCode, _) = await RunAsync("id", ["-un"], cancellationToken);
        if (exitCode != 0)
            throw new EmbeddedPostgresException(
                $"PostgreSQL cannot make a database as user id {UserId}, because the id has no entry in /etc/passwd. " +
                "Run BackupApp as a user that exists in this system or container, or set ConnectionStrings__BackupApp to a PostgreSQL server.");
    }

    private static async Task<ServerAccount> CurrentAsync(string cluster, int? owner, CancellationToken cancellationToken)
    {
        var user = Number(await ServerProgram.DemandAsync("id", ["-u"], cancellationToken));
        if (owner is { } other && other != user)
            throw new EmbeddedPostgresException(
                $"The database in {cluster} belongs to user id {other}, but BackupApp runs as {user}. Run it as the same user, or change the owner of the data directory.");

        return new ServerAccount(user, Number(await ServerProgram.DemandAsync("id", ["-g"], cancellationToken)), Environment.UserName, IsOther: false);
    }

    private static async Task<(int User, int Group)> OwnerOfAsync(string path, CancellationToken cancellationToken)
    {
        var ids = (await ServerProgram.DemandAsync("stat", ["-c", "%u %g", "--", path], cancellationToken)).Split(' ');
        return (Number(ids[0]), Number(ids[1]));
    }

    private async Task<bool> MayEnterAsync(string folder, CancellationToken cancellationToken) =>
        (await RunAsync("test", ["-x", folder], cancellationToken)).ExitCode == 0;

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
