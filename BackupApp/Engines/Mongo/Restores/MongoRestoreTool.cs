using BackupApp.Engines.Restores;
using BackupApp.Errors;
using BackupApp.Tools;

namespace BackupApp.Engines.Mongo.Restores;

/// <summary>
/// mongorestore, which reads the archive from its standard input. How to connect it reads from a private file, for as long as it
/// runs: its input is taken,
/// and its arguments everybody on the machine can see.
/// </summary>
/// <param name="tools">mongodump and mongorestore come in one package.</param>
/// <param name="privateParent">Folder under which each restore gets a private one.</param>
public sealed class MongoRestoreTool(MongoTools tools, string privateParent)
{
    public const string Install =
        "Install MongoDB's database tools (package mongodb-database-tools), or name their folder in "
            + "BackupApp__Backups__MongoToolFolders__0.";

    private static readonly Dictionary<string, string> Environment = new(StringComparer.Ordinal)
    {
        ["HOME"] = "/nonexistent",
        ["PATH"] = "/usr/bin:/bin",
        ["LC_ALL"] = "C.UTF-8",
        ["TZ"] = "UTC",
    };

    /// <summary>Full path and version; null when there is none.</summary>
    public (string Program, string Version)? Find() => tools.Find() is { } found
        && Path.Combine(Path.GetDirectoryName(found.MongoDump)!, "mongorestore") is var program && File.Exists(program)
            ? (program, found.Version)
            : null;

    /// <summary>Dispose the command to remove its private files.</summary>
    /// <exception cref="RestoreFailedException"><c>server_version_unsupported</c>: there is no tool.</exception>
    public async Task<ToolCommand> PrepareAsync(RestoreOrder order, CancellationToken cancellationToken)
    {
        var tool = Find() ?? throw new RestoreFailedException(
            RunStage.Connect, "server_version_unsupported", "No mongorestore is installed where BackupApp runs.", Install);
        var (folder, config) = await WriteAsync(order.Target, cancellationToken);
        var secrets = new[] { order.Target.Secrets.Password, order.Target.Secrets.ClientKeyPem }.OfType<string>().ToList();
        return new(tool.Program, Arguments(order, config), Environment, $"mongorestore {tool.Version}", secrets, folder);
    }

    private static string[] Arguments(RestoreOrder order, string config) =>
    [
        $"--config={config}",
        "--archive",
        .. Namespaces(order).Select(n => $"--nsInclude={n}"),
        .. order.Database == order.Dump.Name ? Array.Empty<string>()
            : [$"--nsFrom={Escape(order.Dump.Name)}.*", $"--nsTo={Escape(order.Database)}.*"],
        .. order.Mode == RestoreMode.Overwrite ? ["--drop"] : Array.Empty<string>(),
        .. order.GoOnPastErrors ? Array.Empty<string>() : ["--stopOnError"],
    ];

    private static IEnumerable<string> Namespaces(RestoreOrder order) => PickedCollections.IsWhole(order)
        ? [$"{Escape(order.Dump.Name)}.*"]
        : order.Selection.Tables.Select(t => $"{Escape(t.Schema)}.{Escape(t.Name)}");

    // The folder's path is known only when it is made, and the configuration names the certificates in it.
    private async Task<(string Folder, string Config)> WriteAsync(DatabaseConnection target, CancellationToken cancellationToken)
    {
        var encrypted = target.TlsMode != TlsMode.Disable;
        var secrets = target.Secrets;
        var client = encrypted && !string.IsNullOrWhiteSpace(secrets.ClientCertificatePem)
            ? $"{secrets.ClientCertificatePem.TrimEnd()}\n{secrets.ClientKeyPem?.TrimEnd()}\n" : null;
        var (folder, paths) = await PrivateFiles.WriteAsync(
            privateParent, [("ca.pem", encrypted ? secrets.CaCertificatePem : null), ("client.pem", client)], cancellationToken);
        try
        {
            var (_, config) = await PrivateFiles.WriteAsync(
                folder, [("config", MongoConfig.Write(target, paths[0], paths[1]))], cancellationToken);
            return (folder, config[0]!);
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    // A star in a namespace pattern stands for anything.
    internal static string Escape(string name) =>
        name.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("*", @"\*", StringComparison.Ordinal);
}
