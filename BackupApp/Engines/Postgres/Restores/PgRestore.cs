using System.Globalization;
using BackupApp.Engines.Postgres.Archives;
using BackupApp.Engines.Restores;
using BackupApp.Errors;
using BackupApp.Tools;

namespace BackupApp.Engines.Postgres.Restores;

/// <summary>pg_restore, which reads the archive from its standard input, and what is to be restored from a list.</summary>
/// <param name="privateParent">Folder under which each restore gets a private one, for its list and its certificates.</param>
internal sealed class PgRestore(PgTools tools, PostgresConnector connector, string privateParent, TimeProvider time)
{
    private const string ListName = "list";

    // The oldest major that reads a version of the format.
    private static readonly Dictionary<int, int> Readers = new() { [14] = 12, [15] = 16, [16] = 17 };

    /// <summary>The oldest that reads the archive and is not below the target: an older one would not know the target's own
    /// words.</summary>
    /// <exception cref="RestoreFailedException"><c>server_version_unsupported</c></exception>
    public PgClient Choose(ArchiveHeader archive, int targetMajor)
    {
        var needed = Math.Max(targetMajor, Readers.GetValueOrDefault(archive.Version, Readers.Values.Max()));
        var major = tools.Installed().FirstOrDefault(c => c.Major >= needed && File.Exists(c.PgRestore))?.Major;
        return tools.Installed().LastOrDefault(c => c.Major == major && File.Exists(c.PgRestore)) ?? throw new RestoreFailedException(
            RunStage.Connect,
            "server_version_unsupported",
            string.Create(CultureInfo.InvariantCulture,
                $"No installed pg_restore reads this archive and suits PostgreSQL {targetMajor}: {needed} or newer is needed.")
            + $" Installed here: {tools.InstalledMajors}.",
            string.Create(CultureInfo.InvariantCulture,
                $"Install the package postgresql-client-{needed} (Debian, Ubuntu) or postgresql{needed} (Red Hat)."));
    }

    /// <param name="target">With the database that is filled as its own.</param>
    /// <param name="inOne">All or nothing, in one transaction.</param>
    public async Task<ToolCommand> PrepareAsync(
        DatabaseConnection target, ConnectedServer server, PgClient client, RestorePlan plan, bool inOne,
            CancellationToken cancellationToken)
    {
        PgConnection.Check(target);
        var files = await PgCertificates.WriteAsync(target, privateParent, cancellationToken);
        var (folder, paths) = await PrivateFiles.WriteAsync(files.Folder ?? privateParent, [(ListName, plan.ToList())], cancellationToken);
        var environment = PgConnection.Environment(target, server.Address!, files);
        if (!server.Server.Pooled)
            environment["PGOPTIONS"] = "-c default_transaction_read_only=off";
        return new(client.PgRestore, Arguments(target, plan, paths[0]!, inOne), environment, $"pg_restore {client.Version}", Secrets(
            target), files.Folder ?? folder)
        {
            ApplicationName = PgConnection.ApplicationName(target),
        };
    }

    /// <summary>See <see cref="IEngine.WatchAsync"/>.</summary>
    public async Task<IToolWatch> WatchAsync(
        DatabaseConnection target, ConnectedServer server, ToolCommand command, CancellationToken cancellationToken)
    {
        var mustLogIn = target.GuardsPassword() && !await PgLibrary.KnowsRequireAuthAsync(command.Program, cancellationToken);
        return await PostgresToolWatch.StartAsync(
            connector, target, server, command.ApplicationName ?? "", mustLogIn, time, cancellationToken);
    }

    private static string[] Arguments(DatabaseConnection target, RestorePlan plan, string list, bool inOne) =>
    [
        "--verbose",
        "--no-password",
        $"--use-list={list}",
        .. plan.KeepsOwners ? Array.Empty<string>() : ["--no-owner"],
        .. inOne ? ["--single-transaction"] : Array.Empty<string>(),
        $"--dbname={PgConnection.ConnectionString(target)}",
    ];

    private static IReadOnlyList<string> Secrets(DatabaseConnection target) =>
        [.. new[] { target.Secrets.Password, target.Secrets.ClientKeyPem }.OfType<string>()];
}
