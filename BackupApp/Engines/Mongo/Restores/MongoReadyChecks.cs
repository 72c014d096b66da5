using BackupApp.Engines.Restores;

namespace BackupApp.Engines.Mongo.Restores;

/// <summary>What is known of a login of MongoDB says whether it could restore: the rights that it has. More cannot be asked.</summary>
internal static class MongoReadyChecks
{
    public static readonly RestoreReadiness NoTool = new(
        ReadyState.NotReady, $"No mongorestore is installed where BackupApp runs. {MongoRestoreTool.Install}", "install mongorestore");

    /// <param name="missing">Actions that the login may not do.</param>
    public static RestoreReadiness Of(DatabaseConnection connection, IReadOnlyList<string> missing) => missing.Count == 0
        ? new(ReadyState.Ready)
        : new(
            ReadyState.NotReady,
            $"The login lacks what a restore needs: {string.Join(", ", missing)}.",
            connection.Database.Length == 0 ? "grant restore" : "grant readWrite",
            connection.Database.Length == 0 ? null : MongoRestoreProbe.Grant(connection, connection.Database));

    public static RestoreReadiness Of(ConnectException refusal) => refusal.Code == ConnectionTestCode.AuthFailed
        ? new(ReadyState.NotReady, refusal.Message, "correct the login")
        : new(ReadyState.Unknown, refusal.Message);
}
