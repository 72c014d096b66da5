namespace BackupApp.Engines.Mongo;

/// <summary>What a connection test says of a server that let us in.</summary>
internal static class MongoFindings
{
    public static async Task<ConnectionTestResult> OfAsync(
        MongoSession session, ServerInfo server, DumpSelection selection, TimeSpan latency, CancellationToken cancellationToken)
    {
        await MongoInspection.CheckAsync(session, selection, cancellationToken);
        var sized = server with { DatabaseSize = await MongoInspection.SizeAsync(session, selection, cancellationToken) };
        if (await MongoRights.FindMissingAsync(session, selection, cancellationToken) is { } missing)
            return new(ConnectionTestCode.PrivilegesMissing, missing, MongoRights.Grant(session.Connection), latency, sized);
        return new(ConnectionTestCode.Ok, $"Connected to MongoDB {server.Version}.", Advice(session.Hello, selection), latency, sized);
    }

    private static string? Advice(MongoHello hello, DumpSelection selection) => selection.Scope switch
    {
        SourceScope.Server when hello.IsRouter =>
            "This is a sharded cluster: its shards are not saved at one moment. Stop the writes meanwhile if that matters.",
        SourceScope.Server when hello.ReplicaSet is not null && !selection.Oplog =>
            "The server is a member of a replica set: with the writes made during the dump (oplog), the backup restores to one moment.",
        _ => null,
    };
}
