using BackupApp.Destinations;
using BackupApp.Engines;
using BackupApp.Runs;

namespace BackupApp.Backups;

/// <summary>What the artifacts of one run share.</summary>
/// <param name="Lost">The job was given to somebody else.</param>
public sealed record BackupContext(
    ClaimedJob Job,
    IEngine Engine,
    DatabaseConnection Connection,
    ConnectedServer Server,
    IObjectStore Store,
    RunProgress Progress,
    int Artifacts,
    CancellationToken Lost);

/// <summary>Backs up one artifact from its first byte to its row in state <c>success</c>.</summary>
public sealed class ArtifactDump(ArtifactTransitions transitions, BackupPipeline pipeline, ContentsRecord contents, Manifests manifests)
{
    /// <summary>False when the fence refused: the job is not this run's any more, or somebody canceled it.</summary>
    /// <exception cref="ConnectException">The database could not be connected to.</exception>
    /// <exception cref="DumpFailedException">The database or its tool.</exception>
    /// <exception cref="StoreException">The destination.</exception>
    /// <exception cref="UndecidedException">It is stored, which could not be recorded.</exception>
    public async Task<bool> RunAsync(BackupContext run, BackupArtifact artifact, CancellationToken cancellationToken)
    {
        if (!await transitions.StartAsync(run.Job, artifact, cancellationToken))
            return false;

        var (connection, server) = await ConnectAsync(run, artifact, cancellationToken);
        using var command = await run.Engine.PrepareDumpAsync(
            connection, server, run.Job.Selection, artifact.Target, cancellationToken);
        var traits = await run.Engine.ReadTraitsAsync(connection, artifact.Target, cancellationToken);
        if (!await transitions.PreparedAsync(run.Job, artifact, command, traits, cancellationToken))
            return false;

        var upload = new UploadOptions(artifact.Form.ContentType, ExpectedSize(run, artifact, server));
        if (await pipeline.RunAsync(run with { Connection = connection, Server = server }, artifact, command, upload, cancellationToken)
            is not { } stored)
            return false;
        run.Progress.Keep();
        try
        {
            return await RecordAsync(run, artifact, traits, stored);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new UndecidedException(e);
        }
    }

    // The object is complete: whatever goes wrong from here on, the backup is there.
    private async Task<bool> RecordAsync(BackupContext run, BackupArtifact artifact, DatabaseTraits? traits, StoredDump stored)
    {
        var inventory = await contents.KeepAsync(run.Job, artifact, traits, stored.Contents, run.Lost);
        // Before the row says that all is well: whoever takes over a run that vanished here writes it again.
        if (await manifests.PutAsync(run.Store, run.Job.Id, artifact.Id, inventory, run.Lost) is { } owed)
            run.Progress.OweManifest(owed);
        return await transitions.StoredAsync(run.Job, artifact, stored.Stored, CancellationToken.None);
    }

    // Each database of a server may refuse for reasons of its own; a failed login here names them with what to do about it.
    private static async Task<(DatabaseConnection Connection, ConnectedServer Server)> ConnectAsync(
        BackupContext run, BackupArtifact artifact, CancellationToken cancellationToken)
    {
        if (artifact.Kind != ArtifactKind.Database || artifact.Database == run.Connection.Database)
            return (run.Connection, run.Server);
        var connection = run.Connection with { Database = artifact.Database };
        return (connection, await run.Engine.ConnectAsync(connection, run.Job.Selection, cancellationToken));
    }

    private static long? ExpectedSize(BackupContext run, BackupArtifact artifact, ConnectedServer server) => artifact.Kind switch
    {
        ArtifactKind.Globals => null,
        _ when run.Artifacts == 1 && run.Job.Job.ExpectedStoredBytes is { } last => last,
        _ => ExpectedSizes.StoredOf(server.Server.DatabaseSize, run.Job.Job.CompressionLevel),
    };
}
