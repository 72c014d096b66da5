using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace BackupApp.Engines.Mongo.Archives;

/// <summary>What an archive says of a collection beside its name: <c>{"options": …, "indexes": [{…}, {…}], "uuid": …}</c>.</summary>
/// <param name="Indexes">How many it has; the one for the ids is among them.</param>
/// <param name="Definition">A hash of options and indexes, whatever the indexes' order; null where they cannot be read.</param>
internal readonly record struct CollectionMetadata(int Indexes, uint? Definition)
{
    // What cannot be read has none, since nothing is lost by that.
    public static CollectionMetadata Read(ReadOnlySpan<byte> metadata)
    {
        var indexes = new List<uint>();
        var options = 0u;
        try
        {
            var json = new Utf8JsonReader(metadata);
            while (json.Read())
            {
                if (json.CurrentDepth != 1 || json.TokenType != JsonTokenType.PropertyName)
                    continue;
                if (json.ValueTextEquals("options"u8) && json.Read())
                    options = HashOfValue(ref json, metadata);
                else if (json.ValueTextEquals("indexes"u8) && json.Read())
                    AddElements(ref json, metadata, indexes);
                else
                    json.Skip();
            }
        }
        catch (JsonException)
        {
            return new(indexes.Count, null);
        }

        var count = indexes.Count;
        indexes.Sort();
        indexes.Add(options);
        return new(count, XxHash32.HashToUInt32(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(indexes))));
    }

    private static void AddElements(ref Utf8JsonReader json, ReadOnlySpan<byte> metadata, List<uint> hashes)
    {
        if (json.TokenType != JsonTokenType.StartArray)
            return;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            hashes.Add(HashOfValue(ref json, metadata));
    }

    private static uint HashOfValue(ref Utf8JsonReader json, ReadOnlySpan<byte> metadata)
    {
        var start = (int)json.TokenStartIndex;
        json.Skip();
        return XxHash32.HashToUInt32(metadata[start..(int)json.BytesConsumed]);
    }
}
