using System.Text.Json;

namespace BackupApp.Engines.Mongo.Archives;

/// <summary>What an archive says at its beginning of one collection or view.</summary>
/// <param name="Database">Empty for the oplog.</param>
/// <param name="Type"><c>collection</c>, <c>view</c>, <c>timeseries</c>; empty for the oplog and of old tools.</param>
/// <param name="Indexes">How many it has; one for the ids is among them.</param>
internal sealed record Announcement(string Database, string Collection, string Type, int Indexes)
{
    public static Announcement Read(ReadOnlySpan<byte> document)
    {
        var (database, collection, type, indexes) = ("", "", "", 0);
        var fields = new BsonFields(document);
        while (fields.MoveNext())
        {
            if (fields.Name.SequenceEqual("db"u8))
                database = fields.AsText ?? "";
            else if (fields.Name.SequenceEqual("collection"u8))
                collection = fields.AsText ?? "";
            else if (fields.Name.SequenceEqual("type"u8))
                type = fields.AsText ?? "";
            else if (fields.Name.SequenceEqual("metadata"u8))
                indexes = CountIndexes(fields.AsUtf8);
        }

        return new(database, collection, type, indexes);
    }

    // {"options": …, "indexes": [{…}, {…}], …}; what cannot be read has none, since nothing is lost by that.
    private static int CountIndexes(ReadOnlySpan<byte> metadata)
    {
        try
        {
            var json = new Utf8JsonReader(metadata);
            while (json.Read())
            {
                if (json.CurrentDepth == 1 && json.TokenType == JsonTokenType.PropertyName && json.ValueTextEquals("indexes"u8))
                    return CountElements(ref json);
            }
        }
        catch (JsonException)
        {
        }

        return 0;
    }

    private static int CountElements(ref Utf8JsonReader json)
    {
        var count = 0;
        if (!json.Read() || json.TokenType != JsonTokenType.StartArray)
            return count;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            count += json.TokenType == JsonTokenType.StartObject ? 1 : 0;
            json.Skip();
        }

        return count;
    }
}
