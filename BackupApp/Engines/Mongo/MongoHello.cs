using System.Buffers.Binary;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;

namespace BackupApp.Engines.Mongo;

/// <summary>What a MongoDB server says of itself to anyone, before a login.</summary>
/// <param name="ReplicaSet">Null for a server that is in none.</param>
/// <param name="IsRouter">A mongos, in front of a sharded cluster.</param>
/// <param name="MaxWireVersion">The newest protocol it speaks; 9 is MongoDB 4.4's.</param>
/// <param name="Members">The replica set's own list, by the names that its members use among themselves.</param>
internal sealed record MongoHello(string? ReplicaSet, bool IsRouter, int MaxWireVersion, IReadOnlyList<ServerAddress> Members)
{
    private const int HeaderLength = 16;
    private const int OpMsg = 2013; // The number of MongoDB's only message kind since 3.6.
    private const int BodyOffset = HeaderLength + 4 + 1; // The flags, and the kind of the first section.
    private const int LongestAnswer = 1024 * 1024;

    private static readonly string[] MemberLists = ["hosts", "passives"];

    /// <summary>Null when what answers does not speak MongoDB's protocol, or hangs up.</summary>
    /// <exception cref="IOException">The connection broke.</exception>
    public static async Task<MongoHello?> AskAsync(Stream stream, CancellationToken cancellationToken)
    {
        // The old name of the command is understood by every version; one that is too old must be able to say so.
        var command = new BsonDocument { { "isMaster", 1 }, { "helloOk", true }, { "$db", "admin" } }.ToBson();
        var message = new byte[BodyOffset + command.Length];
        BinaryPrimitives.WriteInt32LittleEndian(message, message.Length);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(4), 1);
        BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(12), OpMsg);
        command.CopyTo(message.AsSpan(BodyOffset));
        await stream.WriteAsync(message, cancellationToken);
        return await ReadAsync(stream, cancellationToken);
    }

    private static async Task<MongoHello?> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var header = new byte[HeaderLength];
        if (await stream.ReadAtLeastAsync(header, HeaderLength, throwOnEndOfStream: false, cancellationToken) < HeaderLength)
            return null;
        var length = BinaryPrimitives.ReadInt32LittleEndian(header);
        if (length is <= BodyOffset or > LongestAnswer || BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(12)) != OpMsg)
            return null;

        var rest = new byte[length - HeaderLength];
        if (await stream.ReadAtLeastAsync(rest, rest.Length, throwOnEndOfStream: false, cancellationToken) < rest.Length)
            return null;
        try
        {
            return From(BsonSerializer.Deserialize<BsonDocument>(rest[(BodyOffset - HeaderLength)..]));
        }
        catch (Exception e) when (e is FormatException or EndOfStreamException or InvalidCastException or BsonException)
        {
            return null;
        }
    }

    private static MongoHello From(BsonDocument answer)
    {
        var members = MemberLists.SelectMany(list => answer.GetValue(list, new BsonArray()).AsBsonArray.Select(m => m.AsString));
        return new(
            answer.TryGetValue("setName", out var name) ? name.AsString : null,
            answer.TryGetValue("msg", out var message) && message == "isdbgrid",
            answer.GetValue("maxWireVersion", 0).ToInt32(),
            MongoServers.Read(string.Join(',', members), srv: false, out _));
    }
}
