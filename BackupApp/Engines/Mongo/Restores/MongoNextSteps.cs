using BackupApp.Engines.Restores;
using BackupApp.Tools;

namespace BackupApp.Engines.Mongo.Restores;

/// <summary>What people may want to run after picked collections were restored beside: lines of bash.</summary>
internal static class MongoNextSteps
{
    private const int MostCollections = 5;
    private const string Server = "--uri=\"$MONGODB_URI\"";
    private const string Where = "MONGODB_URI names the server, with a login, and without a database.";

    public static IEnumerable<RestoreStep> Of(RestoreOrder order) =>
        order.Mode == RestoreMode.Overwrite || order.Database == order.Dump.Name
            ? []
            : order.Selection.Tables.Take(MostCollections).SelectMany(t => OfCollection(t.Name, order.Database, order.Dump.Name));

    /// <summary>What there are no commands for, because they would be too many, as a sentence; null where all have some.</summary>
    public static string? Untold(RestoreOrder order)
    {
        var picked = order.Selection.Tables;
        return picked.Count <= MostCollections || !Of(order).Any()
            ? null
            : $"Commands are shown for the first {MostCollections} of {picked.Count} collections. Those for the others are the same with "
                + $"other names: {string.Join(", ", picked.Skip(MostCollections).Select(t => t.Name))}.";
    }

    private static IEnumerable<RestoreStep> OfCollection(string name, string restored, string source)
    {
        yield return new(
            $"Put {name} back, or the documents of it that are missing",
            Copy(name, name, restored, source),
            "Makes the collection where it is gone, with its indexes. Where it is there, documents whose _id is there stay as they are. "
                + Where);
        yield return new(
            $"Put it beside the one that is there, as {name}_restored",
            Copy(name, $"{name}_restored", restored, source),
            $"To compare them, or to pick some. {Where}");
    }

    private static string Copy(string name, string to, string restored, string source) =>
        $"mongodump {Server} --db={ShellWord.Quote(restored)} --collection={ShellWord.Quote(name)} --archive"
        + $" | mongorestore {Server} --archive --nsFrom={Namespace(restored, name)} --nsTo={Namespace(source, to)}";

    private static string Namespace(string database, string collection) =>
        ShellWord.Quote($"{MongoRestoreTool.Escape(database)}.{MongoRestoreTool.Escape(collection)}");
}
