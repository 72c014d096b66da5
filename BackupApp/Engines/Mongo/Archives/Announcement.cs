namespace BackupApp.Engines.Mongo.Archives;

/// <summary>What an archive says at its beginning of one collection or view.</summary>
/// <param name="Database">Empty for the oplog.</param>
/// <param name="Type"><c>collection</c>, <c>view</c>, <c>timeseries</c>; empty for the oplog and of old tools.</param>
internal sealed record Announcement(string Database, string Collection, string Type, CollectionMetadata Metadata)
{
    public static Announcement Read(ReadOnlySpan<byte> document)
    {
        var (database, collection, type) = ("", "", "");
        var metadata = default(CollectionMetadata);
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
                metadata = CollectionMetadata.Read(fields.AsUtf8);
        }

        return new(database, collection, type, metadata);
    }
}
