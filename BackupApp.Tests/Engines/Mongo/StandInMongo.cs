using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using MongoDB.Bson;
using MongoDB.Bson.Serialization;

namespace BackupApp.Tests.Engines.Mongo;

/// <summary>
/// Answers as a MongoDB server does that asks for no login, as far as a restore asks it: what is there, how much, and to drop it. What a
/// stand-in of mongorestore restores is there from the moment on at which that makes a file.
/// </summary>
public sealed class StandInMongo : IDisposable
{
    private const int Header = 16;
    private const int OldAnswer = 1;
    private const int OldQuestion = 2004;
    private const int Message = 2013;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<string, long> _collections = new(StringComparer.Ordinal);
    private readonly Lock _taking = new();
    private readonly string _flag;
    private readonly (string Database, string Name, long Documents)[] _restored;

    /// <param name="flag">The file; it is taken away when it is seen.</param>
    /// <param name="restored">What is there then.</param>
    public StandInMongo(string flag, params (string Database, string Name, long Documents)[] restored)
    {
        (_flag, _restored) = (flag, restored);
        _listener.Start();
        _ = ServeAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>By <c>database.name</c>.</summary>
    public ConcurrentDictionary<string, long> Collections
    {
        get
        {
            TakeRestored();
            return _collections;
        }
    }

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync()
    {
        try
        {
            while (true)
                _ = AnswerAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return; // Disposed.
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                while (await ReadAsync(stream) is (var id, var kind, var command))
                    await stream.WriteAsync(ToBytes(id, kind, Answer(command)));
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                return; // The client hung up, as it should.
            }
        }
    }

    private static async Task<(int Id, int Kind, BsonDocument Command)?> ReadAsync(NetworkStream stream)
    {
        var header = new byte[Header];
        if (await stream.ReadAtLeastAsync(header, Header, throwOnEndOfStream: false) < Header)
            return null;
        var body = new byte[BitConverter.ToInt32(header) - Header];
        await stream.ReadExactlyAsync(body);
        var kind = BitConverter.ToInt32(header, 12);
        // An old question has flags, a name that ends with 0, and two numbers before its document; a message flags and the kind of section.
        var start = kind == OldQuestion ? Array.IndexOf(body, (byte)0, 4) + 9 : 5;
        return (BitConverter.ToInt32(header, 4), kind, BsonSerializer.Deserialize<BsonDocument>(body[start..]));
    }

    private static byte[] ToBytes(int id, int kind, BsonDocument answer)
    {
        var document = answer.ToBson();
        byte[] start = kind == OldQuestion ? [.. Numbers(8, 0, 0, 0, 1)] : [.. Numbers(0), 0];
        var length = Header + start.Length + document.Length;
        return [.. Numbers(length, 1, id, kind == OldQuestion ? OldAnswer : Message), .. start, .. document];
    }

    private static IEnumerable<byte> Numbers(params int[] numbers) => numbers.SelectMany(BitConverter.GetBytes);

    private BsonDocument Answer(BsonDocument command)
    {
        var answer = Of(command, command.GetValue("$db", "").AsString);
        answer["ok"] = answer.GetValue("ok", 1);
        return answer;
    }

    private void TakeRestored()
    {
        lock (_taking)
        {
            if (!File.Exists(_flag))
                return;
            File.Delete(_flag);
            foreach (var (database, name, documents) in _restored)
                _collections[$"{database}.{name}"] = documents;
        }
    }

    private BsonDocument Of(BsonDocument command, string database)
    {
        var (name, value) = (command.GetElement(0).Name, command.GetElement(0).Value);
        switch (name.ToLowerInvariant())
        {
            case "hello" or "ismaster":
                return new() { { "ismaster", true }, { "helloOk", true }, { "minWireVersion", 0 }, { "maxWireVersion", 21 } };
            case "buildinfo":
                return new("version", "7.0.0");
            case "connectionstatus":
                return new("authInfo", new BsonDocument("authenticatedUsers", new BsonArray()));
            case "listcollections":
                var names = Collections.Keys.Where(k => k.StartsWith($"{database}.", StringComparison.Ordinal));
                return Cursor(names.Select(k => new BsonDocument("name", k[(database.Length + 1)..])));
            case "aggregate":
                return Cursor([new() { { "_id", BsonNull.Value }, { "n", Collections.GetValueOrDefault($"{database}.{value}") } }]);
            case "drop":
                Collections.TryRemove($"{database}.{value}", out _);
                return [];
            default:
                return new() { { "ok", 0 }, { "code", 59 }, { "errmsg", $"no such command: {name}" } };
        }
    }

    private static BsonDocument Cursor(IEnumerable<BsonDocument> documents) =>
        new("cursor", new BsonDocument { { "id", 0L }, { "ns", "a.b" }, { "firstBatch", new BsonArray(documents) } });
}
