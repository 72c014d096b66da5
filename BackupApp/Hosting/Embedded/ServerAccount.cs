using System.Globalization;

namespace BackupApp.Hosting.Embedded;

/// <summary>
/// The system user that PostgreSQL runs as: our own, or, because PostgreSQL refuses to run as root, an unprivileged one when we are root.
/// </summary>
/// <param name="Name">For people; the user's number where it has no name.</param>
/// <param name="IsOther">We are root and change to this user.</param>
internal sealed record ServerAccount(int UserId, int GroupId, string Name, bool IsOther)
{
    /// <summary>
    /// The owner of an existing cluster, for nobody else may run it; else ourselves; when we are root, <see cref="OwnUser"/>'s choice.
    /// </summary>
    /// <param name="named">The user that the operator chose for root; null for our own.</param>
    public static async Task<ServerAccount> ChooseAsync(string cluster, string? named, CancellationToken cancellationToken)
    {
        var owner = Directory.Exists(cluster) ? await OwnerOfAsync(cluster, cancellationToken) : default((int User, int Group)?);
        if (!Environment.IsPrivilegedProcess)
            return await CurrentAsync(cluster, owner?.User, cancellationToken);

        if (owner is { User: > 0 } other && await StaysAsync(other.User, cluster, cancellationToken))
            return new ServerAccount(other.User, other.Group, Number(other.User), IsOther: true);

        return await OwnUser.FindOrMakeAsync(named, cancellationToken);
    }

    public Task<(int ExitCode, string Output)> RunAsync(
        string program, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        IsOther
            ? ServerProgram.RunAsync(
                "setpriv",
                [$"--reuid={Number(UserId)}", $"--regid={Number(GroupId)}", "--clear-groups", "--", program, .. arguments],
                cancellationToken)
            : ServerProgram.RunAsync(program, arguments, cancellationToken);

    /// <summary>Gives a file or folder (not what a link points to) to this user. Nothing to do unless we are root.</summary>
    public async Task TakeAsync(string path, CancellationToken cancellationToken)
    {
        if (IsOther)
            await ServerProgram.DemandAsync("chown", ["-h", $"{Number(UserId)}:{Number(GroupId)}", "--", path], cancellationToken);
    }

    /// <summary>Gives a whole tree to this user, when root copied or restored some of it, or another user ran it before.</summary>
    public async Task TakeTreeAsync(string path, CancellationToken cancellationToken)
    {
        if (!IsOther)
            return;
        var foreign = await ServerProgram.DemandAsync(
            "find", [path, "!", "-uid", Number(UserId), "-print", "-quit"], cancellationToken);
        if (foreign.Length > 0)
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
                $"PostgreSQL cannot make a database as user id {UserId}, because the id has no entry in /etc/passwd. "
                + "Run BackupApp as a user that exists in this system or container, "
                + "or set ConnectionStrings__BackupApp to a PostgreSQL server.");
    }

    // Other programs run as the shared users, too: theirs could read the records. But nobody else can use what a running server has open.
    private static async Task<bool> StaysAsync(int owner, string cluster, CancellationToken cancellationToken) =>
        PostmasterFile.FindServer(cluster) is not null || !await OwnUser.IsSharedAsync(owner, cancellationToken);

    private static async Task<ServerAccount> CurrentAsync(string cluster, int? owner, CancellationToken cancellationToken)
    {
        var user = Number(await ServerProgram.DemandAsync("id", ["-u"], cancellationToken));
        var group = Number(await ServerProgram.DemandAsync("id", ["-g"], cancellationToken));
        if (owner is { } other && other != user)
            throw new EmbeddedPostgresException(
                $"The database in {cluster} belongs to user id {other}, but BackupApp runs as {user}. Run it as user id {other}, " +
                $"or give the data directory to this one, as root: chown -R {user}:{group} {Path.GetDirectoryName(cluster)}");

        return new ServerAccount(user, group, Environment.UserName, IsOther: false);
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
